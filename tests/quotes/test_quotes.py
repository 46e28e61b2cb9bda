"""Quotations are found exactly after one folding, on word boundaries, whole or marked as cut."""

import dataclasses
import time
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.corpus import read_folder
from rag.quotes import QuoteIndex, check_slice, fold, occurrences
from rag.text import sentences
from rag.types import Report

SEEDS = Path(__file__).parents[2] / "seeds"
REPORTS = read_folder(SEEDS)
INDEX = QuoteIndex(REPORTS)
TEXTS = {report.info.id: report.text for report in REPORTS}
SENTENCES = [
    (report.info.id, span.of(report.text))
    for report in REPORTS
    for paragraph in report.paragraphs
    for span in sentences.split(report.text, paragraph.body_start, paragraph.end)
]
TRICKY = st.text(
    alphabet=st.sampled_from("aZß.,'-’“”–…\u00ad\u200b\u200e\u00a0\u0301\n İǰﬁéÅ10") | st.characters(codec="utf-8"),
    max_size=60,
)


def _retyped(text: str) -> str:
    """As someone would type it: straight marks, plain blanks, three dots."""
    for curly, straight in (("’", "'"), ("“", '"'), ("”", '"'), ("–", "-"), ("…", "..."), ("\u00a0", " ")):
        text = text.replace(curly, straight)
    return text


@pytest.mark.parametrize(
    ("source", "folded"),
    [
        pytest.param("‘a’ “b” «c»", '\'a\' "b" "c"', id="quotation marks"),
        pytest.param("a–b—c‑d−e", "a-b-c-d-e", id="dashes"),
        pytest.param("a\u00a0b\u2009 c\n\nd", "a b c d", id="white space"),
        pytest.param("spent on….”", 'spent on...."', id="ellipsis"),
        pytest.param("STRASSE Straße", "strasse strasse", id="case"),
        pytest.param("co\u00adopera\u200btion \u200ehere", "cooperation here", id="invisible"),
        pytest.param("a \u200b b", "a b", id="invisible between blanks"),
        pytest.param("deten-\ntion of", "detention of", id="line end"),
        pytest.param("Jean-\nPaul", "jean- paul", id="hyphen before a capital stays"),
        pytest.param("Coˆte Co\u0302te Côte", "coˆte côte côte", id="accents"),
        pytest.param("ﬁnes", "fines", id="ligature"),
    ],
)
def test_folding_changes_typography_alone(source, folded):
    assert fold(source).text == folded


@given(TRICKY)
def test_folding_twice_changes_nothing_more(text):
    once = fold(text).text
    assert fold(once).text in (once, once.replace("- ", ""))  # a hyphen may meet its line end only once


@given(TRICKY, st.data())
def test_every_folded_slice_leads_back_to_a_source_that_folds_to_it(text, data):
    """The map names a source range for each folded range, in order, inside the text, and covering it."""
    folded = fold(text)
    assert folded.marks[-1] == len(folded.text)
    assert folded.sources[-1] == len(text)
    if not folded.text:
        return
    start = data.draw(st.integers(0, len(folded.text) - 1))
    end = data.draw(st.integers(start + 1, len(folded.text)))
    span = folded.source(start, end)
    assert 0 <= span.start < span.end <= len(text)
    whole = folded.source(0, len(folded.text))
    assert whole.start <= span.start
    assert span.end <= whole.end


@pytest.mark.parametrize("report", REPORTS, ids=lambda report: report.info.id)
def test_offsets_of_the_folded_reports_round_trip(report):
    """Every sentence found in the folded report is the report's own slice again."""
    folded = fold(report.text)
    for paragraph in report.paragraphs:
        for span in sentences.split(report.text, paragraph.body_start, paragraph.end):
            needle = fold(span.of(report.text)).text
            found = [folded.source(at, at + len(needle)) for at in occurrences(folded.text, needle)]
            assert span in found


def test_every_sentence_is_verbatim_where_it_stands():
    for report, sentence in SENTENCES:
        verdict = INDEX.judge(sentence, report=report)
        assert verdict.verdict == "verbatim", sentence
        for place in verdict.places:
            assert TEXTS[place.report][place.start : place.end].casefold() == sentence.casefold()


def test_retyped_sentences_differ_by_typography_alone():
    for report, sentence in SENTENCES:
        typed = _retyped(sentence)
        assert INDEX.judge(typed, report=report).verdict == ("verbatim" if typed == sentence else "typography"), (
            sentence
        )
        assert INDEX.judge(sentence.upper(), report=report).verdict in ("typography", "verbatim")


def test_any_changed_digit_is_not_found():
    """A similarity would accept 32383 for 32363."""
    for _, sentence in SENTENCES:
        for at, character in enumerate(sentence):
            if character.isdigit():
                changed = sentence[:at] + str((int(character) + 3) % 10) + sentence[at + 1 :]
                assert all(
                    fold(changed).text in fold(TEXTS[place.report][place.start : place.end]).text
                    for place in INDEX.judge(changed).places
                ), changed


@given(st.sampled_from(SENTENCES), st.data())
def test_a_dropped_word_is_not_found_inside_a_sentence(case, data):
    words = case[1].split()
    if len(words) < 4:
        return
    at = data.draw(st.integers(1, len(words) - 2))
    if fold(words[at]).text in (fold(words[at - 1]).text, fold(words[at + 1]).text):
        return
    shortened = " ".join(words[:at] + words[at + 1 :])
    assert INDEX.judge(shortened, report=case[0]).verdict in ("not_found", "misattributed")


CUT = "there were COVID-19 cases among prisoners"


@pytest.mark.parametrize(
    ("quote", "verdict", "lost"),
    [
        pytest.param(CUT, "cut", ("denial", "speaker"), id="denial cut off"),
        pytest.param("prisoners stated that the soldiers beat prisoners", "cut", (), id="speaker kept"),
        pytest.param("The soldiers beat prisoners", "cut", ("speaker",), id="speaker cut off"),
        pytest.param("The law prohibits torture", "cut", ("speaker", "condition"), id="nevertheless cut off"),
        pytest.param("The law provides for the right to a fair trial", "typography", (), id="no full stop"),
        pytest.param("“The law provides for the right to a fair trial,”", "typography", (), id="comma inside marks"),
        pytest.param("“The law provides for the right to a fair trial.”", "verbatim", (), id="in quotation marks"),
        pytest.param("The law provides for the right to a fair trial?", "not_found", None, id="made a question"),
        pytest.param("lawfully detained individuals", "not_found", None, id="unlawfully"),
        pytest.param("140 foreign citizens", "not_found", None, id="inside a number"),
        pytest.param("149 foreign citizens had returned home", "not_found", None, id="part of a number"),
        pytest.param("trial detention facilities, and prisons", "not_found", None, id="inside pretrial"),
        pytest.param("19 pandemic compounded prisons", "not_found", None, id="inside COVID-19"),
        pytest.param("prisoners who receive special privileges", "cut", None, id="after a dash"),
        pytest.param("", "not_found", None, id="empty"),
        pytest.param("…", "not_found", None, id="no word"),
    ],
)
def test_what_was_cut_is_shown(quote, verdict, lost):
    judged = INDEX.judge(quote, year=2020)
    assert judged.verdict == verdict
    if lost is not None:
        assert judged.places[0].lost == lost


def test_a_cut_quotation_shows_its_whole_sentence():
    place = INDEX.judge(CUT).places[0]
    text = TEXTS[place.report]
    assert place.before == "When such complaints reached the public, prison officials denied"
    assert place.after == "and reported that prisoners had tested negative for the virus."
    assert f"{place.before} {text[place.start : place.end]} {place.after}" == place.sentences.of(text)


@pytest.mark.parametrize(
    ("quote", "omitted"),
    [
        pytest.param("Prison officials … COVID-19 cases", ("denied there were",), id="ellipsis"),
        pytest.param("Prison officials … there were COVID-19 cases", ("denied",), id="ellipsis hides the denial"),
        pytest.param("prison officials [...] COVID-19 cases", ("denied there were",), id="in brackets"),
        pytest.param("prison officials . . . COVID-19 cases", ("denied there were",), id="spaced dots"),
        pytest.param("[the staff] denied there were COVID-19 cases", (), id="bracket before"),
        pytest.param("[P]rison officials denied there were COVID-19 cases", (), id="letter in brackets"),
    ],
)
def test_the_quoters_own_gaps_are_at_best_cut(quote, omitted):
    judged = INDEX.judge(quote)
    assert judged.verdict == "cut"
    assert judged.places[0].omitted == omitted


@pytest.mark.parametrize(
    "quote",
    [
        pytest.param("COVID-19 cases … prison officials denied", id="wrong order"),
        pytest.param("Prisons faced serious shortages … special privileges", id="two paragraphs"),
        pytest.param("Prison officials … monkeypox", id="one piece invented"),
    ],
)
def test_pieces_stand_in_order_in_one_paragraph(quote):
    assert INDEX.judge(quote).verdict == "not_found"


def test_the_sources_own_ellipsis_and_brackets_are_quoted_as_they_stand():
    sentence = next(text for _, text in SENTENCES if "trial…[and]" in text)
    assert INDEX.judge(sentence).verdict == "verbatim"
    assert INDEX.judge(_retyped(sentence)).verdict == "typography"


@pytest.mark.parametrize(
    ("hours", "naming", "verdict"),
    [
        pytest.param(72, {"year": 2016}, "verbatim", id="right edition"),
        pytest.param(72, {"year": 2020}, "misattributed", id="wrong edition"),
        pytest.param(48, {"year": 2016}, "misattributed", id="wrong edition of the other"),
        pytest.param(48, {"report": "kazakhstan-2016"}, "misattributed", id="wrong report"),
        pytest.param(48, {"country": "kazakhstan", "year": 2020}, "verbatim", id="country and edition"),
        pytest.param(48, {"country": "Kyrgyzstan"}, "misattributed", id="wrong country"),
        pytest.param(24, {"year": 2016}, "not_found", id="in none"),
    ],
)
def test_quote_country_and_edition_are_judged_together(hours, naming, verdict):
    quote = f"The law allows police to hold a detainee for {hours} hours before bringing charges."
    assert INDEX.judge(quote, **naming).verdict == verdict


def test_a_misattributed_quotation_names_every_true_place():
    judged = INDEX.judge("Military courts have jurisdiction over civilian criminal defendants", year=2018)
    assert judged.verdict == "misattributed"
    assert [place.report for place in judged.places] == ["kazakhstan-2016", "kazakhstan-2020"]


def test_a_repeated_sentence_lists_the_named_edition_first():
    judged = INDEX.judge("There were no independent international monitors of prisons.", year=2020)
    assert judged.verdict == "verbatim"
    assert [place.report for place in judged.places] == ["kazakhstan-2020", "kazakhstan-2016"]


def test_what_is_not_found_comes_with_the_nearest_true_sentence():
    judged = INDEX.judge("Private Urazgaliyev of Army Unit 32383 in Kapshagay died in the hospital")
    assert judged.verdict == "not_found"
    assert judged.places == ()
    assert judged.nearest is not None
    assert "Army Unit 32363" in judged.nearest.text
    assert judged.nearest.overlap < 1


def test_nothing_is_found_in_what_surrounds_the_report():
    assert (
        INDEX.judge("A .gov website belongs to an official government organization in the United States.").places == ()
    )


def test_a_quotation_may_run_over_sentences_and_paragraphs():
    report = REPORTS[0]
    first, second = report.paragraphs[0], report.paragraphs[1]
    assert INDEX.judge(report.text[first.start : second.end]).verdict == "verbatim"
    pair = "Corruption in the judicial system was widespread. Bribes and irregular payments were regularly exchanged"
    assert INDEX.judge(pair).verdict == "cut"


def test_decomposed_accents_and_line_ends_of_a_report_are_no_obstacle():
    text = unicodedata.normalize("NFD", "Police in Côte d’Ivoire de-\ntained José. He was freed.")
    paragraph = dataclasses.replace(REPORTS[0].paragraphs[0], start=0, body_start=0, end=len(text))
    index = QuoteIndex([Report(REPORTS[0].info, text, (paragraph,))])
    place = index.judge("Police in Côte d'Ivoire detained José.").places[0]
    assert text[place.start : place.end] == text[: text.index(" He")]
    assert place.verdict == "typography"


@pytest.mark.parametrize(
    ("start", "end", "expected", "verdict", "at"),
    [
        pytest.param(4, 9, "seven", "exact", 4, id="exact"),
        pytest.param(0, 5, "seven", "moved", 4, id="moved"),
        pytest.param(-5, 5, "seven", "moved", 4, id="negative offset"),
        pytest.param(4, 9, "eight", "altered", None, id="altered"),
        pytest.param(4, 9, "sev", "altered", None, id="part of a word"),
        pytest.param(4, 4, "", "altered", None, id="empty"),
    ],
)
def test_stored_slices_are_checked_again(start, end, expected, verdict, at):
    checked = check_slice("the seven cases", start, end, expected)
    assert (checked.verdict, checked.start) == (verdict, at)


def test_five_hundred_quotations_take_no_five_seconds():
    began = time.perf_counter()
    index = QuoteIndex(REPORTS)
    for position in range(500):
        sentence = SENTENCES[position % len(SENTENCES)][1]
        index.judge(sentence if position % 3 else sentence.replace(" the ", " a ") + " Never.")
    assert time.perf_counter() - began < 5
