"""Sentences begin and end where a reader would say so, and every cut keeps the text whole."""

import gc
import time
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.text.sentences import ENCLOSURE_LIMIT, split


def pieces(text, *span):
    return [found.of(text) for found in split(text, *span)]


# "|" stands where one sentence ends and the next begins; it is no part of the text.
CASES = {
    # Terminators
    "full stop": "Police beat him. |He died.",
    "question": "Was he heard? |He was not.",
    "exclamation": "“Free them!” |They shouted.",
    "several terminators": "What?! |Nobody knew.",
    "number begins": "Courts were slow. |125 complaints came in.",
    "quotation begins": "Courts were slow. |“We waited,” she said.",
    "parenthesis begins": "Courts were slow. |(They still are.)",
    "lower case goes on": "He lived at no. 5 and came to approx. half of the hearings.",
    "no terminator at the end": "Police beat him. |He died",
    "one sentence": "Not applicable.",
    "line break": "Police beat him.\n|He died\nin hospital.",
    # Numbers
    "decimals": "It rose by 97.5 percent to 1.2 million and 12.63 million, or 70.96. |Then it fell.",
    "decimal years": "He got 3.5 years of probation. |She got none.",
    "thousands": "There were 149,217 voters and 2,000 suspects. |All left.",
    "stray space in a number": "A fine of approximately 54, 000 tenge ($130). |He paid.",
    "money": "It cost 13.5 million tenge ($32,800). |Nobody paid.",
    "date": "On January 5, 2021, the exit ban ends. |On May 3, it began.",
    "ends in a year": "He was abducted in 2013. |In 2020 he returned.",
    "clause number": "Some are free (see section 7.a., below, and 2.d., above) to join. |Others are not.",
    "domain names": "The site 101TV.kz and all .kz domains, kuresker.org and panorama.pub were blocked. |Kuresker.org is not listed.",
    "address at the end": "See https://www.state.gov/religiousfreedomreports/. |It is long.",
    # Abbreviations
    "initials of a country": "The U.S. Department of State and U.S. officials protested. |It was heard.",
    "initials end a sentence": "He fled to the U.S. |The court tried him in absence.",
    "initials of a person": "A. B. Umarova and J. Smith left. |They won.",
    "titles": "Dr. Umarova, Mr. Smith, Mrs. Aliyeva, Gen. Petrov and Sgt. Ramadin met. |They left.",
    "numbered things": "No. 5, Art. 174, para. 3 and vol. 2 apply. |All others do not.",
    "no as an answer": "Did it reply? |No. |It never does.",
    "versus": "In Smith v. Jones and Roe vs. Wade it ruled. |Both won.",
    "latin": "Some, e.g. Almaty, i.e. the south, were closed. |Others stayed open.",
    "months": "On Dec. 16 and Jan. 5 they met. |On May 3 they left.",
    "month ends a sentence": "They met in Dec. |They left later.",
    "junior and company": "Halyk Inc. Bank and Ivan Petrov Jr. Holding merged. |They closed.",
    "time of day": "At 5 a.m. Almaty police came. |They left at 6 p.m. |The court waited.",
    "et cetera ends": "Books, papers, etc. |The police took all.",
    "saint": "He moved to St. Petersburg. |He stayed.",
    # Quotations, parentheses
    "closing quote after the stop": "They were jailed for “inciting discord.” |Both appealed.",
    "closing quote before the stop": "They were jailed for “inciting discord”. |Both appealed.",
    "quote of a name before all": "The party is called “Auyl.” |All parties were pro-government.",
    "sentences in a quotation": "“If love is a crime, then I am guilty. But I have not killed,” he said. |He was jailed.",
    "straight quotes": 'He said, "I am guilty. But I have not killed." |He was jailed.',
    "quotation split by its speaker": "The law is “vague,” she wrote, “and broad. It threatens all.” |It passed.",
    "whole sentence in parentheses": "They were freed. |(The court had ordered it. Nobody knew.) |They left.",
    "nested parentheses": "Public monitoring commissions (PMCs) (quasi-independent bodies (see below). They inspect) met. |They left.",
    "parenthesis with stops": "Rules (they ended on Jan. 5. They were strict) applied. |They lapsed.",
    "ellipsis in a word": "It led to a trial…[and] almost never to acquittal. |It was unfair.",
    "ellipsis with a stop": "It was told what the money was “spent on….” |It complied.",
    "ellipsis ends": "He waited… |Then he left.",
    "footnote mark": "He was jailed.[12] |She was not.[3][4] |They left.",
    # Lists
    "enumeration in a sentence": "A three-step procedure: (1) he collects it; (2) she studies it; and (3) it is heard. |It is slow.",
    "semicolons": "They lack water; light; heat, and air. |They complain.",
    "numbered paragraph": "1. The law applies. |It is old.",
    "two-digit item": "12. Courts were slow. |They are.",
    "lettered paragraph": "b. Courts were slow. |They are.",
    "section line": "Section 1. Respect for the Integrity of the Person",
    "number ends a sentence": "He got 5. |The other got 10. |Both left.",
    # Other letters
    "accents": "He met Fionualla Ní Aoláin. |Élections followed.",
    "lower case beyond latin": "He called it approx. ışık. |He left.",
    "cyrillic": "Он ушёл. |Она осталась.",
    "hard space": "Courts were slow.\u00a0|They are.",
}


@pytest.mark.parametrize("marked", CASES.values(), ids=CASES)
def test_sentences_end_where_a_reader_says_so(marked):
    assert [piece.strip() for piece in marked.split("|")] == pieces(marked.replace("|", ""))


def test_no_sentence_of_the_seeds_begins_in_lower_case(seed_passages):
    for passage in seed_passages:
        for index in range(len(passage.sentences)):
            first = next(c for c in passage.sentence(index) if c.isalnum())
            assert not first.islower(), passage.sentence(index)


def test_every_sentence_of_the_seeds_ends_in_a_terminator(seed_passages):
    for passage in seed_passages:
        for index in range(len(passage.sentences)):
            assert passage.sentence(index).rstrip("”)")[-1] in ".?!", passage.sentence(index)


def test_quotations_of_the_seeds_stay_whole(seed_passages):
    """Quotation marks and parentheses are balanced within every sentence."""
    for passage in seed_passages:
        for index in range(len(passage.sentences)):
            sentence = passage.sentence(index)
            assert sentence.count("“") == sentence.count("”"), sentence
            assert sentence.count("(") == sentence.count(")"), sentence


def test_the_seeds_have_as_many_sentences_as_were_counted(seed_reports):
    """A plain rule without enclosures counts 177 and 612; quotations that stay whole take up a few."""
    counts = {
        name: sum(len(split(report.text, p.body_start, p.end)) for p in report.paragraphs)
        for name, report in seed_reports.items()
    }
    assert counts["kazakhstan-2016"] == pytest.approx(177, abs=2)
    assert counts["kazakhstan-2020"] == pytest.approx(612, abs=6)


TEXTS = st.one_of(
    st.text(max_size=200),
    st.lists(
        st.sampled_from(
            [
                *"Police beat him . . .” ” “ \" ' ( ) [ ] … ? ! U.S. Dr. No. 5 1.2 a.m. etc. A. (1) «» Ж é 😀".split(),
                *[" ", " ", "\n", "\u00a0", "\u200b", "\r\n", "e\u0301"],
            ]
        ),
        max_size=60,
    ).map("".join),
)


@settings(max_examples=300, deadline=None)
@given(TEXTS)
def test_sentences_tile_their_paragraph(text):
    """In order, visible at both edges, nothing but white space between, before and after them."""
    spans = split(text)
    assert bool(spans) == bool(text.strip())
    for span in spans:
        assert 0 <= span.start < span.end <= len(text)
        assert not text[span.start].isspace()
        assert not text[span.end - 1].isspace()
    for one, other in pairwise(spans):
        assert one.end < other.start
        assert text[one.end : other.start].isspace()
    if spans:
        assert text[: spans[0].start].strip() == text[spans[-1].end :].strip() == ""
    gaps = [0, *(edge for span in spans for edge in (span.start, span.end)), len(text)]
    assert "".join(text[left:right] for left, right in pairwise(gaps)) == text


@settings(max_examples=100, deadline=None)
@given(TEXTS, TEXTS)
def test_offsets_are_those_of_the_whole_text(before, text):
    """A paragraph is cut alike wherever it stands."""
    whole = f"{before}\n\n{text}\n\n{before}"
    start = len(before) + 2
    inside = [(span.start - start, span.end - start) for span in split(whole, start, start + len(text))]
    assert inside == [(span.start, span.end) for span in split(text)]


SENTENCE = st.sampled_from(["Police beat him.", "He died!", "Was he heard?", "Courts were slow in 2019.", "She left…"])


@pytest.mark.parametrize(("opening", "closing"), ["“”", '""', "()"], ids=["curly", "straight", "parentheses"])
@given(st.lists(SENTENCE, min_size=1, max_size=20))
def test_what_stands_between_marks_is_never_cut(opening, closing, inside):
    """The later sentences of a quotation would lose their speaker."""
    text = f"He said {opening}{' '.join(inside)}{closing} and left. She stayed."
    assert len(split(text)) == 2


def test_an_endless_quotation_is_cut():
    """A mark that was never closed in the original must not make one sentence of a page."""
    inside = "Police beat him. " * (ENCLOSURE_LIMIT // 10)
    assert len(split(f"He said “{inside}” and left.")) > 10


@pytest.mark.parametrize("text", ["", " ", "\n\u00a0\t"], ids=["empty", "blank", "white space"])
def test_white_space_holds_no_sentence(text):
    assert split(text) == []


LINES = {
    "no full stop": "a",
    "words only": "word ",
    "full stops only": ".",
    "spaced full stops": ". ",
    "opening quotes only": "“",
    "straight quotes only": '"',
    "parentheses only": "(",
    "unclosed quotations": "“a ",
    "mixed openings": '“("',
    "nested parentheses": "((a) ",
    "initials": "A. ",
    "closing marks": ".”",
    "white space": " ",
    "stop and white space": ".     ",
}


@pytest.mark.parametrize("unit", LINES.values(), ids=LINES)
def test_time_is_linear(unit):
    """Four times the text takes about four times the time; sixteen times would mean quadratic."""

    def seconds(length):
        text = "B" + (unit * (length // len(unit) + 1))[:length]
        times = []
        gc.disable()  # its work grows with all that the process holds
        for _ in range(2):
            started = time.perf_counter()
            split(text)
            times.append(time.perf_counter() - started)
        gc.enable()
        return min(times)

    assert seconds(1_000_000) < 9 * seconds(250_000) + 0.05
