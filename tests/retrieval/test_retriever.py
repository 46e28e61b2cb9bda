"""Searches keep to the reports they are given, and give each its turn where they should."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.corpus.passages import embedded_text
from rag.index.builder import build
from rag.retrieval.fusion import fuse
from rag.retrieval.retriever import LIMIT, POOL, Retriever
from rag.store import LocalStore
from rag.text.words import terms
from tests.fakes import HashEncoder, make_report

QUESTIONS = ["Were detainees tortured?", "complaints to the ombudsman", "Bokayev", "xyzzy", "72 hours", "…", "the"]


@pytest.fixture(scope="module")
def retriever(seed_store):
    return Retriever(seed_store, HashEncoder())


@pytest.fixture(scope="module")
def many(tmp_path_factory):
    """Twelve reports that say nearly the same, one of them at greater length."""
    reports = [
        make_report(
            "Chad", year, [f"Courts were slow in {year}. Police beat {year % 7 + 2} detainees."] * (year % 3 + 1)
        )
        for year in range(2010, 2021)
    ]
    reports.append(make_report("Kenya", 2020, ["Courts were slow.", "Police beat detainees."] * 40))
    folder = tmp_path_factory.mktemp("many") / "index"
    build(reports, folder, "hash", encoders=HashEncoder)
    return Retriever(LocalStore.open(folder), HashEncoder())


@pytest.mark.parametrize("question", QUESTIONS)
def test_hits_come_best_first_each_once(retriever, seed_store, question):
    hits = retriever.search(question, seed_store.reports)
    assert 0 < len(hits) <= LIMIT
    assert all(one.score >= other.score > 0 for one, other in pairwise(hits))
    assert len({(hit.passage.report, hit.passage.start) for hit in hits}) == len(hits)


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("year", [2016, 2020])
def test_a_restricted_search_finds_only_its_report(retriever, seed_store, question, year):
    only = [report for report in seed_store.reports if report.year == year]
    hits = retriever.search(question, only)
    assert {hit.passage.report for hit in hits} == {f"kazakhstan-{year}"}


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_restricted_search_ranks_as_if_there_were_nothing_else(retriever, seed_store, question):
    """Its pools are filled from the admitted reports, not cut from an unrestricted search."""
    only = [report for report in seed_store.reports if report.year == 2016]
    numbers = set(seed_store.passages_of("kazakhstan-2016"))
    vector = HashEncoder().encode([question])[0]
    dense = [number for number, _ in seed_store.similar(vector, len(seed_store)) if number in numbers][:POOL]
    lexical = [n for n, _ in seed_store.matching(terms(question), len(seed_store)) if n in numbers][:POOL]
    expected = dict(fuse([dense, lexical]))
    hits = retriever.search(question, only)
    assert sorted((hit.score for hit in hits), reverse=True) == pytest.approx(sorted(expected.values())[::-1][:LIMIT])


def test_hits_carry_their_cosines(retriever, seed_store):
    """With the whole passage as it was embedded, and with each of its sentences."""
    encoder = HashEncoder()
    question = "complaints to the ombudsman"
    vector = encoder.encode([question])[0]
    for hit in retriever.search(question, seed_store.reports)[:5]:
        passage = hit.passage
        assert hit.similarity == pytest.approx(float(encoder.encode([embedded_text(passage)])[0] @ vector), abs=2e-3)
        cut = [passage.sentence(index) for index in range(len(passage.sentences))]
        assert hit.sentence_similarities == pytest.approx([float(v @ vector) for v in encoder.encode(cut)], abs=2e-3)


@pytest.mark.parametrize("limit", [1, 5, 12, LIMIT])
def test_a_balanced_search_gives_each_report_its_turn(many, limit):
    """The longest report does not crowd out the others."""
    reports = many.store.reports
    hits = many.search("Courts were slow", reports, balanced=True, limit=limit)
    assert len(hits) == limit
    assert len({hit.passage.report for hit in hits}) == min(limit, len(reports))


def test_an_unbalanced_search_does_not(many):
    hits = many.search("Courts were slow", many.store.reports)
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_filters_are_exact_for_any_set_of_reports(many, data):
    wanted = data.draw(st.lists(st.sampled_from(many.store.reports), min_size=1, unique=True))
    balanced = data.draw(st.booleans())
    hits = many.search(data.draw(st.sampled_from(QUESTIONS)), wanted, balanced=balanced)
    assert hits
    assert {hit.passage.report for hit in hits} <= {report.id for report in wanted}


def test_searching_twice_gives_the_same(retriever, seed_store):
    assert retriever.search("torture", seed_store.reports) == retriever.search("torture", seed_store.reports)


def test_questions_are_spelled_as_the_collection_spells(retriever):
    assert retriever.spelled("Who jailed Bokaev of Nursultan?") == "Who jailed Bokayev of Nursultan?"
