"""The store on one machine's disk: everything mapped when it is opened, and nothing read that is not asked for.

A store stays good for as long as it is held, also after later builds have removed its files: what is mapped outlives
its name. What it returns is checked against the checksums of the build, so damage is an error and never a wrong quote.
"""

import mmap
from bisect import bisect_right
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import cached_property, lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from rag.errors import IndexDamagedError, UnknownReportError
from rag.interfaces import Vectors
from rag.store.coarse import CoarseIndex
from rag.store.dense import DenseIndex
from rag.store.distinct import KEY
from rag.store.generation import (
    COARSE,
    DENSE,
    LEXICAL,
    PASSAGES,
    REMEDY,
    SENTENCE_KEYS,
    SENTENCE_ROWS,
    SENTENCE_VECTORS,
    SENTENCES,
    TABLES,
    TEXTS,
    VOCABULARY,
    WORD_REPORTS,
    Manifest,
    ReportEntry,
    check_bytes,
    check_edges,
    live,
    read_manifest,
    reading,
)
from rag.store.lexical import LexicalIndex
from rag.store.report_segment import ROW, Part
from rag.types import IndexInfo, Passage, ReportInfo

_TEXTS_KEPT = 64
"""Decoded reports kept in memory, about 0.2 MB each."""
_PARTS_KEPT = 512
"""Reports whose tables of headings are kept in memory, about 20 kB each."""


class LocalStore:
    """One generation, read only; safe for many threads. Implements ``rag.interfaces.PassageStore``."""

    def __init__(self, folder: Path, name: str | None = None) -> None:
        """Opens the generation in ``folder``, called ``name`` where the folder is not called so yet.

        Raises ``IndexDamagedError``, ``IndexFormatError`` or ``StorageError``.
        """
        self.folder = folder
        """Holds the exported encoder too: see ``rag.index.encoder.OnnxEncoder``."""
        name = name or folder.name
        self._manifest = manifest = read_manifest(folder, name)
        check_edges(folder, manifest)
        self._info = IndexInfo(name, manifest.corpus_sha256, manifest.encoder)
        entries = manifest.reports
        self._positions = {entry.info.id: position for position, entry in enumerate(entries)}
        self._firsts = [entry.passage for entry in entries]
        self._texts, self._tables, self._words = (self._map(file) for file in (TEXTS, TABLES, VOCABULARY))
        self._rows = self._array(PASSAGES, (manifest.passages,), ROW)
        self._spans = self._array(SENTENCES, (manifest.sentences, 2), "<i4")
        self._sentence_rows = self._array(SENTENCE_ROWS, (manifest.sentences,), "<i4")
        shape = (manifest.sentence_vectors, manifest.dimension)
        self._sentence_vectors = self._array(SENTENCE_VECTORS, shape, "<f2")
        size = manifest.passages, manifest.dimension
        coarse = CoarseIndex(folder / COARSE, *size) if COARSE in manifest.files else None
        self._dense = DenseIndex(folder / DENSE, *size, coarse)
        self._lexical = LexicalIndex(folder / LEXICAL, manifest.passages)
        self._text: Callable[[str], str] = lru_cache(_TEXTS_KEPT)(self._decoded)
        self.part: Callable[[str], Part] = lru_cache(_PARTS_KEPT)(self._cut_out)
        """What a report contributes to this generation; ``UnknownReportError`` for another id."""

    @classmethod
    def open(cls, index: Path) -> "LocalStore":
        """Opens the live generation of ``index``; raises also ``IndexMissingError``."""
        name = live(index)
        while True:
            try:
                return cls(index / name)
            except IndexDamagedError:
                # Builds may have replaced and removed it since its name was read.
                before, name = name, live(index)
                if name == before:
                    raise

    @property
    def info(self) -> IndexInfo:
        return self._info

    @property
    def manifest(self) -> Manifest:
        return self._manifest

    @property
    def reports(self) -> tuple[ReportInfo, ...]:
        return tuple(entry.info for entry in self._manifest.reports)

    def __len__(self) -> int:
        return self._manifest.passages

    def verify(self) -> None:
        """Compares every byte on disk with the hashes of the build; raises ``IndexDamagedError``."""
        check_bytes(self.folder, self._manifest)

    def text(self, report: str) -> str:
        return self._text(report)

    def passages(self, numbers: Sequence[int]) -> list[Passage]:
        """Raises ``IndexError`` for a number that is not one of a passage, ``IndexDamagedError`` for altered data."""
        return [part.passage(ordinal) for part, ordinal in map(self._place, numbers)]

    def passages_of(self, report: str) -> range:
        """Numbers of a report's passages; ``UnknownReportError`` for another id."""
        entry, following = self._entry(report)
        return range(entry.passage, following.passage if following else len(self))

    def similar(self, vector: Vectors, limit: int, reports: Collection[str] | None = None) -> list[tuple[int, float]]:
        ranges = None if reports is None else [self.passages_of(report) for report in dict.fromkeys(reports)]
        return self._dense.search(vector, limit, ranges)

    def matching(
        self, terms: Sequence[str], limit: int, reports: Collection[str] | None = None
    ) -> list[tuple[int, float]]:
        known = None if reports is None else {self._entry(report)[0].info.id for report in reports}
        return self._lexical.search(terms, limit, known)

    def similarities(self, vector: Vectors, number: int) -> tuple[float, tuple[float, ...]]:
        part, ordinal = self._place(number)
        first, row = self._entry(part.info.id)[0].sentence, part.rows[ordinal]
        rows = self._sentence_rows[first + row["first_sentence"] : first + row["last_sentence"]]
        try:
            sentences = self._sentence_vectors[rows].astype(np.float32) @ vector
        except IndexError as error:
            raise self._damaged(SENTENCE_ROWS) from error
        return float(self._dense.vector(number) @ vector), tuple(map(float, sentences))

    def frequency(self, term: str) -> int:
        return self._lexical.frequency(term)

    @cached_property
    def vocabulary(self) -> Sequence[str]:
        try:
            return tuple(self._words[:].decode().split("\n")) if self._words else ()
        except UnicodeDecodeError as error:
            raise self._damaged(VOCABULARY) from error

    @property
    def word_reports(self) -> Mapping[str, int]:
        """In how many reports each word of the vocabulary stands."""
        counts = self._array(WORD_REPORTS, (self._manifest.words,), "<i4")
        if len(self.vocabulary) != len(counts):
            raise self._damaged(VOCABULARY)
        return dict(zip(self.vocabulary, counts.tolist(), strict=True))

    @property
    def sentence_vectors(self) -> NDArray[np.float16]:
        """Of the distinct sentences, shape (distinct sentences, dimension)."""
        return self._sentence_vectors

    @property
    def sentence_keys(self) -> NDArray[np.uint8]:
        """By which they are recognised, see ``rag.store.distinct``."""
        return self._array(SENTENCE_KEYS, (self._manifest.sentence_vectors, KEY), "u1")

    def sentence_rows(self, report: str) -> NDArray[np.int32]:
        """For every sentence of a report's passages, its row in ``sentence_vectors``."""
        entry, following = self._entry(report)
        return self._sentence_rows[entry.sentence : following.sentence if following else None]

    def passage_vectors(self, report: str) -> NDArray[np.float16]:
        """Shape (the report's passages, dimension)."""
        numbers = self.passages_of(report)
        return self._dense.vectors[numbers.start : numbers.stop]

    def _entry(self, report: str) -> tuple[ReportEntry, ReportEntry | None]:
        """A report's entry, and the one after it."""
        if report not in self._positions:
            message = f"no report {report!r} in this index; `rapporteur reports` lists its {len(self._positions)}"
            raise UnknownReportError(message)
        position = self._positions[report]
        entry, *following = self._manifest.reports[position : position + 2]
        return entry, following[0] if following else None

    def _place(self, number: int) -> tuple[Part, int]:
        """The report of a passage, and the passage's ordinal in it."""
        if not 0 <= number < len(self):
            raise IndexError(f"no passage {number}; this index has 0 to {len(self) - 1}")
        position = bisect_right(self._firsts, number) - 1
        return self.part(self._manifest.reports[position].info.id), number - self._firsts[position]

    def _cut_out(self, report: str) -> Part:
        entry, following = self._entry(report)
        ends = following.starts if following else (None, None, None, None)
        passages, sentences, text, table = (slice(*bounds) for bounds in zip(entry.starts, ends, strict=True))
        return Part(
            entry.info,
            entry.content_sha256,
            memoryview(self._texts)[text],
            memoryview(self._tables)[table],
            self._rows[passages],
            self._spans[sentences],
        )

    def _decoded(self, report: str) -> str:
        entry, _ = self._entry(report)
        encoded = self.part(report).text
        if sha256(encoded).hexdigest() != entry.text_sha256:
            raise self._damaged(TEXTS)
        return str(encoded, "utf-8")

    def _map(self, file: str) -> "mmap.mmap | bytes":
        path = self.folder / file
        with reading(path), path.open("rb") as opened:
            empty = self._manifest.files[file].bytes == 0
            return b"" if empty else mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ)

    def _array(self, file: str, shape: tuple[int, ...], dtype: DTypeLike) -> NDArray[Any]:
        path = self.folder / file
        try:
            with reading(path):
                array = np.asarray(np.load(path, mmap_mode="r", allow_pickle=False))
        except (ValueError, SyntaxError, EOFError) as error:
            raise self._damaged(file) from error
        if array.shape != shape or array.dtype != np.dtype(dtype):
            raise self._damaged(file)
        return array

    def _damaged(self, file: str) -> IndexDamagedError:
        return IndexDamagedError(f"index file {str(self.folder / file)!r} was altered; {REMEDY}")
