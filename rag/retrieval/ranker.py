"""Which sentence answers a question, and how sure that is: a small linear model over named evidence.

Both parts are logistic: a sentence's score is the weighted sum of its features, the confidence is the logistic
function of a weighted sum over the best sentence and its rivals: how likely it is that the best sentence answers. The
weights stand in ``ranker.json`` and are fitted by ``python -m eval.training.fit_ranker`` on development questions only.

``EvidenceRanker`` weighs what can be counted. ``ReadingRanker`` has a reader read the few best of its sentences
together with the question, and weighs that as well.
"""

import json
import math
from collections.abc import Collection, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from itertools import pairwise
from typing import TypeVar

from rag import countries
from rag.corpus.passages import in_context
from rag.interfaces import PassageStore, SentenceReader
from rag.question import answer_type
from rag.question.wording import topic
from rag.text.spelling import same_name
from rag.text.words import STOP_WORDS, numbers, stem, terms, words
from rag.types import Candidate, Evidence, Hit, Passage, Question

Features = dict[str, float]
T = TypeVar("T")

READ = 6
"""Sentences that a reader reads; more changed no figure on the development questions, and each costs its time."""


_ASKING = frozenset(
    "like give say said state tell happen describ mention know find found kind sort type situat case exampl".split()
)
"""Stems of words that ask and that no answer need repeat."""
_KEPT = 4_096
"""Passages whose words are remembered, about 10 kB each: questions on one country meet the same ones again."""
FEW = 12
"""Countries that a search may be narrowed to for their names to say nothing more; over more, a name tells which."""


@dataclass(frozen=True, slots=True)
class Weights:
    """Weight of each feature by name; a feature without a weight counts nothing."""

    sentence: Mapping[str, float]
    confidence: Mapping[str, float]
    """With "bias"."""


@cache
def fitted() -> tuple[Weights, Weights]:
    """The committed weights: without a reader, and with the packaged one."""
    stored = json.loads(resources.files("rag.retrieval").joinpath("ranker.json").read_text(encoding="utf-8"))
    alone, reading = (Weights(stored[name]["sentence"], stored[name]["confidence"]) for name in ("alone", "reading"))
    return alone, reading


def by_reading() -> tuple[Weights, Weights]:
    """For a reader that no weights were fitted for: it orders what it reads, the confidence goes by the rest."""
    alone, _ = fitted()
    return alone, Weights({"reading": 1.0}, alone.confidence)


@dataclass(frozen=True, slots=True)
class Scored:
    """A candidate with the evidence behind its score."""

    hit: Hit
    index: int
    features: Features
    score: float


class EvidenceRanker:
    """Ranks by what can be counted."""

    def __init__(self, store: PassageStore, weights: Weights | None = None) -> None:
        self._store = store
        self._weights = weights or fitted()[0]

    def rank(self, question: Question, hits: Sequence[Hit]) -> Evidence:
        """Every sentence of ``hits``, each place once; the hits again in the order of their best sentence."""
        reading = read(question, self._store)
        return _evidence(reading, hits, score(reading, hits, self._weights.sentence), self._weights.confidence)


class ReadingRanker:
    """Ranks by what can be counted, then has the best sentences read."""

    def __init__(
        self, store: PassageStore, reader: SentenceReader, weights: tuple[Weights, Weights] | None = None
    ) -> None:
        """``weights``: as ``fitted``; those for the reading are for this very ``reader``."""
        self._store = store
        self._reader = reader
        self._first, self._weights = weights or fitted()

    def rank(self, question: Question, hits: Sequence[Hit]) -> Evidence:
        """As ``EvidenceRanker.rank``."""
        reading = read(question, self._store)
        scored = score(reading, hits, self._first.sentence)
        logits = self._reader.read(reading.topic, [read_as(one) for one in scored[:READ]])
        return _evidence(
            reading, hits, reread(scored, logits, self._weights.sentence), self._weights.confidence, logits
        )


def reread(scored: Sequence[Scored], logits: Sequence[float], weights: Mapping[str, float]) -> list[Scored]:
    """The candidates in their order after the first of them were read; ``logits`` belong to those first ones.

    What was not read counts as a little worse than the worst that was.
    """
    unread = min(logits, default=0.0) - 1
    said = [*logits, *[unread] * (len(scored) - len(logits))]
    rated = []
    for one, logit in zip(scored, said, strict=True):
        features = {**one.features, "reading": logit}
        rated.append(Scored(one.hit, one.index, features, _weigh(weights, features)))
    return sorted(rated, key=lambda one: -one.score)


def read_as(one: Scored) -> str:
    """A candidate as a reader reads it."""
    passage = one.hit.passage
    before = passage.sentence(one.index - 1) if one.index else ""
    return in_context(passage.sentence(one.index), before, passage.outline[-1] if passage.outline else "")


def _evidence(
    reading: "Asked",
    hits: Sequence[Hit],
    scored: Sequence[Scored],
    confidence: Mapping[str, float],
    logits: Sequence[float] = (),
) -> Evidence:
    if not scored:
        return Evidence()
    ordered = dict.fromkeys((one.hit.passage.report, one.hit.passage.start) for one in scored)
    by_place = {(hit.passage.report, hit.passage.start): hit for hit in hits}
    signs = confidence_features(scored, reading, logits)
    return Evidence(
        hits=tuple(by_place[place] for place in ordered),
        sentences=tuple(Candidate(one.hit, one.index, one.score) for one in scored),
        confidence=0.0 if reading.unknown == 1 else _logistic(_weigh(confidence, signs)),
    )


def score(reading: "Asked", hits: Sequence[Hit], weights: Mapping[str, float]) -> list[Scored]:
    """The candidates, best first. Of two passages that share a sentence the better-ranked one counts."""
    places: dict[tuple[str, int], Scored] = {}
    for hit in hits:
        for index, features in enumerate(sentence_features(reading, hit, hits[0].score)):
            place = (hit.passage.report, hit.passage.sentences[index].start)
            if place not in places:
                places[place] = Scored(hit, index, features, _weigh(weights, features))
    return sorted(places.values(), key=lambda one: -one.score)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question taken apart, without the names of the countries that its reports are about: those are the search's
    business, and a report seldom repeats its own.
    """

    topic: str
    """What is left of its text."""
    weights: Mapping[str, float]
    """Its terms with their inverse document frequency (BM25's), in natural logarithm."""
    pairs: frozenset[tuple[str, str]]
    """Neighbouring terms."""
    numbers: frozenset[str]
    names: frozenset[str]
    """Stems of the words written as names."""
    unknown: float
    """Share of its terms that the collection lacks; where it lacks all of them, nothing can answer."""
    kinds: frozenset[str]
    words: frozenset[str]
    """Its words, folded, the short ones too."""
    foreign: frozenset[str]


def read(question: Question, store: PassageStore) -> Asked:
    own = {report.country for report in question.reports}
    text = topic(question.text, own if len(own) <= FEW else (), compares=question.compares)
    found = [term for term in terms(text) if term not in _ASKING]
    frequency = {term: store.frequency(term) for term in dict.fromkeys(found)}
    return Asked(
        topic=" ".join(text.split()),
        weights={t: math.log(1 + (len(store) - df + 0.5) / (df + 0.5)) for t, df in frequency.items()},
        pairs=frozenset(pairwise(found)),
        numbers=frozenset(numbers(text)),
        names=_names(text),
        unknown=sum(not df for df in frequency.values()) / max(1, len(frequency)),
        kinds=answer_type.kinds(text),
        words=frozenset(word.folded for word in words(text)),
        foreign=frozenset(question.foreign),
    )


def _names(text: str) -> frozenset[str]:
    """Stems of the words written as names; none where capitals mean nothing, as in a title."""
    written = [word for word in words(text)[1:] if text[word.start].isupper()]
    titled = any(word.folded in STOP_WORDS and len(word.folded) > 1 for word in written)
    return frozenset() if titled else frozenset(stem(word.folded) for word in written if len(word.folded) > 1)


def sentence_features(reading: Asked, hit: Hit, best: float) -> list[Features]:
    """Evidence for each sentence of a passage, each about 0..1. ``best`` is the score of the first hit."""
    passage = hit.passage
    cut, present_numbers = _sentences(passage), _numbers(passage)
    found = []
    for index, own in enumerate(cut):
        here = set(own)
        holds = [answer_type.holds(kind, passage.sentence(index), reading.words) for kind in reading.kinds]
        found.append(
            {
                # Meaning, of the sentence alone and of its paragraph.
                "similarity": hit.sentence_similarities[index],
                "similarity_passage": hit.similarity,
                # Share of the question's terms, rare ones counting more, in the sentence and with the two before it,
                # where names stand that it only points to.
                "covered": _covered(reading.weights, here),
                "covered_near": _covered(reading.weights, here.union(*cut[max(0, index - 2) : index])),
                "pairs": _share(reading.pairs, set(pairwise(own))),
                # Repeating the name asked about is what introductions do; answers often say "he" or "the court".
                "names": _share(reading.names, here),
                "numbers_passage": _share(reading.numbers, present_numbers),
                "kind": sum(holds) / len(holds) if holds else 0.0,
                "first": float(index == 0),
                "fused": hit.score / best,
            }
        )
    return found


def confidence_features(scored: Sequence[Scored], reading: Asked, logits: Sequence[float] = ()) -> Features:
    """Evidence that the best of ``scored``, best first, answers. ``logits``: what a reader said of the first ones."""
    best = scored[0]
    passage = best.hit.passage
    present = _terms(passage)
    holds = [answer_type.holds(kind, passage.sentence(best.index), reading.words) for kind in reading.kinds]
    shares = _softmax([one.score for one in scored])
    # What the reader leaves to "none of these", as it was trained to: the logarithm of one over that share.
    none = math.log1p(sum(map(math.exp, logits)))
    read = {"reading": best.features["reading"], "reading_any": none} if logits else {}
    return {
        "bias": 1.0,
        "similarity": best.features["similarity"],
        "similarity_passage": best.features["similarity_passage"],
        "spread": -sum(share * math.log(share) for share in shares if share > 0),
        "unknown": reading.unknown,
        # What a question takes for granted and the evidence lacks: the mark of a false premise.
        "rarest_missing": max((weight for term, weight in reading.weights.items() if term not in present), default=0.0),
        "names_missing": float(len(reading.names - present)),
        "names_shared": _share(reading.names, present),
        "names_unheard": float(len(_unheard(reading.names, {id(one.hit): one.hit for one in scored}.values()))),
        "numbers_missing": float(len(reading.numbers - _numbers(passage))),
        "foreign_missing": float(len(reading.foreign - _countries(passage)) if reading.foreign else 0),
        "kind_missing": float(bool(holds) and not any(holds)),
        **read,
    }


def _unheard(names: AbstractSet[str], hits: Collection[Hit]) -> set[str]:
    """Names that stand in none of the passages found, in no spelling: hardly ever can they answer then."""
    texts = [hit.passage.text.casefold() for hit in hits]
    texts += [heading.casefold() for heading in {heading for hit in hits for heading in hit.passage.outline}]
    missing = {name for name in names if not any(name in text for text in texts)}
    found = {word.folded for text in texts for word in words(text)} if missing else set()
    return {name for name in missing if not any(same_name(name, word) or same_name(name, stem(word)) for word in found)}


@lru_cache(_KEPT)
def _sentences(passage: Passage) -> tuple[tuple[str, ...], ...]:
    """Terms of each sentence."""
    return tuple(tuple(terms(passage.sentence(index))) for index in range(len(passage.sentences)))


@lru_cache(_KEPT)
def _terms(passage: Passage) -> frozenset[str]:
    """Of its text and its headings."""
    return frozenset(terms(passage.text)).union(terms(" ".join(passage.outline)))


def _countries(passage: Passage) -> frozenset[str]:
    """Those that it speaks of."""
    return frozenset(mention.country for mention in countries.mentions(passage.text))


@lru_cache(_KEPT)
def _numbers(passage: Passage) -> frozenset[str]:
    """Numbers that the passage speaks of, its report's edition among them."""
    return frozenset(numbers(passage.text) | {passage.report.rpartition("-")[2]})


def _covered(weights: Mapping[str, float], present: AbstractSet[str]) -> float:
    total = sum(weights.values())
    return sum(weight for term, weight in weights.items() if term in present) / total if total else 0.0


def _share(wanted: AbstractSet[T], present: AbstractSet[T]) -> float:
    return len(wanted & present) / len(wanted) if wanted else 0.0


def _weigh(weights: Mapping[str, float], features: Features) -> float:
    return sum(weight * features[name] for name, weight in weights.items())


def _softmax(scores: Sequence[float]) -> list[float]:
    raised = [math.exp(score - max(scores)) for score in scores]
    return [one / sum(raised) for one in raised]


def _logistic(value: float) -> float:
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, value))))
