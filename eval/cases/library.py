"""The reports of an index as the evaluation reads them: what stands where."""

from bisect import bisect_right
from functools import cached_property

from eval.cases.places import Place
from rag.corpus.passages import paragraphs
from rag.errors import UnknownReportError
from rag.interfaces import PassageStore
from rag.quotes import QuoteIndex
from rag.types import Passage, Report


class Library:
    """Reads a store only; remembers what it read."""

    def __init__(self, store: PassageStore) -> None:
        self._store = store
        self.reports = {report.id: report for report in store.reports}
        self._passages: dict[str, list[Passage]] = {}
        self._sentences: dict[str, dict[tuple[int, int], tuple[Passage, int]]] = {}

    def text(self, report: str) -> str:
        """Stored text of a report; ``UnknownReportError`` naming some that there are."""
        if report not in self.reports:
            known = ", ".join(list(self.reports)[:8]) + (", …" if len(self.reports) > 8 else "")
            raise UnknownReportError(f"there is no report {report!r}: the index holds {known}")
        return self._store.text(report)

    def section(self, place: Place) -> str:
        """Section of the paragraph where ``place`` begins, "" where none is certain."""
        passages = self._of(place.report)
        position = bisect_right(passages, place.start, key=lambda passage: passage.start) - 1
        return passages[position].section if position >= 0 else ""

    def sentences(self, place: Place) -> list[tuple[Passage, int]]:
        """The sentences that tile ``place``, each as (passage, position in it); empty where it cuts one."""
        known = self._sentences_of(place.report)
        inside = sorted(span for span in known if place.start <= span[0] and span[1] <= place.end)
        starts = place.start in {passage.start for passage in self._of(place.report)}
        whole = inside and (inside[0][0] == place.start or starts) and inside[-1][1] == place.end
        return [known[span] for span in inside] if whole else []

    @cached_property
    def quotations(self) -> QuoteIndex:
        """Folds every report: costly over a large collection, and needed only where a quote is not exact."""
        return QuoteIndex(
            Report(info, self._store.text(name), paragraphs(self._of(name))) for name, info in self.reports.items()
        )

    def _of(self, report: str) -> list[Passage]:
        if report not in self._passages:
            self._passages[report] = self._store.passages(self._store.passages_of(report))
        return self._passages[report]

    def _sentences_of(self, report: str) -> dict[tuple[int, int], tuple[Passage, int]]:
        if report not in self._sentences:
            self._sentences[report] = {
                (span.start, span.end): (passage, position)
                for passage in self._of(report)
                for position, span in enumerate(passage.sentences)
            }
        return self._sentences[report]
