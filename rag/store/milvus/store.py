"""The store on a Milvus server: searches run there, what they find is fetched when it is needed, checked, and kept."""

from collections import OrderedDict
from collections.abc import Callable, Collection, Sequence
from functools import cached_property, lru_cache
from json import loads
from pathlib import Path
from threading import Lock

import numpy as np

from rag.errors import EncoderError, IndexDamagedError, IndexFormatError, IndexMissingError, UnknownReportError
from rag.interfaces import Vectors
from rag.store.milvus import content
from rag.store.milvus.catalogue import (
    CATALOGUE,
    FREQUENCIES,
    VOCABULARY,
    Catalogue,
    Held,
    passage_from_bytes,
    passage_name,
    searchable,
    text_name,
)
from rag.store.milvus.content import REMEDY
from rag.store.milvus.engine import FORMAT, Engine, format_of
from rag.store.milvus.exported_encoder import fetched
from rag.types import IndexInfo, Passage, ReportInfo

_PASSAGES_KEPT = 4096
"""Passages with their vectors kept in memory, about 6 kB each."""
_TEXTS_KEPT = 64
"""Reports kept in memory, about 0.2 MB each."""
_CHECKED_AT_ONCE = 256


class MilvusStore:
    """One generation, read only; safe for many threads. Implements ``rag.interfaces.PassageStore``.

    It stays good until two further generations have been published; then ``IndexMissingError`` says to open again.
    """

    def __init__(self, engine: Engine, name: str, folder: Path) -> None:
        """Opens the generation whose collection is called ``name``. ``folder``: where this machine keeps the encoder.

        Raises ``IndexFormatError``, ``IndexDamagedError``, ``IndexMissingError`` or ``StorageError``.
        """
        if format_of(name) != FORMAT:
            message = f"collection {name!r} has format {format_of(name)}, this version reads format {FORMAT}"
            raise IndexFormatError(f"{message}; {REMEDY}")
        self._engine = engine
        self._name = name
        self._folder = folder
        self._catalogue = Catalogue.from_json(self._content(CATALOGUE))
        self._positions = {report.id: position for position, report in enumerate(self._catalogue.reports)}
        self._held: OrderedDict[int, Held] = OrderedDict()
        self._holding = Lock()
        self._text: Callable[[str], str] = lru_cache(_TEXTS_KEPT)(self._read_text)

    @classmethod
    def open(cls, engine: Engine, folder: Path) -> "MilvusStore":
        """Opens the live generation; raises also ``IndexMissingError`` where nothing was published."""
        name = engine.live()
        if name is None:
            message = f"no index on the Milvus server at {engine.address!r}"
            raise IndexMissingError(f"{message}; `rapporteur index build` with RAPPORTEUR_STORE set publishes one")
        return cls(engine, name, folder)

    @property
    def info(self) -> IndexInfo:
        return self._catalogue.info

    @property
    def reports(self) -> tuple[ReportInfo, ...]:
        return self._catalogue.reports

    def __len__(self) -> int:
        return self._catalogue.passages

    @cached_property
    def folder(self) -> Path:
        """Holds the exported encoder: see ``rag.index.encoder.OnnxEncoder``. Fetched once for each model."""
        return fetched(self._folder, self._catalogue.encoder, self._content)

    def text(self, report: str) -> str:
        return self._text(report)

    def passages(self, numbers: Sequence[int]) -> list[Passage]:
        """Raises ``IndexError`` for a number that is not one of a passage, ``IndexDamagedError`` for altered data."""
        return [held.passage for held in self._fetched(numbers)]

    def passages_of(self, report: str) -> range:
        position = self._position(report)
        following = self._catalogue.firsts[position + 1 :][:1]
        return range(self._catalogue.firsts[position], following[0] if following else len(self))

    def similar(self, vector: Vectors, limit: int, reports: Collection[str] | None = None) -> list[tuple[int, float]]:
        """Exactly up to ``engine.EXACT`` passages. At most ``engine.MOST`` are found."""
        if vector.shape != (self._catalogue.dimension,):
            message = f"a question's vector has shape {vector.shape}, the index needs ({self._catalogue.dimension},)"
            raise EncoderError(f"{message}; {REMEDY}")
        among = self._among(reports)
        if limit <= 0 or (among is not None and not among):
            return []
        return _ordered(self._engine.nearest(self._name, vector, limit, among))

    def matching(
        self, terms: Sequence[str], limit: int, reports: Collection[str] | None = None
    ) -> list[tuple[int, float]]:
        """A repeated term counts once. At most ``engine.MOST`` are found."""
        among, text = self._among(reports), searchable(list(dict.fromkeys(" ".join(terms).split())))
        if not text or limit <= 0 or (among is not None and not among):
            return []
        return _ordered(self._engine.matching(self._name, text, limit, among))

    def similarities(self, vector: Vectors, number: int) -> tuple[float, tuple[float, ...]]:
        [held] = self._fetched([number])
        whole, *sentences = (held.vectors.astype(np.float32) @ vector).tolist()
        return whole, tuple(sentences)

    def frequency(self, term: str) -> int:
        return min((self._frequencies.get(part, 0) for part in term.split()), default=0)

    @cached_property
    def vocabulary(self) -> Sequence[str]:
        words = self._content(VOCABULARY).decode()
        return tuple(words.split("\n")) if words else ()

    def verify(self) -> None:
        """Compares all that the server holds with its seals, and what is searched with what is read.

        Raises ``IndexDamagedError``.
        """
        for report in self._positions:
            self._read_text(report)
        for name in (VOCABULARY, FREQUENCIES, *self._catalogue.encoder):
            self._content(name)
        for start in range(0, len(self), _CHECKED_AT_ONCE):
            self._verify_searched(range(start, min(start + _CHECKED_AT_ONCE, len(self))))

    def _verify_searched(self, numbers: range) -> None:
        rows = {row["number"]: row for row in self._engine.rows(self._name, numbers, ["number", "report", "vector"])}
        for number, held in zip(numbers, self._read_passages(numbers), strict=True):
            row = rows.get(number)
            if (
                row is None
                or row["report"] != self._positions[held.passage.report]
                or not np.array_equal(np.asarray(row["vector"], dtype=np.float16), held.vectors[0])
            ):
                raise IndexDamagedError(f"passage {number} of {self._name!r} was altered on the server; {REMEDY}")

    @cached_property
    def _frequencies(self) -> dict[str, int]:
        frequencies: dict[str, int] = loads(self._content(FREQUENCIES))
        return frequencies

    def _content(self, name: str) -> bytes:
        return content.read(self._engine, self._name, [name])[0]

    def _read_text(self, report: str) -> str:
        return self._content(text_name(self._position(report))).decode()

    def _position(self, report: str) -> int:
        if report not in self._positions:
            message = f"no report {report!r} in this index; `rapporteur reports` lists its {len(self._positions)}"
            raise UnknownReportError(message)
        return self._positions[report]

    def _among(self, reports: Collection[str] | None) -> set[int] | None:
        return None if reports is None else {self._position(report) for report in reports}

    def _fetched(self, numbers: Sequence[int]) -> list[Held]:
        wrong = next((number for number in numbers if not 0 <= number < len(self)), None)
        if wrong is not None:
            raise IndexError(f"no passage {wrong}; this index has 0 to {len(self) - 1}")
        with self._holding:
            known = {number: self._held[number] for number in numbers if number in self._held}
        missing = list(dict.fromkeys(number for number in numbers if number not in known))
        known.update(zip(missing, self._read_passages(missing), strict=True))
        with self._holding:
            for number in numbers:
                self._held[number] = known[number]
                self._held.move_to_end(number)
            while len(self._held) > _PASSAGES_KEPT:
                self._held.popitem(last=False)
        return [known[number] for number in numbers]

    def _read_passages(self, numbers: Sequence[int]) -> list[Held]:
        contents = content.read(self._engine, self._name, [passage_name(number) for number in numbers])
        return [passage_from_bytes(found, self._catalogue.dimension) for found in contents]


def _ordered(found: list[tuple[int, float]]) -> list[tuple[int, float]]:
    """Best first, equals by number."""
    return sorted(found, key=lambda item: (-item[1], item[0]))
