"""What is no misspelt country is never made one."""

import pytest

from eval.training import towns
from rag import countries
from rag.question import towns as listed
from rag.question.country_spelling import written_out
from rag.types import Filters


@pytest.mark.slow
def test_no_town_of_the_world_is_taken_for_a_country():
    """34,000 of them, in the place where a country's name would stand."""
    turned = {
        name for name in set(towns.names()) if written_out(f"What happened in {name}?") != f"What happened in {name}?"
    }
    assert turned == set()


@pytest.mark.slow
def test_the_list_of_towns_is_that_which_the_command_writes():
    assert towns.mistaken() == sorted(listed.words())


def test_a_word_that_stands_in_the_reports_is_left_as_it_is():
    assert written_out("Who was tried in Azerbajan?") == "Who was tried in Azerbaijan?"
    assert written_out("Who was tried in Azerbajan?", {"azerbajan"}.__contains__) == "Who was tried in Azerbajan?"


def test_the_product_asks_the_index_what_stands_there(answerer, monkeypatch):
    monkeypatch.setattr(answerer.retriever._speller, "stands", lambda word: word == "azerbajan", raising=False)
    found = answerer.ask("Was anybody extradited to Azerbajan?", Filters())
    assert "Azerbajan" in found.standalone_question


def test_reading_codes_takes_time_in_proportion_to_their_number(monkeypatch):
    """The text is scanned for names once, not once for every code."""
    scanned = []
    found = countries.mentions
    monkeypatch.setattr(countries, "mentions", lambda text: scanned.append(text) or found(text))
    written_out(" ".join(["KEN UGA TZA"] * 100))
    few = len(scanned)
    written_out("What of " + " ".join(["KEN", "UGA", "TZA"] * 100) + "?")
    assert len(scanned) - few <= 3
