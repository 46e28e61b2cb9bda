"""Phrases that stand for a word, and figures and places that stand the other way round."""

import pytest

from rag.grounding import bearers, comparison, figures, idioms
from rag.grounding.claim import Claim
from rag.grounding.reading import read


def _claim(statement, evidence):
    return Claim(read(statement), (), read(""), "", {}), read(evidence)


def _judge(rule, statement, evidence, monkeypatch):
    claim, reading = _claim(statement, evidence)
    monkeypatch.setitem(claim.__dict__, "evidence", reading)
    return rule(claim)


@pytest.mark.parametrize(
    ("statement", "evidence", "word", "told"),
    [
        ("Two men lost their lives.", "Two men died.", "lives", True),
        ("Two men lost their lives.", "Two men arrived.", "lives", False),
        ("The case came to light.", "The case was disclosed.", "light", True),
        ("Ten judges lost their posts.", "Ten judges were dismissed.", "lost", True),
    ],
)
def test_a_phrase_stands_for_a_word(statement, evidence, word, told):
    reading = read(statement)
    token = next(token for token in reading.tokens if token.folded == word)
    assert idioms.told(reading, token, read(evidence)) is told


@pytest.mark.parametrize(
    ("rule", "statement", "evidence", "caught"),
    [
        (figures.order_changed, "350 of the four cases", "Four of the 350 cases", True),
        (figures.order_changed, "four of the 350 cases", "Four of the 350 cases", False),
        (figures.order_changed, "It went from 20,000 to 40,000.", "It went from 40,000 to 20,000.", True),
        (comparison.turned_comparison, "Complaints fell.", "There were 125 complaints, compared to 84 in 2019.", True),
        (comparison.turned_comparison, "Complaints rose.", "There were 125 complaints, compared to 84 in 2019.", False),
        (bearers.direction_changed, "He was sent to Ukraine.", "He was sent home from Ukraine.", True),
        (bearers.direction_changed, "He was sent from Ukraine.", "He was sent home from Ukraine.", False),
    ],
)
def test_the_other_way_round(rule, statement, evidence, caught, monkeypatch):
    assert bool(_judge(rule, statement, evidence, monkeypatch)) is caught
