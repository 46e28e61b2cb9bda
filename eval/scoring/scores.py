"""What one case's outcome is worth: every measure of ``eval.scoring.metrics`` applied to its record."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from eval.cases.gold import Case
from eval.cases.library import Library
from eval.cases.places import Place, contains, first_ranks, overlaps
from eval.cases.records import Record
from eval.scoring import metrics
from eval.scoring.containment import contains_all
from eval.scoring.metrics import DEPTH
from rag.interfaces import Guard
from rag.models.draft import MODEL_FAILED
from rag.types import Draft, Quote, ReportInfo

Status = Literal["right", "wrong", "missed", "declined", "answered"]
"""Answerable: answered with a gold quote, answered without one, or declined. Unanswerable: declined or answered."""
STATUS: Mapping[Status, str] = {
    "answered": "answered the unanswerable",
    "wrong": "wrong answer",
    "missed": "declined the answerable",
    "right": "right answer",
    "declined": "rightly declined",
}
"""In words, the worst first."""
QuoteVerdict = Literal["exact", "cut", "misattributed", "fabricated"]


@dataclass(frozen=True, slots=True)
class Scores:
    case_id: str
    status: Status
    confidence: float
    right: bool
    """Whether the answer is right: a displayed quote is gold, or, where it declined, its best sentence is."""
    values: Mapping[str, float | None]
    """By name of ``eval.scoring.figures.FIGURES``; ``None`` where it does not apply."""
    quotes: tuple[QuoteVerdict, ...]
    """Of every displayed quote: the answer's, then those nearest to a declined question."""
    statements: tuple[str, ...]
    """The guard's verdict on each statement, "supported" where it has none against it."""


class Judge:
    """The guard and the reports' own text, applied to what was displayed."""

    def __init__(self, library: Library, guard: Guard) -> None:
        self._library = library
        self._guard = guard
        self._reports: Mapping[str, ReportInfo] = library.reports

    def statement(self, text: str, quotes: Sequence[Quote]) -> str:
        """The guard's verdict on a statement that rests on ``quotes`` alone; "supported" where it has none."""
        evidence = tuple(one for quote in quotes for one in self._library.sentences(_place(quote)))
        if not evidence:
            return "no_quote"
        withheld = self._guard.check(Draft(text, evidence), self._reports)
        return withheld.verdict if withheld else "supported"

    def quote(self, quote: Quote) -> QuoteVerdict:
        """Whether a displayed quote is its report's own slice and whole sentences.

        A quote that is not its slice is ``misattributed`` where another report holds its words, ``cut`` where its own
        report does, else ``fabricated``.
        """
        known = quote.report in self._library.reports
        if known and self._library.text(quote.report)[quote.start : quote.end] == quote.text:
            return "exact" if self._library.sentences(_place(quote)) else "cut"
        found = self._library.quotations.judge(quote.text, report=quote.report).verdict
        if found == "not_found":
            return "fabricated"
        return "misattributed" if found == "misattributed" else "cut"


def score(case: Case, record: Record, judge: Judge) -> Scores:
    answer = record.answer
    shown = answer.quotes + (answer.decline.nearest if answer.decline else ())
    quotes = tuple(judge.quote(quote) for quote in shown)
    cited = [[answer.quotes[position] for position in statement.quotes] for statement in answer.statements]
    verdicts = tuple(
        judge.statement(statement.text, quotes) for statement, quotes in zip(answer.statements, cited, strict=True)
    )

    def supported(position: int, citations: Sequence[Quote]) -> bool:
        return judge.statement(answer.statements[position].text, citations) == "supported"

    # A model that failed proposed nothing: its failure is no refused statement.
    refused = [withheld for withheld in answer.withheld if withheld.verdict != MODEL_FAILED]
    first_right = _first_right(case, record)
    values = {
        **_ranking("passage", _ranks(case, [hit.place for hit in record.hits], contains)),
        **_ranking("sentence", _ranks(case, [one.place for one in record.sentences], overlaps)),
        **_content(case, record),
        "quote_exactness": metrics.share([verdict == "exact" for verdict in quotes]),
        "support": metrics.share([*[verdict == "supported" for verdict in verdicts], *[False] * len(refused)]),
        "citation_recall": metrics.citation_recall(cited, supported),
        "citation_precision": metrics.citation_precision(cited, supported),
        "answerable_answered": float(answer.outcome == "answered") if case.answerable else None,
        "unanswerable_declined": None if case.answerable else float(answer.outcome == "declined"),
    }
    status = _status(case, record, values["answer_right"])
    right = bool(values["answer_right"]) if answer.outcome == "answered" else first_right
    return Scores(case.id, status, answer.confidence, right, values, quotes, verdicts)


def _ranks(case: Case, found: Sequence[Place], covers: Callable[[Place, Place], bool]) -> tuple[int | None, ...]:
    return first_ranks(found[:DEPTH], case.groups, covers)


def _ranking(kind: str, ranks: tuple[int | None, ...]) -> dict[str, float | None]:
    return {
        f"{kind}_first": metrics.any_at(ranks, 1),
        f"{kind}_within_3": metrics.any_at(ranks, 3),
        f"{kind}_any_at_5": metrics.any_at(ranks, 5),
        f"{kind}_all_at_5": metrics.all_at(ranks, 5),
        f"{kind}_mrr": metrics.reciprocal_rank(ranks, DEPTH),
        f"{kind}_ndcg": metrics.ndcg_at(ranks, DEPTH),
        **{f"{kind}_recall_at_{k}": metrics.recall_at(ranks, k) for k in range(1, DEPTH + 1)},
    }


def _content(case: Case, record: Record) -> dict[str, float | None]:
    """What the answer says, where an answerable question was answered; else nothing applies."""
    answer = record.answer
    if not case.answerable or answer.outcome == "declined":
        return dict.fromkeys(("answer_right", "right_report", "completeness", "must_contain"))
    ranks = first_ranks([_place(quote) for quote in answer.quotes], case.groups, overlaps)
    said = "\n".join([*(statement.text for statement in answer.statements), *(quote.text for quote in answer.quotes)])
    gold = {quote.report for quote in case.quotes}
    return {
        "answer_right": metrics.any_at(ranks, len(answer.quotes)),
        "right_report": metrics.share([quote.report in gold for quote in answer.quotes]),
        "completeness": metrics.recall_at(ranks, len(answer.quotes)),
        "must_contain": float(contains_all(said, case.must_contain)) if case.must_contain else None,
    }


def _first_right(case: Case, record: Record) -> bool:
    first = [one.place for one in record.sentences[:1]]
    return bool(metrics.any_at(first_ranks(first, case.groups, overlaps), 1))


def _status(case: Case, record: Record, right: float | None) -> Status:
    declined = record.answer.outcome == "declined"
    if not case.answerable:
        return "declined" if declined else "answered"
    if declined:
        return "missed"
    return "right" if right else "wrong"


def _place(quote: Quote) -> Place:
    return Place(quote.report, quote.start, quote.end)
