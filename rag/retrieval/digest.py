"""A section in its headline sentences: the first of each paragraph, as evenly from all of it as room allows."""

from collections.abc import Sequence
from itertools import groupby

from rag.interfaces import PassageStore
from rag.question.about_reports import Section
from rag.types import Candidate, Evidence, Hit, Passage, ReportInfo

MOST = 10
"""Sentences of a digest, of all reports together."""
FEWEST_WORDS = 8
"""Of a headline; shorter ones point elsewhere, or say that nothing applies."""


def digest(store: PassageStore, reports: Sequence[ReportInfo], section: Section) -> Evidence:
    """Headlines of ``section`` in each report that has it, in the order of the text; empty where none has."""
    held = {report.id: _paragraphs(store, report, section) for report in reports}
    held = {report: found for report, found in held.items() if found}
    share = max(1, MOST // len(held)) if held else 0
    chosen = [passage for found in held.values() for passage in _spread(found, share)]
    hits = [Hit(passage, 1.0, 1.0, (1.0,) * len(passage.sentences)) for passage in chosen]
    # The order of the text is the order of a digest: each counts a little less than the one before.
    sentences = [Candidate(hit, 0, 10.0 - rank / 100) for rank, hit in enumerate(hits)]
    return Evidence(tuple(hits), tuple(sentences), confidence=1.0 if sentences else 0.0)


def _paragraphs(store: PassageStore, report: ReportInfo, section: Section) -> list[Passage]:
    """The first passage of each paragraph of the section that opens with a headline."""
    inside = (p for p in store.passages(store.passages_of(report.id)) if section.holds(p.section))
    firsts = [next(parts) for _, parts in groupby(inside, key=lambda passage: passage.paragraph)]
    return [passage for passage in firsts if len(passage.sentence(0).split()) >= FEWEST_WORDS]


def _spread(found: Sequence[Passage], share: int) -> list[Passage]:
    """``share`` of the paragraphs: the first under each heading, as far as they go, else evenly chosen ones of them."""
    firsts = [next(parts) for _, parts in groupby(found, key=lambda passage: passage.outline)]
    pool = firsts if len(firsts) >= share else list(found)
    if len(pool) <= share:
        return list(pool)
    return [pool[round(rank * (len(pool) - 1) / max(1, share - 1))] for rank in range(share)]
