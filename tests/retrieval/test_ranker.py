"""The ranking weighs named, documented evidence; its confidence is a probability."""

import inspect
import math
import re
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.retrieval import ranker
from rag.retrieval.ranker import READ, EvidenceRanker, ReadingRanker, Weights, fitted
from rag.retrieval.retriever import Retriever
from rag.types import Question
from tests.fakes import HashEncoder

QUESTIONS = [
    "How many complaints of torture did the ombudsman receive in 2020?",
    "Who is Max Bokayev?",
    "What does Uzbekistan think of 54, 000 tenge?",
    "xyzzy",
    "the",
    "72 hours",
    "Nur-Sultan, Astana or the capital: where was Mukhtar Ablyazov's DCK banned, why, when and by whom?",
]


@pytest.fixture(scope="module")
def found(seed_store):
    """Question to what was retrieved for it."""
    retriever = Retriever(seed_store, HashEncoder())
    return {
        text: (Question(text, seed_store.reports, foreign=("Uzbekistan",)), retriever.search(text, seed_store.reports))
        for text in QUESTIONS
    }


def features(question, hits, store):
    reading = ranker.read(question, store)
    scored = ranker.score(reading, hits, fitted()[0].sentence)
    return [one.features for one in scored], ranker.confidence_features(scored, reading)


@pytest.mark.parametrize("text", QUESTIONS)
def test_features_are_finite_and_of_modest_size(found, seed_store, text):
    sentences, confidence = features(*found[text], seed_store)
    for one in sentences:
        assert all(math.isfinite(value) and -1.01 <= value <= 1.01 for value in one.values()), one
    assert all(math.isfinite(value) and abs(value) < 50 for value in confidence.values()), confidence


def test_weights_name_only_features_that_exist(found, seed_store):
    """A weight for nothing would be a key error at the first question; a feature without weight is dead."""
    sentences, confidence = features(*found[QUESTIONS[0]], seed_store)
    assert set(fitted()[0].sentence) == set(sentences[0])
    assert set(fitted()[0].confidence) == set(confidence)
    assert all(
        math.isfinite(weight) for part in (fitted()[0].sentence, fitted()[0].confidence) for weight in part.values()
    )


@pytest.mark.parametrize("function", [ranker.sentence_features, ranker.confidence_features])
def test_features_are_named_in_full_words(function):
    names = re.findall(r'"(\w+)":', inspect.getsource(function))
    assert names
    assert all(re.fullmatch(r"[a-z]+(_[a-z]+)*", name) for name in names)
    assert function.__doc__


@pytest.mark.parametrize("text", QUESTIONS)
def test_every_sentence_of_the_hits_is_ranked_once(found, seed_store, text):
    """Passages of one paragraph share sentences; a place counts once, and none is lost."""
    question, hits = found[text]
    evidence = EvidenceRanker(seed_store).rank(question, hits)
    places = [(one.hit.passage.report, one.span.start) for one in evidence.sentences]
    assert len(set(places)) == len(places)
    assert set(places) == {(hit.passage.report, span.start) for hit in hits for span in hit.passage.sentences}
    assert all(one.score >= other.score for one, other in pairwise(evidence.sentences))


@pytest.mark.parametrize("text", QUESTIONS)
def test_hits_come_in_the_order_of_their_best_sentence(found, seed_store, text):
    question, hits = found[text]
    evidence = EvidenceRanker(seed_store).rank(question, hits)
    assert len({(hit.passage.report, hit.passage.start) for hit in evidence.hits}) == len(evidence.hits)
    assert set(evidence.hits) <= set(hits)
    assert evidence.hits[0] == evidence.sentences[0].hit


@pytest.mark.parametrize("text", QUESTIONS)
def test_confidence_is_a_probability(found, seed_store, text):
    assert 0 <= EvidenceRanker(seed_store).rank(*found[text]).confidence <= 1


@settings(max_examples=10, deadline=None)
@given(st.floats(-1e6, 1e6))
def test_confidence_is_a_probability_whatever_the_weights(found, seed_store, weight):
    question, hits = found[QUESTIONS[0]]
    weights = Weights(fitted()[0].sentence, dict.fromkeys(fitted()[0].confidence, weight))
    assert 0 <= EvidenceRanker(seed_store, weights).rank(question, hits).confidence <= 1


@pytest.mark.parametrize("text", QUESTIONS)
def test_ranking_is_deterministic(found, seed_store, text):
    question, hits = found[text]
    assert EvidenceRanker(seed_store).rank(question, hits) == EvidenceRanker(seed_store).rank(question, hits)


def test_nothing_found_is_no_evidence(found, seed_store):
    question, _ = found[QUESTIONS[0]]
    evidence = EvidenceRanker(seed_store).rank(question, ())
    assert (evidence.hits, evidence.sentences, evidence.confidence) == ((), (), 0.0)


def test_one_weight_alone_orders_by_its_feature(found, seed_store):
    question, hits = found[QUESTIONS[0]]
    weights = Weights({"similarity": 1.0}, {"bias": 0.0})
    evidence = EvidenceRanker(seed_store, weights).rank(question, hits)
    similarities = [one.hit.sentence_similarities[one.index] for one in evidence.sentences]
    assert similarities == sorted(similarities, reverse=True)
    assert evidence.confidence == 0.5


def test_a_countrys_own_name_and_the_case_of_words_aside_names_are_seen(seed_store):
    """The first word is written with a capital whatever it is."""
    reading = ranker.read(Question("Who jailed Maks Bokayev in Kazakhstan?", seed_store.reports), seed_store)
    assert reading.names == {"mak", "bokayev"}
    assert reading.numbers == frozenset()
    assert reading.kinds == {"person"}


def test_words_that_the_collection_lacks_are_counted(seed_store):
    assert ranker.read(Question("xyzzy courts", seed_store.reports), seed_store).unknown == 0.5
    assert ranker.read(Question("the", seed_store.reports), seed_store).unknown == 0.0


class Recorder:
    """Likes one sentence, by its opening words, and remembers what it was given."""

    def __init__(self, likes=""):
        self.likes, self.given = likes, []

    def read(self, question, sentences):
        self.given.append((question, tuple(sentences)))
        return [9.0 if self.likes and sentence.startswith(self.likes) else -1.0 for sentence in sentences]


@pytest.mark.parametrize("text", QUESTIONS)
def test_reading_loses_no_sentence_and_doubles_none(found, seed_store, text):
    question, hits = found[text]
    evidence = ReadingRanker(seed_store, Recorder()).rank(question, hits)
    plain = EvidenceRanker(seed_store).rank(question, hits)
    assert {(one.hit.passage.report, one.span) for one in evidence.sentences} == {
        (one.hit.passage.report, one.span) for one in plain.sentences
    }
    assert len(evidence.sentences) == len(plain.sentences)
    assert 0 <= evidence.confidence <= 1


@pytest.mark.parametrize("place", range(READ))
def test_what_the_reader_is_sure_of_comes_first(found, seed_store, place):
    question, hits = found[QUESTIONS[0]]
    plain = EvidenceRanker(seed_store).rank(question, hits).sentences[place]
    reader = Recorder(plain.hit.passage.sentence(plain.index))
    assert ReadingRanker(seed_store, reader).rank(question, hits).sentences[0].span == plain.span


def test_a_reader_reads_the_best_few_without_the_reports_own_country(found, seed_store):
    """Reading costs more than the whole search, and a report seldom repeats its country's name."""
    _, hits = found[QUESTIONS[0]]
    reader = Recorder()
    asked = Question("How many complaints of torture did Kazakhstan's ombudsman receive?", seed_store.reports)
    best = EvidenceRanker(seed_store).rank(asked, hits).sentences[:READ]
    ReadingRanker(seed_store, reader).rank(asked, hits)
    ((question, sentences),) = reader.given
    assert question == "How many complaints of torture did 's ombudsman receive?"
    assert all(
        one.hit.passage.sentence(one.index) in text.split(" [SEP]")[0]
        for one, text in zip(best, sentences, strict=True)
    )


def test_sentences_are_read_with_their_heading_and_the_one_before(found, seed_store):
    _, hits = found[QUESTIONS[0]]
    hit = next(hit for hit in hits if len(hit.passage.sentences) > 1 and hit.passage.outline)
    scored = ranker.Scored(hit, 1, {}, 0.0)
    sentence, _, context = ranker.read_as(scored).partition(" [SEP] ")
    assert sentence == hit.passage.sentence(1)
    assert context.endswith(hit.passage.sentence(0))
