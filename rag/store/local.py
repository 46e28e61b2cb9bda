"""The store on one machine's disk: everything mapped when it is opened, and nothing read that is not asked for.

A store stays good for as long as it is held, also after later builds have removed its files: what is mapped outlives
its name. What it returns is checked against the checksums of the build, so damage is an error and never a wrong quote.
"""

import json
import mmap
from collections.abc import Callable, Collection, Sequence
from functools import cached_property, lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from rag.errors import IndexDamagedError, UnknownReportError
from rag.interfaces import Vectors
from rag.store.content import ROW, checksum
from rag.store.dense import DenseIndex
from rag.store.generation import (
    DENSE,
    LEXICAL,
    PASSAGES,
    REMEDY,
    SENTENCE_ROWS,
    SENTENCE_VECTORS,
    SENTENCES,
    TABLES,
    TEXTS,
    VOCABULARY,
    Manifest,
    ReportEntry,
    check_bytes,
    check_edges,
    live,
    read_manifest,
    reading,
)
from rag.store.lexical import LexicalIndex
from rag.types import IndexInfo, Passage, ReportInfo, Span

_TEXTS_KEPT = 64
"""Decoded reports kept in memory, about 0.2 MB each."""


class LocalStore:
    """One generation, read only; safe for many threads. Implements ``rag.interfaces.PassageStore``."""

    def __init__(self, folder: Path, name: str | None = None) -> None:
        """Opens the generation in ``folder``, called ``name`` where the folder is not called so yet.

        Raises ``IndexDamagedError``, ``IndexFormatError`` or ``StorageError``.
        """
        self.folder = folder
        """Holds the exported encoder too: see ``rag.encoder.OnnxEncoder``."""
        name = name or folder.name
        self._manifest = manifest = read_manifest(folder, name)
        check_edges(folder, manifest)
        self._info = IndexInfo(name, manifest.corpus_sha256, manifest.encoder)
        self._reports = {entry.info.id: (position, entry) for position, entry in enumerate(manifest.reports)}
        self._texts, self._tables_file, self._words = (self._map(file) for file in (TEXTS, TABLES, VOCABULARY))
        self._rows = self._array(PASSAGES, (manifest.passages,), ROW)
        self._spans = self._array(SENTENCES, (manifest.sentences, 2), "<i4")
        self._sentence_rows = self._array(SENTENCE_ROWS, (manifest.sentences,), "<i4")
        shape = (manifest.sentence_vectors, manifest.dimension)
        self._sentence_vectors = self._array(SENTENCE_VECTORS, shape, "<f2")
        self._dense = DenseIndex(folder / DENSE, manifest.passages, manifest.dimension)
        self._lexical = LexicalIndex(folder / LEXICAL, manifest.passages)
        self._text: Callable[[str], str] = lru_cache(_TEXTS_KEPT)(self._decoded)

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
        return [self._passage(number) for number in numbers]

    def passages_of(self, report: str) -> range:
        """Numbers of a report's passages; ``UnknownReportError`` for another id."""
        position, entry = self._entry(report)
        following = self._manifest.reports[position + 1 :][:1]
        return range(entry.first_passage, following[0].first_passage if following else len(self))

    def similar(self, vector: Vectors, limit: int, reports: Collection[str] | None = None) -> list[tuple[int, float]]:
        ranges = None if reports is None else [self.passages_of(report) for report in dict.fromkeys(reports)]
        return self._dense.search(vector, limit, ranges)

    def matching(
        self, terms: Sequence[str], limit: int, reports: Collection[str] | None = None
    ) -> list[tuple[int, float]]:
        positions = None if reports is None else {self._entry(report)[0] for report in reports}
        return self._lexical.search(terms, limit, positions)

    def similarities(self, vector: Vectors, number: int) -> tuple[float, tuple[float, ...]]:
        row = self._row(number)
        rows = self._sentence_rows[row["first_sentence"] : row["last_sentence"]]
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
            return tuple(self._words[:].decode().split("\n"))
        except UnicodeDecodeError as error:
            raise self._damaged(VOCABULARY) from error

    @cached_property
    def _tables(self) -> tuple[list[str], list[tuple[str, ...]]]:
        try:
            tables = json.loads(self._tables_file[:])
            return tables["sections"], [tuple(outline) for outline in tables["outlines"]]
        except (ValueError, KeyError, TypeError) as error:
            raise self._damaged(TABLES) from error

    def _entry(self, report: str) -> tuple[int, ReportEntry]:
        if report not in self._reports:
            message = f"no report {report!r} in this index; `rapporteur reports` lists its {len(self._reports)}"
            raise UnknownReportError(message)
        return self._reports[report]

    def _row(self, number: int) -> np.void:
        if not 0 <= number < len(self):
            raise IndexError(f"no passage {number}; this index has 0 to {len(self) - 1}")
        row: np.void = self._rows[number]
        return row

    def _passage(self, number: int) -> Passage:
        row = self._row(number)
        spans = self._spans[row["first_sentence"] : row["last_sentence"]]
        encoded = self._texts[row["text_start"] : row["text_end"]]
        if checksum(row, spans, encoded) != row["checksum"]:
            raise self._damaged(PASSAGES)
        sections, outlines = self._tables
        try:
            section, outline = sections[row["section"]], outlines[row["outline"]]
        except IndexError as error:
            raise self._damaged(TABLES) from error
        return Passage(
            report=self._manifest.reports[row["report"]].info.id,
            paragraph=int(row["paragraph"]),
            start=int(row["start"]),
            end=int(row["end"]),
            section=section,
            outline=outline,
            sentences=tuple(Span(start, end) for start, end in spans.tolist()),
            text=encoded.decode(),
        )

    def _decoded(self, report: str) -> str:
        _, entry = self._entry(report)
        encoded = self._texts[entry.text_start : entry.text_end]
        if sha256(encoded).hexdigest() != entry.text_sha256:
            raise self._damaged(TEXTS)
        return encoded.decode()

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
