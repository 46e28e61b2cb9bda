"""The spine: one question in, one ``Answer`` out.

scope -> retrieve -> rank -> draft -> guard -> answer or decline. Only what passed the guard leaves this module.
"""

import time
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, zip_longest
from typing import TypeVar

from rag.errors import QuestionError
from rag.interfaces import Drafter, Drafting, Guard, PassageStore, Ranker, Rewriter, Turn
from rag.models.draft import MODEL_FAILED
from rag.question import scope
from rag.question.conversation import RuleRewriter
from rag.records import silence
from rag.records.ledger import Ledger
from rag.retrieval.digest import digest
from rag.retrieval.retriever import LIMIT, Retriever
from rag.text import invisible
from rag.types import (
    Answer,
    Decline,
    DeclineReason,
    Draft,
    Evidence,
    Filters,
    Hit,
    Question,
    Quote,
    Searched,
    Span,
    Statement,
    Withheld,
)

T = TypeVar("T")

LONGEST_QUESTION = 2_000
"""Characters."""
NEAREST = 3
"""Passages that a decline shows."""
ALONGSIDE = 0.5
"""Share of the threshold at which a report counts as speaking, where another of those compared does."""
FEWEST_COMPARED = 6
"""Passages that each of the reports compared gives, however many they are."""

Event = Searched | Evidence | Quote | Statement | Withheld | Answer
"""What ``Answerer.events`` yields: ``Searched``, ``Evidence``, statements and withheld ones, the ``Answer``.

Each ``Quote`` comes right before the statement that rests on it first, in the order of ``Answer.quotes``.
"""


@dataclass(frozen=True, slots=True)
class Answerer:
    """Ready to answer; thread-safe where its parts are."""

    store: PassageStore
    retriever: Retriever
    ranker: Ranker
    drafter: Drafter
    guard: Guard
    threshold: float
    """Confidence below which it declines, 0..1."""
    rewriter: Rewriter = field(default_factory=RuleRewriter)

    def ask(self, question: str, filters: Filters | None = None, earlier: Sequence[Turn] = ()) -> Answer:
        """The whole answer. Raises ``QuestionError`` for what is no question, and what the parts raise."""
        return self.trace(question, filters, earlier)[0]

    def trace(
        self, question: str, filters: Filters | None = None, earlier: Sequence[Turn] = ()
    ) -> tuple[Answer, Evidence]:
        """The answer with the evidence it was made from, which a declined question has too."""
        _, evidence, *_, answer = self.events(question, filters, earlier)
        if not isinstance(evidence, Evidence) or not isinstance(answer, Answer):
            raise TypeError(f"events came out of order: {evidence!r}, {answer!r}")
        return answer, evidence

    def events(
        self, question: str, filters: Filters | None = None, earlier: Sequence[Turn] = ()
    ) -> Generator[Event, None, None]:
        """The answer in the making; each statement comes as soon as it is verified. ``earlier`` turns, oldest first."""
        watch = _Watch()
        text = self.rewriter.standalone(checked(question), earlier) if earlier else checked(question)
        watch.lap("model")
        asked = scope.read(text, filters or Filters(), self.store.reports, self.retriever.stands)
        ledger = Ledger(self.store)
        reports = asked.reports or asked.near or self.store.reports
        standalone = Question(self.retriever.spelled(asked.question), reports, asked.compares, asked.foreign)
        found = digest(self.store, reports, asked.section) if asked.section else self.find(standalone)
        confidence = 0.0 if asked.refusal else found.confidence
        evidence = replace(found, question=standalone.text, confidence=confidence)
        watch.lap("retrieve")
        searched = Searched(len(reports), sum(len(self.store.passages_of(report.id)) for report in reports))
        yield searched
        yield evidence

        drafting = Drafting(self.drafter.info, self.drafter.prompt_sha256)
        if not asked.refusal and evidence.confidence >= self.threshold:
            for proposal in watch.each("model", self.drafter.draft(standalone, evidence)):
                if isinstance(proposal, Drafting):
                    drafting = proposal
                    continue
                known = len(ledger.quotes)
                judged = self._judge(proposal, ledger)
                yield from ledger.quotes[known:]
                yield judged
                watch.lap("ground")

        declined = None if ledger.statements else self._decline(asked, evidence, ledger, searched, drafting)
        yield Answer(
            question=question,
            standalone_question=standalone.text,
            filters=asked.filters,
            outcome="declined" if declined else "answered",
            confidence=round(evidence.confidence, 4),
            statements=tuple(ledger.statements),
            quotes=ledger.quotes,
            withheld=tuple(ledger.withheld),
            silent=()
            if declined
            else ledger.silent(tuple(report.id for report in reports) if standalone.compares else ()),
            decline=declined,
            model=drafting.model,
            prompt_sha256=drafting.prompt_sha256,
            index=self.store.info,
            timings_ms=watch.timings() | passages_read(drafting),
        )

    def find(self, question: Question) -> Evidence:
        """Ranked passages and sentences; where the question compares, those of each report that is sure enough."""
        # Editions on one country repeat each other; none may crowd out what another says differently.
        one_country = len({report.country for report in question.reports}) == 1
        if not question.compares:
            hits = self.retriever.search(question.text, question.reports, balanced=one_country)
            return self.ranker.rank(question, hits)
        # Each is searched on its own: a report counts as silent, and must have had its whole chance to speak.
        share = max(FEWEST_COMPARED, LIMIT // len(question.reports))
        found = [
            self.ranker.rank(question, self.retriever.search(question.text, [report], limit=share))
            for report in question.reports
        ]
        most = max(evidence.confidence for evidence in found)
        # Where one report speaks of it the others mostly do, and silence is not to be claimed lightly.
        least = self.threshold * (ALONGSIDE if most >= self.threshold else 1.0)
        sure = [evidence for evidence in found if evidence.confidence >= least] or found
        return Evidence(
            hits=tuple(_in_turn([evidence.hits for evidence in sure])),
            sentences=tuple(_in_turn([evidence.sentences for evidence in sure])),
            confidence=max((evidence.confidence for evidence in sure), default=0.0),
        )

    def _judge(self, proposal: Draft | Withheld, ledger: Ledger) -> Statement | Withheld:
        if isinstance(proposal, Withheld):
            return ledger.withhold(proposal)
        refused = self.guard.check(proposal, {report.id: report for report in self.store.reports})
        return ledger.withhold(refused) if refused else ledger.state(proposal)

    def _decline(
        self, asked: scope.Scope, evidence: Evidence, ledger: Ledger, searched: Searched, drafting: Drafting
    ) -> Decline:
        reason, detail = asked.refusal or _silence(asked, ledger, drafting)
        if reason == "about_the_reports":
            return Decline(reason, detail, searched, ())
        nearest = tuple(
            ledger.quote(hit.passage, Span(hit.passage.sentences[0].start, hit.passage.end))
            for hit in _distinct(evidence)[:NEAREST]
        )
        return Decline(reason, detail, searched, nearest)


def checked(question: str) -> str:
    """The question without white space around it; ``QuestionError`` where it is none."""
    text = question.strip()
    if not text:
        raise QuestionError("the question is empty: ask one of 1 to 2,000 characters")
    if len(text) > LONGEST_QUESTION:
        raise QuestionError(f"the question has {len(text):,} characters: ask one of 1 to {LONGEST_QUESTION:,}")
    odd = next((c for c in text if not c.isprintable() and not c.isspace()), None)
    if odd is not None:
        raise QuestionError(f"the question holds the control character {odd!r}: ask in plain text")
    return text


def passages_read(drafting: Drafting) -> dict[str, float]:
    """How many passages a language model read, as an entry beside the timings; nothing where none did."""
    return {} if drafting.passages is None else {"passages_read": float(drafting.passages)}


def _silence(asked: scope.Scope, ledger: Ledger, drafting: Drafting) -> tuple[DeclineReason, str]:
    """Why nothing could be shown although a search was made."""
    if drafting.silence:
        return "silent", drafting.silence
    judged = [withheld for withheld in ledger.withheld if withheld.verdict != MODEL_FAILED]
    if judged:
        return "nothing_verified", f"None of {len(judged)} statements held against the reports' own words."
    holdings = scope.holdings(asked.reports)
    if asked.foreign:
        return "not_in_collection", f"No report is about {' or '.join(asked.foreign)}. The collection holds {holdings}."
    return "silent", f"No sentence found in {holdings} answers this. {silence.note(asked.reports)}".rstrip()


def _distinct(evidence: Evidence) -> list[Hit]:
    """The passages of the best sentences first, then the best passages, each once; none that hides characters."""
    hits = chain((candidate.hit for candidate in evidence.sentences[:NEAREST]), evidence.hits)
    found = {(hit.passage.report, hit.passage.start): hit for hit in hits}.values()
    return [hit for hit in found if not invisible.misleads(hit.passage.text)]


def _in_turn(lists: Sequence[Sequence[T]]) -> Iterator[T]:
    return (item for turn in zip_longest(*lists) for item in turn if item is not None)


class _Watch:
    """Milliseconds by stage."""

    def __init__(self) -> None:
        self._started = self._last = time.perf_counter()
        self._stages = {"retrieve": 0.0, "model": 0.0, "ground": 0.0}

    def lap(self, stage: str) -> None:
        now = time.perf_counter()
        self._stages[stage] += (now - self._last) * 1000
        self._last = now

    def each(self, stage: str, items: Iterator[T]) -> Iterator[T]:
        """The items, counting the wait for each as ``stage``."""
        for item in items:
            self.lap(stage)
            yield item
        self.lap(stage)

    def timings(self) -> dict[str, float]:
        total = (time.perf_counter() - self._started) * 1000
        return {stage: round(spent, 3) for stage, spent in {**self._stages, "total": total}.items()}
