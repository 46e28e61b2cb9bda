"""A small answering system for the evaluation to measure: reports in memory, sentences ranked by common words."""

import json
import re
from collections.abc import Sequence
from pathlib import Path

from rag.corpus.passages import split
from rag.quotes.citation import quote
from rag.types import (
    Answer,
    Candidate,
    Decline,
    Evidence,
    Filters,
    Hit,
    IndexInfo,
    ModelInfo,
    Passage,
    Report,
    Searched,
    Statement,
    Withheld,
)
from tests.fakes import make_report

REPORTS = (
    make_report(
        "Chad",
        2019,
        [
            "The ombudsman received 125 complaints about torture. Courts were slow in 2019.",
            "Prisons held two thousand inmates. Guards beat seven detainees.",
        ],
    ),
    make_report(
        "Kenya", 2020, ["The press council closed three newspapers. Courts were slow.", "Police shot a mayor."]
    ),
)


class MemoryStore:
    """``rag.interfaces.PassageStore`` as far as an evaluation reads it."""

    info = IndexInfo("generation-1", "c" * 64, "words")

    def __init__(self, reports: Sequence[Report] = REPORTS) -> None:
        self._texts = {report.info.id: report.text for report in reports}
        self.reports = tuple(report.info for report in reports)
        self._passages = [passage for report in reports for passage in split(report)]

    def __len__(self) -> int:
        return len(self._passages)

    def text(self, report: str) -> str:
        return self._texts[report]

    def passages(self, numbers: Sequence[int]) -> list[Passage]:
        return [self._passages[number] for number in numbers]

    def passages_of(self, report: str) -> range:
        numbers = [number for number, passage in enumerate(self._passages) if passage.report == report]
        return range(numbers[0], numbers[-1] + 1)


class WordGuard:
    """Supports what says nothing but words of its evidence."""

    def check(self, draft, reports):
        evidence = " ".join(passage.sentence(position) for passage, position in draft.evidence)
        return None if _words(draft.text) <= _words(evidence) else Withheld(draft.text, "unrelated", "other words")


class Quoting:
    info = ModelInfo("extractive", "extractive")
    prompt_sha256 = None


class WordSubject:
    """Answers with the first ``shown`` sentences, as confident as the first shares words with the question.

    ``fails_at``: the question at which it raises ``InterruptedError``, as if killed.
    """

    drafter = Quoting()
    guard = WordGuard()

    def __init__(self, store=None, threshold: float = 0.5, shown: int = 1, depth: int = 20, fails_at: str = "") -> None:
        self.store = store or MemoryStore()
        self.threshold, self.shown, self.depth, self.fails_at = threshold, shown, depth, fails_at
        self.asked: list[str] = []

    def trace(self, question: str, filters: Filters | None = None) -> tuple[Answer, Evidence]:
        if question == self.fails_at:
            raise InterruptedError(question)
        self.asked.append(question)
        evidence = self._evidence(question)
        chosen = evidence.sentences[: self.shown] if evidence.confidence >= self.threshold else ()
        quotes = tuple(self._quote(candidate.hit.passage, candidate.span) for candidate in chosen)
        nearest = tuple(self._quote(one.hit.passage, one.span) for one in evidence.sentences[:1])
        searched = Searched(len(self.store.reports), len(self.store))
        answer = Answer(
            question=question,
            standalone_question=question,
            filters=filters or Filters(),
            outcome="answered" if chosen else "declined",
            confidence=evidence.confidence,
            statements=tuple(Statement(candidate.text, (at,)) for at, candidate in enumerate(chosen)),
            quotes=quotes,
            withheld=(),
            silent=(),
            decline=None if chosen else Decline("silent", "Nothing found.", searched, nearest),
            model=self.drafter.info,
            prompt_sha256=None,
            index=self.store.info,
            timings_ms={"retrieve": 1.0, "total": 2.0},
        )
        return answer, evidence

    def _evidence(self, question: str) -> Evidence:
        asked = _words(question)

        def shared(text: str) -> float:
            return round(len(asked & _words(text)) / len(asked), 4)

        passages = sorted(self.store.passages(range(len(self.store))), key=lambda p: -shared(p.text))[: self.depth]
        hits = [Hit(passage, shared(passage.text), 0.0, (0.0,) * len(passage.sentences)) for passage in passages]
        found = [
            Candidate(hit, position, shared(hit.passage.sentence(position)))
            for hit in hits
            for position in range(len(hit.passage.sentences))
        ]
        ranked = tuple(sorted(found, key=lambda candidate: -candidate.score))
        return Evidence(tuple(hits), ranked, ranked[0].score)

    def _quote(self, passage, span):
        report = next(report for report in self.store.reports if report.id == passage.report)
        return quote(report, self.store.text(passage.report), passage, span)


def case(name: str, question: str, *gold: tuple[str, str, str], **other) -> dict:
    """A line of a case file; ``gold``: (report, text, group)."""
    return {
        "id": name,
        "question": question,
        "countries": [],
        "years": [],
        "type": "fact" if gold else "absent",
        "answerable": bool(gold),
        "quotes": [dict(zip(("report", "text", "group"), one, strict=True)) for one in gold],
        "must_contain": [],
        "notes": "",
        **other,
    }


CASES = (
    case(
        "complaints",
        "How many complaints about torture the ombudsman received?",
        ("chad-2019", "The ombudsman received 125 complaints about torture.", "a"),
        must_contain=["125"],
    ),
    case(
        "beaten", "Guards beat seven detainees", ("chad-2019", "Guards beat seven detainees.", "a"), must_contain=["7"]
    ),
    case("press", "closed newspapers council", ("kenya-2020", "The press council closed three newspapers.", "a")),
    case("inmates", "Courts were slow", ("chad-2019", "Prisons held two thousand inmates.", "a"), type="cause"),
    case(
        "slow",
        "Courts slow everywhere at all times",
        ("chad-2019", "Courts were slow in 2019.", "2019"),
        ("kenya-2020", "Courts were slow.", "2020"),
        type="comparison",
    ),
    case("king", "Which king signed an armistice?"),
    case("mayor", "Police shot a mayor", years=[2019], type="wrong_year"),
)


def write_cases(folder: Path, cases: Sequence[dict] = CASES, name: str = "cases.jsonl") -> Path:
    path = folder / name
    path.write_text("".join(json.dumps(one) + "\n" for one in cases), encoding="utf-8")
    return path


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.lower()))
