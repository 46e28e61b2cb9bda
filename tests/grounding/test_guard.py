"""The deterministic guard lets pass what the cited sentences say, and nothing else that a rule can tell."""

import re
import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.corpus import passages, read_folder
from rag.grounding.guard import RULES, DeterministicGuard
from rag.grounding.kinship import SPECIFIC
from rag.grounding.numbers import dates, quantities, years
from rag.grounding.reading import read
from rag.grounding.similarity import SentenceSimilarity
from rag.grounding.thesaurus import kindred
from rag.text.words import stem
from rag.types import Draft, Passage, Span
from tests.fakes import HashEncoder

REPORTS = read_folder(Path(__file__).parents[2] / "seeds")
INFOS = {report.info.id: report.info for report in REPORTS}
PLACES = [
    (passage, index)
    for report in REPORTS
    for passage in passages.split(report)
    for index in range(len(passage.sentences))
]
GUARD = DeterministicGuard()


def _judge(statement, *places, guard=GUARD):
    withheld = guard.check(Draft(statement, tuple(places)), INFOS)
    return withheld and withheld.verdict


def _cited(text, *before, year=2020):
    """A place whose sentence is ``text``, after the sentences ``before``."""
    whole, spans = "", []
    for sentence in (*before, text):
        start = len(whole)
        whole += sentence + " "
        spans.append(Span(start, start + len(sentence)))
    passage = Passage(f"kazakhstan-{year}", 1, 0, len(whole) - 1, "Section 1", (), tuple(spans), whole[:-1])
    return passage, len(before)


def test_every_verdict_has_a_rule_that_explains_itself():
    """Each rule's docstring is the rule."""
    assert all(rule.__doc__ for _, rule in RULES)
    assert {verdict for verdict, _ in RULES} == {
        "number_not_in_quote", "date_not_in_quote", "name_not_in_quote", "words_not_in_quote", "negation_changed",
        "attribution_dropped", "scope_changed", "wrong_report", "unrelated",
    }  # fmt: skip


def test_a_statement_without_a_sentence_is_withheld():
    assert _judge("There were no reports of disappearances.") == "no_quote"


def test_every_sentence_supports_its_own_copy():
    for place in PLACES:
        assert _judge(place[0].sentence(place[1]), place) is None


@given(st.lists(st.sampled_from(PLACES), min_size=1, max_size=4))
def test_any_run_of_cited_sentences_supports_itself(places):
    assert _judge(" ".join(passage.sentence(index) for passage, index in places), *places) is None


@given(st.sampled_from(PLACES))
def test_typography_never_matters(place):
    typed = place[0].sentence(place[1]).translate(str.maketrans("“”’–", '""\'-'))
    assert _judge(typed, place) is None


NUMBERED = [place for place in PLACES if re.search(r"\d", place[0].sentence(place[1]))]


@given(st.sampled_from(NUMBERED), st.data())
def test_any_changed_digit_is_caught(place, data):
    sentence = place[0].sentence(place[1])
    at = data.draw(st.sampled_from([at for at, character in enumerate(sentence) if character.isdigit()]))
    digit = data.draw(st.sampled_from([d for d in "123456789" if d != sentence[at]]))
    changed = sentence[:at] + digit + sentence[at + 1 :]
    number = next(match for match in re.finditer(r"[\d.,/-]*\d", changed) if match.start() <= at < match.end()).group()
    if number in sentence or "COVID" in sentence[max(0, at - 7) : at]:
        return
    assert _judge(changed, place) is not None


NEGATED = [
    place
    for place in PLACES
    if re.search(r"\b(?:did|does|do|is|are|was|were|has|have|had) not ", place[0].sentence(place[1]))
]


@pytest.mark.parametrize("place", NEGATED, ids=lambda place: f"{place[0].report}-{place[0].sentences[place[1]].start}")
def test_any_dropped_not_is_caught(place):
    changed = re.sub(r"\b((?:did|does|do|is|are|was|were|has|have|had)) not ", r"\1 ", place[0].sentence(place[1]))
    assert _judge(changed, place) is not None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("two-and-a-half years", [(30, "calendar")], id="hyphened half"),
        pytest.param("four and one-half years of seven and one-half years", [(54, "calendar"), (90, "calendar")], id="halves"),
        pytest.param("54, 000 tenge ($130)", [(54000, "tenge"), (130, "$")], id="stray blank and money"),
        pytest.param("1.2 million tenge", [(1200000, "tenge")], id="million"),
        pytest.param("97.5 percent, 40% and 40 per cent", [(97.5, "share"), (40, "share"), (40, "share")], id="percent"),
        pytest.param("one-half of cases", [(50, "share")], id="share in words"),
        pytest.param("twenty-five of two hundred and six", [(25, ""), (206, "")], id="number words"),
        pytest.param("seven thousand seven hundred fifty-seven", [(7757, "")], id="thousands in words"),
        pytest.param("a three-fold increase", [(3, "times")], id="multiple"),
        pytest.param("18 months, 18 days", [(18, "calendar"), (432, "time")], id="units"),
        pytest.param("a six-year-old in a 48-hour cell", [(72, "calendar"), (48, "time")], id="adjectives"),
        pytest.param("one of the guards", [], id="one is no number"),
        pytest.param("In 2019, on July 14, COVID-19 and LA-155/18", [], id="dates and codes"),
        pytest.param("hundreds of people", [(0, "vague hundred")], id="vague"),
    ],
)  # fmt: skip
def test_numbers_are_read_with_their_units(text, expected):
    """Durations come in hours or months, shares in percent."""
    assert [(float(quantity.value), quantity.unit) for quantity in quantities(text)] == expected


def test_dates_and_years_are_read_in_any_order():
    assert dates("On July 14 and 14 July, the 3rd of May 2019, in June") == {(7, 14), (5, 3), (6, 0)}
    assert years("In 2016, on January 5, 2021, and the 2017-18 reports") == {2016, 2021, 2017, 2018}


@pytest.mark.parametrize(
    ("text", "word", "negated"),
    [
        pytest.param("They did not allow services, rites, or meetings in prisons.", "meetings", True, id="list"),
        pytest.param("They did not pay, but courts convicted them.", "convicted", False, id="but ends it"),
        pytest.param(
            "The law prevents children of parents from obtaining papers.", "obtaining", True, id="prevents from"
        ),
        pytest.param("Parliament has never failed to confirm a nomination.", "confirm", False, id="double"),
        pytest.param("It was a no-swimming area near the station.", "area", False, id="compound"),
        pytest.param("Not only judges complained.", "judges", False, id="not only"),
        pytest.param("The amendments do not, however, specify a ratio.", "specify", True, id="aside"),
        pytest.param("The National Preventive Mechanism visited prisons.", "visited", False, id="name"),
    ],
)
def test_a_negation_governs_its_clause(text, word, negated):
    assert next(token for token in read(text).tokens if token.folded == word).negated is negated


HELD = _cited("The law allows police to hold a detainee for 48 hours before bringing charges.")
TWO = (
    _cited("The law allows police to hold a detainee for 72 hours before bringing charges.", year=2016),
    _cited("The law allows police to hold a detainee for 48 hours before bringing charges.", year=2020),
)


@pytest.mark.parametrize(
    ("statement", "verdict"),
    [
        pytest.param(
            "In 2016, police could hold detainees for 72 hours; in 2020, for 48 hours.", None, id="each its own"
        ),
        pytest.param(
            "Police could hold a detainee for 48 hours according to the 2016 report and 72 hours according to the 2020 report.",
            "wrong_report",
            id="swapped",
        ),
        pytest.param(
            "Between the 2016 and the 2020 report the time police may hold a detainee became longer.",
            "unrelated",
            id="wrong direction",
        ),
        pytest.param(
            "Between the 2016 and the 2020 report the time police may hold a detainee became shorter.",
            None,
            id="right direction",
        ),
    ],
)
def test_editions_are_compared_number_by_number(statement, verdict):
    assert _judge(statement, *TWO) == verdict


class _Doubter:
    """A judge that doubts everything, and counts how often it is asked."""

    def __init__(self):
        self.asked = 0

    def doubt(self, statement, evidence):
        self.asked += 1
        return "not convinced"


def test_a_second_opinion_can_only_withhold_more():
    judge = _Doubter()
    guard = DeterministicGuard(judge=judge)
    assert (
        _judge("By law police may hold a detainee for 48 hours before bringing charges.", HELD, guard=guard)
        == "unrelated"
    )
    assert judge.asked == 1
    assert (
        _judge("By law police may hold a detainee for 49 hours before bringing charges.", HELD, guard=guard)
        == "number_not_in_quote"
    )
    assert judge.asked == 1
    assert _judge(HELD[0].sentence(0), HELD, guard=guard) is None


def test_similarity_can_save_only_a_statement_of_other_words():
    statement = "Officers are permitted to keep suspects in a cell for 48 hours without formal accusation."
    sure = DeterministicGuard(similarity=lambda text, others: [1.0] * len(others))
    unsure = DeterministicGuard(similarity=lambda text, others: [0.0] * len(others))
    assert _judge(statement.replace("48", "47"), HELD, guard=sure) == "number_not_in_quote"
    assert _judge("Tax inspectors may audit a company for 48 hours.", HELD, guard=unsure) == "unrelated"


def test_a_statement_costs_few_milliseconds():
    """Two, and as much again for a slow machine, over light edits of a hundred sentences not read before."""
    drafts = [Draft(f"In 2020 {place[0].sentence(place[1])}", (place,)) for place in PLACES[:100]]
    began = time.process_time()
    for draft in drafts:
        GUARD.check(draft, INFOS)
    assert (time.process_time() - began) / len(drafts) < 0.004


@pytest.mark.parametrize(
    ("evidence", "statement", "verdict"),
    [
        pytest.param(
            "Mining firms sued the village in March.",
            "The village sued mining firms in March.",
            "unrelated",
            id="who sued whom",
        ),
        pytest.param("A few miners left the union.", "Many miners left the union.", "scope_changed", id="few and many"),
        pytest.param(
            "The court rarely grants bail.", "The court never grants bail.", "scope_changed", id="rarely and never"
        ),
        pytest.param(
            "The panel recommended a review of the camp.",
            "The panel ordered a review of the camp.",
            "scope_changed",
            id="asked and ordered",
        ),
        pytest.param(
            "Police are reviewing the complaint.",
            "Police have closed their review of the complaint.",
            "scope_changed",
            id="under way and over",
        ),
        pytest.param(
            "The court refused to ban the union.",
            "The court banned the union.",
            "negation_changed",
            id="refused to ban",
        ),
        pytest.param("The office is unregistered.", "The office is registered.", "negation_changed", id="prefix"),
        pytest.param(
            "Guards kept the inmates from seeing a doctor.",
            "Guards did not let the inmates see a doctor.",
            None,
            id="kept from and did not let",
        ),
        pytest.param(
            "The clinic treated 40 patients per month.",
            "The clinic treated 40 patients per year.",
            "number_not_in_quote",
            id="rate",
        ),
        pytest.param(
            "Miners said that the shaft had collapsed.", "The shaft collapsed.", "attribution_dropped", id="speaker cut"
        ),
        pytest.param(
            "Activists alleged police beat a man suspected of theft.",
            "Police beat a man suspected of theft.",
            "attribution_dropped",
            id="suspicion of another matter",
        ),
        pytest.param(
            "According to activists, guards beat prisoners who had been warned and counted.",
            "Guards beat prisoners who had been warned and counted.",
            "attribution_dropped",
            id="speaker cut before acts of others",
        ),
        pytest.param("Police jailed the editor.", "The editor was locked up by police.", None, id="kindred words"),
        pytest.param(
            "Police jailed the editor.", "Police jailed the editor over a helicopter.", "unrelated", id="new noun"
        ),
    ],
)
def test_what_changes_the_meaning_of_a_sentence(evidence, statement, verdict):
    assert _judge(statement, _cited(evidence)) == verdict


def test_similarity_lets_few_reworded_words_through():
    """Only where the texts are alike, the words too, and none is of a class that can be checked."""
    place = _cited("The council adopted a stringent budget for village roads.")
    alike = DeterministicGuard(similarity=lambda text, others: [0.3 if each in SPECIFIC else 0.6 for each in others])
    unlike = DeterministicGuard(similarity=lambda text, others: [0.3] * len(others))
    specific = DeterministicGuard(similarity=lambda text, others: [0.9 if each in SPECIFIC else 0.6 for each in others])
    foreign = DeterministicGuard(similarity=_nearer_without("austere"))
    one = "The council adopted an austere budget for village roads."
    assert _judge(one, place) == _judge(one, place, guard=unlike) == "unrelated"
    assert _judge(one, place, guard=alike) is None
    assert _judge(one, place, guard=specific) == _judge(one, place, guard=foreign) == "unrelated"
    assert _judge("The stern council endorsed an austere, frugal outlay.", place, guard=alike) == "unrelated"


def _nearer_without(word):
    """A similarity to which texts without ``word`` are nearer to any other."""
    return lambda text, others: [0.3 if each in SPECIFIC else 0.6 if word in each else 0.9 for each in others]


def test_kindred_words_are_kindred_both_ways():
    assert stem("detained") in kindred(stem("jailed"))
    assert stem("jailed") in kindred(stem("detained"))
    assert not kindred("xyzzy")


def test_vectors_are_computed_once():
    asked = []

    class Counting:
        name = "counting"

        def encode(self, texts, progress=None):
            asked.extend(texts)
            return np.array([[1.0, 0.0]] * len(texts), dtype=np.float32)

    similarity = SentenceSimilarity(Counting())
    assert similarity("a", ["b", "b"]) == [1.0, 1.0]
    assert similarity("b", ["a", "c"]) == [1.0, 1.0]
    assert similarity("a", []) == []
    assert asked == ["a", "b", "c"]


def test_the_vectors_asked_for_last_are_kept():
    similarity = SentenceSimilarity(HashEncoder(), kept=2)
    similarity("a", ["b"])
    similarity("b", ["c"])
    assert list(similarity._vectors) == ["b", "c"]
