"""What one report contributes to a generation, in numbers that count from the report's own beginning.

So it stays the same byte for byte whatever stands beside it, and the next generation copies it.
"""

import json
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from rag.corpus.passages import split
from rag.errors import IndexDamagedError
from rag.store.generation import REMEDY
from rag.types import Passage, Report, ReportInfo, Span

_T = TypeVar("_T")

ROW = np.dtype(
    [
        ("paragraph", "<i4"),
        ("start", "<i4"),
        ("end", "<i4"),
        ("section", "<i4"),
        ("outline", "<i4"),
        ("first_sentence", "<i4"),
        ("last_sentence", "<i4"),
        ("text_start", "<i4"),
        ("text_end", "<i4"),
        ("checksum", "<u4"),
    ]
)
"""A passage: offsets in code points, places in the report's tables, its sentences as a half-open range of the report's,
its text in bytes of the report's, and a checksum of all that."""


@dataclass(frozen=True)
class Part:
    info: ReportInfo
    content_sha256: str
    """Of everything taken from the report: see ``content_sha256``."""
    text: bytes | memoryview
    """The stored text in UTF-8."""
    tables: bytes | memoryview
    """Sections and outlines as JSON."""
    rows: NDArray[Any]
    """``ROW`` for each passage."""
    spans: NDArray[np.int32]
    """Shape (sentences of all passages, 2)."""

    def passage(self, ordinal: int) -> Passage:
        """Raises ``IndexDamagedError`` where its checksum does not hold."""
        row: np.void = self.rows[ordinal]
        spans = self.spans[row["first_sentence"] : row["last_sentence"]]
        text = self.text[row["text_start"] : row["text_end"]]
        sections, outlines = self._named
        try:
            section, outline = sections[row["section"]], outlines[row["outline"]]
        except IndexError as error:
            raise self._altered() from error
        if _checksum(row, spans, text, section, outline) != row["checksum"]:
            raise self._altered()
        return Passage(
            report=self.info.id,
            paragraph=int(row["paragraph"]),
            start=int(row["start"]),
            end=int(row["end"]),
            section=section,
            outline=outline,
            sentences=tuple(Span(start, end) for start, end in spans.tolist()),
            text=str(text, "utf-8"),
        )

    def passages(self) -> Iterator[Passage]:
        """In order of the text."""
        return map(self.passage, range(len(self.rows)))

    @cached_property
    def _named(self) -> tuple[list[str], list[tuple[str, ...]]]:
        try:
            tables = json.loads(bytes(self.tables))
            return tables["sections"], [tuple(outline) for outline in tables["outlines"]]
        except (ValueError, KeyError, TypeError) as error:
            raise self._altered() from error

    def _altered(self) -> IndexDamagedError:
        return IndexDamagedError(f"what the index holds of report {self.info.id!r} was altered; {REMEDY}")


def cut(report: Report) -> Part:
    """A report as it is stored."""
    passages = split(report)
    sections, outlines = _distinct(p.section for p in passages), _distinct(p.outline for p in passages)
    spans = np.array([(s.start, s.end) for p in passages for s in p.sentences], dtype="<i4").reshape(-1, 2)
    rows = np.zeros(len(passages), dtype=ROW)
    sentence = 0
    for number, (passage, start) in enumerate(zip(passages, _starts(report.text, passages), strict=True)):
        text, last = passage.text.encode(), sentence + len(passage.sentences)
        place = (sections[passage.section], outlines[passage.outline], sentence, last, start, start + len(text))
        rows[number] = (passage.paragraph, passage.start, passage.end, *place, 0)
        rows[number]["checksum"] = _checksum(rows[number], spans[sentence:last], text, passage.section, passage.outline)
        sentence = last
    tables = json.dumps({"sections": list(sections), "outlines": list(outlines)}, ensure_ascii=False).encode()
    return Part(report.info, content_sha256(report), report.text.encode(), tables, rows, spans)


def content_sha256(report: Report) -> str:
    """Of everything taken from a report: its text, its paragraphs, and what is known of it."""
    digest = sha256(repr((report.info, report.paragraphs)).encode())
    digest.update(sha256(report.text.encode()).digest())
    return digest.hexdigest()


def _checksum(
    row: "np.void", spans: NDArray[np.int32], text: bytes | memoryview, section: str, outline: Sequence[str]
) -> int:
    """CRC-32 of a passage: its row but for the checksum itself, its sentences' spans, its text and headings."""
    headings = "\n".join((section, *outline)).encode()
    number = zlib.crc32(row.tobytes()[: -ROW["checksum"].itemsize])
    for content in (spans.tobytes(), text, headings):
        number = zlib.crc32(content, number)
    return number


def _starts(text: str, passages: Sequence[Passage]) -> Iterator[int]:
    """For each passage, the bytes of UTF-8 before it; reads the text about once."""
    place, count = 0, 0
    for passage in passages:
        if passage.start < place:
            place, count = 0, 0
        count += len(text[place : passage.start].encode())
        place = passage.start
        yield count


def _distinct(values: Iterator[_T]) -> dict[_T, int]:
    return {value: position for position, value in enumerate(dict.fromkeys(values))}
