"""The answer without a language model: whole sentences, in the order of the reports, with what they lean on."""

import pytest

from rag.corpus.passages import split
from rag.models.extractive import MARGIN, MOST, REACH, ExtractiveDrafter, context
from rag.types import Candidate, Evidence, Hit, Question
from tests.fakes import make_report

CHAD = make_report(
    "Chad",
    2019,
    [
        "Police arrested Anna Kim in Moundou. She was held for 72 hours. The court freed her. Others stayed.",
        "Courts were slow. They lacked judges.",
    ],
)
KENYA = make_report("Kenya", 2020, ["Courts were slower. It was said that judges took bribes."])


def evidence(*scored, confidence=0.9):
    """From (report, paragraph, sentence, score), best first."""
    found = []
    for report, paragraph, index, score in scored:
        [passage] = [p for p in split(report) if p.paragraph == paragraph]
        hit = Hit(passage, 0.1, 0.5, (0.5,) * len(passage.sentences))
        found.append(Candidate(hit, index, score))
    return Evidence(tuple(dict.fromkeys(one.hit for one in found)), tuple(found), confidence)


def draft(found, *, compares=False):
    question = Question("?", (CHAD.info, KENYA.info), compares)
    return list(ExtractiveDrafter().draft(question, found))


def texts(drafts):
    return [one.text for one in drafts]


def test_statements_are_the_sentences_themselves():
    for one in draft(evidence((CHAD, 1, 0, 5.0), (CHAD, 2, 0, 4.9), (KENYA, 1, 1, 4.8))):
        passage, index = one.evidence[0]
        assert one.text == passage.sentence(index)


def test_statements_come_in_the_order_of_the_reports():
    """By report, then by place; not by score."""
    found = evidence((KENYA, 1, 0, 5.0), (CHAD, 2, 0, 4.9), (CHAD, 1, 0, 4.8))
    assert texts(draft(found)) == ["Police arrested Anna Kim in Moundou.", "Courts were slow.", "Courts were slower."]


def test_at_most_three_sentences_are_stated():
    found = evidence(*((CHAD, 1, index, 5.0) for index in range(4)), (KENYA, 1, 0, 5.0))
    assert len(draft(found)) == MOST == 3


@pytest.mark.parametrize(("score", "count"), [(5.0, 2), (5.0 - MARGIN, 2), (4.99 - MARGIN, 1), (-5.0, 1)])
def test_what_lies_far_below_the_best_is_left_out(score, count):
    assert len(draft(evidence((CHAD, 1, 0, 5.0), (CHAD, 2, 0, score)))) == count


def test_comparing_states_exactly_one_sentence_a_report():
    """Each report's best, however far below the other's."""
    found = evidence((KENYA, 1, 1, 5.0), (KENYA, 1, 0, 4.9), (CHAD, 2, 0, 1.0), (CHAD, 1, 0, 0.9))
    assert texts(draft(found, compares=True)) == ["Courts were slow.", "It was said that judges took bribes."]


def test_comparing_one_report_states_one_sentence():
    assert texts(draft(evidence((CHAD, 1, 0, 5.0), (CHAD, 2, 0, 4.9)), compares=True)) == [
        "Police arrested Anna Kim in Moundou."
    ]


def test_it_is_itself_and_has_no_prompt():
    drafter = ExtractiveDrafter()
    assert (drafter.info.provider, drafter.info.degraded, drafter.prompt_sha256) == ("extractive", False, None)


# Context

CONTEXT = {
    "pronoun": (["Police arrested Anna Kim.", "She was freed."], 1, 0),
    "possessive": (["Police arrested Anna Kim.", "Her lawyer protested."], 1, 0),
    "definite noun": (["Police arrested Anna Kim.", "The court freed her."], 1, 0),
    "demonstrative": (["The law was signed by Tokayev.", "This was criticised."], 1, 0),
    "several sentences back": (["Police arrested Anna Kim.", "She was held.", "She was freed."], 2, 0),
    "the nearest name": (["Police arrested Anna Kim.", "Police freed Ivan Petrov.", "He left."], 2, 1),
    "needs none": (["Police arrested Anna Kim.", "Courts were slow."], 1, None),
    "first of its passage": (["She was freed.", "Police arrested Anna Kim."], 0, None),
    "no name before": (["Courts were slow.", "They lacked judges."], 1, None),
    "a capital alone is no name": (["Judges were few.", "They were slow."], 1, None),
    "too far back": (["Police arrested Anna Kim.", *["She waited."] * REACH, "She was freed."], REACH + 1, None),
    "as far as it reaches": (["Police arrested Anna Kim.", *["She waited."] * (REACH - 1), "She left."], REACH, 0),
    "a word that begins alike": (["Police arrested Anna Kim.", "Heavy fines followed."], 1, None),
}


@pytest.mark.parametrize(("sentences", "index", "expected"), CONTEXT.values(), ids=CONTEXT)
def test_a_sentence_that_leans_back_comes_with_the_one_that_names(sentences, index, expected):
    """The nearest sentence before it in its passage that holds a name."""
    [passage] = split(make_report("Chad", 2021, [" ".join(sentences)]))
    assert context(passage, index) == expected


def test_the_context_is_quoted_after_the_sentence_itself():
    [one] = draft(evidence((CHAD, 1, 1, 5.0)))
    assert one.text == "She was held for 72 hours."
    assert [passage.sentence(index) for passage, index in one.evidence] == [
        "She was held for 72 hours.",
        "Police arrested Anna Kim in Moundou.",
    ]
