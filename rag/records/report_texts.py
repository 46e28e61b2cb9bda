"""A collection as checking needs it: reports by id, without vectors and without an encoder."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from rag import corpus
from rag.corpus.passages import paragraphs
from rag.errors import UnknownReportError
from rag.index.builder import corpus_sha256
from rag.interfaces import PassageStore
from rag.types import Report, ReportInfo


@dataclass(frozen=True, slots=True)
class ReportTexts:
    """Reports are read when they are first asked for."""

    infos: Mapping[str, ReportInfo]
    corpus_sha256: str
    read: Callable[[str], Report]
    generation: str | None = None
    """Of the index that the reports come from; None for a folder."""
    by_hash: Mapping[str, str] = field(init=False)
    """SHA-256 of a source file to the report's id."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_hash", {info.sha256: info.id for info in self.infos.values()})

    def report(self, report: str) -> Report:
        """``UnknownReportError`` for an id that is not among them."""
        if report not in self.infos:
            raise UnknownReportError(f"no report {report!r} here: there are {', '.join(self.infos)}")
        return self.read(report)

    def reports(self) -> Iterator[Report]:
        return (self.read(report) for report in self.infos)


def of_reports(reports: Sequence[Report]) -> ReportTexts:
    held = {report.info.id: report for report in reports}
    return ReportTexts({name: report.info for name, report in held.items()}, corpus_sha256(reports), held.__getitem__)


def of_folder(folder: Path) -> ReportTexts:
    """The reports of a folder and its manifest; raises a ``CorpusError``."""
    return of_reports(corpus.read_folder(folder))


def of_store(store: PassageStore) -> ReportTexts:
    """The reports that an index holds, as they went into it."""
    infos = {info.id: info for info in store.reports}

    @cache
    def read(report: str) -> Report:
        return Report(infos[report], store.text(report), paragraphs(store.passages(store.passages_of(report))))

    return ReportTexts(infos, store.info.corpus_sha256, read, store.info.generation)
