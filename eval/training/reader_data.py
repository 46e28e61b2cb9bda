"""What the reader learns from: questions, each with sentences of one document, right ones and tempting wrong ones.

The wrong ones are those that a search would offer: neighbours in the right paragraph, and the sentences of the document
that share the most of the question's rare terms.
"""

import math
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from eval.cases.gold import Case
from eval.cases.outside import Collected
from eval.cases.places import Place, overlaps
from rag.corpus.passages import in_context
from rag.interfaces import PassageStore
from rag.question.wording import topic
from rag.text import sentences
from rag.text.words import terms
from rag.types import Span

NEIGHBOURS = 3
OVERLAPPING = 6
LONGEST = 700
"""Characters; what is longer is a table or a list, and no reader reads it whole."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A question with sentences that may answer it."""

    question: str
    sentences: tuple[str, ...]
    right: tuple[bool, ...]
    """None of them where the document does not answer."""


@dataclass(frozen=True)
class Pool:
    """The sentences of one document, each with its paragraph's number and heading, and its place."""

    texts: tuple[str, ...]
    paragraphs: tuple[int, ...]
    headings: tuple[str, ...]
    spans: tuple[Span, ...]

    @cached_property
    def terms(self) -> tuple[frozenset[str], ...]:
        return tuple(frozenset(terms(text)) for text in self.texts)

    @cached_property
    def weights(self) -> dict[str, float]:
        """BM25's inverse document frequency of each term, over sentences."""
        counts = Counter(term for found in self.terms for term in found)
        return {term: math.log(1 + (len(self.texts) - n + 0.5) / (n + 0.5)) for term, n in counts.items()}

    def reading(self, question: str, right: set[int], chance: random.Random) -> Reading | None:
        """``None`` where no wrong sentence is left to tell from the right ones."""
        own = {self.paragraphs[number] for number in right}
        near = [n for n, paragraph in enumerate(self.paragraphs) if paragraph in own and n not in right]
        near = chance.sample(near, min(NEIGHBOURS, len(near)))
        chosen = [*sorted(right), *near]
        chosen += [number for number in self.tempting(question) if number not in chosen][:OVERLAPPING]
        if len(chosen) == len(right):
            return None
        return Reading(question, tuple(map(self.read_as, chosen)), tuple(n in right for n in chosen))

    def read_as(self, number: int) -> str:
        follows = number > 0 and self.paragraphs[number - 1] == self.paragraphs[number]
        return in_context(self.texts[number], self.texts[number - 1] if follows else "", self.headings[number])

    def tempting(self, question: str) -> list[int]:
        """Sentences by the rare terms that they share with the question, the most tempting first."""
        asked = set(terms(question))
        scores = [sum(self.weights[term] for term in asked & found) / math.sqrt(8 + len(found)) for found in self.terms]
        return sorted((n for n, score in enumerate(scores) if score > 0), key=lambda n: (-scores[n], n))


def pool(title: str, paragraphs: Sequence[str]) -> Pool:
    """The pool of a document without headings, under its title."""
    found = [
        (paragraph, span)
        for paragraph, text in enumerate(paragraphs)
        for span in sentences.split(text)
        if span.end - span.start <= LONGEST
    ]
    texts = tuple(" ".join(span.of(paragraphs[paragraph]).split()) for paragraph, span in found)
    return Pool(texts, tuple(n for n, _ in found), (title,) * len(found), tuple(span for _, span in found))


def of_outside(collected: Collected, without: Sequence[str], chance: random.Random) -> Iterator[Reading]:
    """Readings of an outside set, but for the documents whose titles are held out."""
    pools = [pool(document.title.replace("_", " "), document.paragraphs) for document in collected.documents]
    for asked in collected.asked:
        if collected.documents[asked.document].title in without:
            continue
        here = pools[asked.document]
        right = {
            number
            for number, (paragraph, span) in enumerate(zip(here.paragraphs, here.spans, strict=True))
            if any(f.paragraph == paragraph and f.start < span.end and span.start < f.end for f in asked.found)
        }
        reading = here.reading(asked.question, right, chance) if bool(right) == bool(asked.found) else None
        if reading:
            yield reading


def of_cases(cases: Sequence[Case], store: PassageStore, chance: random.Random) -> Iterator[Reading]:
    """Readings of gold cases over one report each; a case without a report of its own is left out."""
    pools: dict[str, Pool] = {}
    for case in cases:
        reports = {gold.report for gold in case.quotes} or set(_only_report(case, store))
        if len(reports) != 1:
            continue
        (report,) = reports
        here = pools.setdefault(report, _of_report(report, store))
        gold = [place for alternatives in case.groups.values() for place in alternatives]
        right = {
            number
            for number, span in enumerate(here.spans)
            if any(overlaps(Place(report, span.start, span.end), place) for place in gold)
        }
        question = topic(case.question, {info.country for info in store.reports if info.id == report})
        reading = here.reading(question, right, chance) if bool(right) == case.answerable else None
        if reading:
            yield reading


def _only_report(case: Case, store: PassageStore) -> list[str]:
    """Reports that an unanswerable case may have been written over: its notes or its filters say which."""
    named = [report.id for report in store.reports if f"report={report.id}" in case.notes]
    return named or [report.id for report in store.reports if case.countries and case.filters.admits(report)]


def _of_report(report: str, store: PassageStore) -> Pool:
    """Every sentence once, with its place in the stored text; the paragraph is the passage's."""
    found: dict[Span, tuple[str, int, str]] = {}
    for passage in store.passages(store.passages_of(report)):
        heading = passage.outline[-1] if passage.outline else ""
        for index, span in enumerate(passage.sentences):
            if span.end - span.start <= LONGEST:
                found.setdefault(span, (" ".join(passage.sentence(index).split()), passage.paragraph, heading))
    texts, paragraphs, headings = zip(*found.values(), strict=True)
    return Pool(texts, paragraphs, headings, tuple(found))
