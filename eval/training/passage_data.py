"""What the reader of passages learns from: questions, each with passages whose sentences are graded.

Grades: 2 a complete answer must hold it, 1 it belongs, 0 it does not. Passages are those that a search offers, so that
the wrong ones are tempting, and those that hold what belongs.
"""

import gzip
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from eval.cases.gold import Case
from eval.cases.outside import Collected
from eval.cases.places import Place, overlaps
from eval.training.reader_data import pool
from rag.question.wording import topic
from rag.retrieval.passage_reader import heading_of
from rag.retrieval.retriever import Retriever
from rag.types import Passage, ReportInfo

OFFERED = 14
"""Passages of a situation that are read, besides those that hold what belongs."""
OFFERED_FACT = 6
OFFERED_OUTSIDE = 3


FITTED_ON = frozenset(
    """cabo-verde-2016 denmark-2018 jamaica-2019 mauritius-2020 sao-tome-and-principe-2016 slovenia-2019 sweden-2017
    the-gambia-2017 western-sahara-2019 yemen-2018""".split()
)
"""Reports of the situations that the reader does not learn from: on them the ranking is fitted that uses it."""


@dataclass(frozen=True, slots=True)
class Graded:
    """A passage as it is read with a question, and the grade of each of its sentences."""

    question: str
    heading: str
    sentences: tuple[str, ...]
    grades: tuple[int, ...]
    source: str
    case: str
    """Of the question: passages of one question share it."""


def of_situations(path: Path, search: Retriever) -> Iterator[Graded]:
    """Questions about whole reports but ``FITTED_ON``, as ``situations/SOURCE.md`` of the data describes them."""
    reports = {info.id: info for info in search.store.reports}
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    for row in rows:
        if row["report"] in reports and row["report"] not in FITTED_ON:
            grades = {" ".join(one["text"].split()): one["grade"] for one in row["sentences"]}
            if not row["answerable"]:
                # What contradicts a false premise belongs in no answer to it: the question is to be declined.
                grades = dict.fromkeys(grades, 0)
            yield from _offered(row["question"], row["id"], grades, reports[row["report"]], search)


def _offered(
    question: str, case: str, grades: Mapping[str, int], report: ReportInfo, search: Retriever
) -> Iterator[Graded]:
    text = topic(question, {report.country})
    hits = search.search(search.spelled(question), [report], limit=OFFERED)
    passages = {hit.passage.start: hit.passage for hit in hits}
    for passage in search.store.passages(search.store.passages_of(report.id)):
        if any(" ".join(passage.sentence(n).split()) in grades for n in range(len(passage.sentences))):
            passages[passage.start] = passage
    for passage in passages.values():
        sentences = sentences_of(passage)
        yield Graded(
            text, heading_of(passage), sentences, tuple(grades.get(said, 0) for said in sentences), "situations", case
        )


def of_cases(cases: Sequence[Case], search: Retriever) -> Iterator[Graded]:
    """Gold cases over one report each: narrow facts, whose gold a complete answer must hold."""
    reports = {info.id: info for info in search.store.reports}
    for case in cases:
        named = {gold.report for gold in case.quotes} or {
            info.id for info in reports.values() if f"report={info.id}" in case.notes
        }
        if len(named) != 1 or not named <= reports.keys():
            continue
        report = reports[named.pop()]
        places = [place for alternatives in case.groups.values() for place in alternatives]
        hits = search.search(search.spelled(case.question), [report], limit=OFFERED_FACT)
        passages = {hit.passage.start: hit.passage for hit in hits}
        for passage in search.store.passages(search.store.passages_of(report.id)):
            if any(place.start < passage.end and passage.start < place.end for place in places):
                passages[passage.start] = passage
        for passage in passages.values():
            spans = passage.sentences
            right = [any(overlaps(Place(report.id, s.start, s.end), place) for place in places) for s in spans]
            yield Graded(
                topic(case.question, {report.country}),
                heading_of(passage),
                sentences_of(passage),
                tuple(2 * one for one in right),
                "facts",
                case.id,
            )


def of_outside(name: str, collected: Collected, without: Sequence[str]) -> Iterator[Graded]:
    """An outside set: the paragraph that answers, and those of its document that share most with the question."""
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
        if bool(right) != bool(asked.found):
            continue
        wanted = dict.fromkeys(here.paragraphs[number] for number in sorted(right))
        for number in here.tempting(asked.question):
            if len(wanted) >= OFFERED_OUTSIDE + len(right):
                break
            wanted.setdefault(here.paragraphs[number])
        for paragraph in wanted:
            numbers = [number for number, other in enumerate(here.paragraphs) if other == paragraph][:14]
            yield Graded(
                asked.question,
                here.headings[numbers[0]],
                tuple(here.texts[number] for number in numbers),
                tuple(2 * (number in right) for number in numbers),
                name,
                asked.id,
            )


def of_sentences(path: Path) -> Iterator[Graded]:
    """Public questions with single sentences that answer or do not (QNLI, and QED with its paragraph's sentences)."""
    found: dict[tuple[str, str], list[tuple[str, int]]] = {}
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            if row.get("kind") == "sentence" and row["label"] in (0, 1):
                found.setdefault((row["src"], row["question"]), []).append((row["text"], row["label"]))
    for (source, question), said in found.items():
        texts, labels = zip(*said[:12], strict=True)
        yield Graded(question, "", texts, tuple(2 * label for label in labels), source, f"{source} {question}")


def sentences_of(passage: Passage) -> tuple[str, ...]:
    return tuple(" ".join(passage.sentence(number).split()) for number in range(len(passage.sentences)))
