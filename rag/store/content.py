"""Writes what a generation holds, so that opening it maps arrays and parses nothing that grows with the passages."""

import json
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from rag.store import dense, lexical
from rag.store.generation import (
    DENSE,
    LEXICAL,
    PASSAGES,
    SENTENCE_ROWS,
    SENTENCE_VECTORS,
    SENTENCES,
    TABLES,
    TEXTS,
    VOCABULARY,
    ReportEntry,
)
from rag.store.publish import write
from rag.types import Passage, Report
from rag.words import terms, words

_T = TypeVar("_T")

ROW = np.dtype(
    [
        ("report", "<i4"),
        ("paragraph", "<i4"),
        ("start", "<i4"),
        ("end", "<i4"),
        ("section", "<i4"),
        ("outline", "<i4"),
        ("first_sentence", "<i4"),
        ("last_sentence", "<i4"),
        ("text_start", "<i8"),
        ("text_end", "<i8"),
        ("checksum", "<u4"),
    ]
)
"""A passage: positions in the tables, offsets in code points, sentences as a half-open range of ``sentences.npy``, the
text's bytes in ``reports.txt``, and a checksum of all that."""


@dataclass(frozen=True, slots=True)
class Embedded:
    """What the encoder gave for a collection."""

    passages: NDArray[np.float16]
    """Shape (passages, dimension)."""
    sentences: NDArray[np.float16]
    """Shape (distinct sentences, dimension)."""
    rows: NDArray[np.int32]
    """For every sentence of every passage in order, its row in ``sentences``."""


def checksum(row: "np.void", spans: NDArray[np.int32], text: bytes) -> int:
    """CRC-32 of a passage: its row but for the checksum itself, its sentences' spans, its text."""
    return zlib.crc32(text, zlib.crc32(spans.tobytes(), zlib.crc32(row.tobytes()[: -ROW["checksum"].itemsize])))


def write_content(
    folder: Path, reports: Sequence[Report], passages: Sequence[Passage], embedded: Embedded
) -> tuple[ReportEntry, ...]:
    """Writes all files but the encoder's and the manifest.

    ``passages`` are those of ``reports``, in order of reports, then text. Raises ``OSError`` or ``StorageError``.
    """
    entries = _entries(reports, passages)
    write(folder / TEXTS, "".join(report.text for report in reports).encode())
    sections, outlines = _distinct(p.section for p in passages), _distinct(p.outline for p in passages)
    write(folder / TABLES, json.dumps({"sections": list(sections), "outlines": list(outlines)}).encode())
    spans = np.array([(s.start, s.end) for p in passages for s in p.sentences], dtype="<i4").reshape(-1, 2)
    _write_array(folder / SENTENCES, spans)
    _write_array(folder / PASSAGES, _rows(reports, entries, passages, (sections, outlines), spans))
    _write_array(folder / SENTENCE_ROWS, embedded.rows.astype("<i4"))
    _write_array(folder / SENTENCE_VECTORS, embedded.sentences.astype("<f2"))
    write(folder / DENSE, dense.to_bytes(embedded.passages).data)
    write(folder / VOCABULARY, "\n".join(_vocabulary(passages)).encode())
    (folder / LEXICAL).mkdir()
    positions = {report.info.id: position for position, report in enumerate(reports)}
    lexical.write(folder / LEXICAL, ((positions[p.report], terms(_words_of(p))) for p in passages))
    return entries


def _entries(reports: Sequence[Report], passages: Sequence[Passage]) -> tuple[ReportEntry, ...]:
    texts = [report.text.encode() for report in reports]
    bounds = pairwise(accumulate(map(len, texts), initial=0))
    counts = {report.info.id: 0 for report in reports}
    for passage in passages:
        counts[passage.report] += 1
    firsts = accumulate(counts.values(), initial=0)
    return tuple(
        ReportEntry(report.info, first, start, end, sha256(text).hexdigest())
        for report, text, (start, end), first in zip(reports, texts, bounds, firsts, strict=False)
    )


def _rows(
    reports: Sequence[Report],
    entries: Sequence[ReportEntry],
    passages: Sequence[Passage],
    tables: tuple[dict[str, int], dict[tuple[str, ...], int]],
    spans: NDArray[np.int32],
) -> NDArray[Any]:
    sections, outlines = tables
    rows = np.zeros(len(passages), dtype=ROW)
    positions = {report.info.id: position for position, report in enumerate(reports)}
    sentence = 0
    for number, (passage, before) in enumerate(zip(passages, _bytes_before(reports, passages), strict=True)):
        report, encoded = positions[passage.report], passage.text.encode()
        start, last = entries[report].text_start + before, sentence + len(passage.sentences)
        rows[number] = (
            report, passage.paragraph, passage.start, passage.end, sections[passage.section], outlines[passage.outline],
            sentence, last, start, start + len(encoded), 0,
        )  # fmt: skip
        rows[number]["checksum"] = checksum(rows[number], spans[sentence:last], encoded)
        sentence = last
    return rows


def _bytes_before(reports: Sequence[Report], passages: Sequence[Passage]) -> Iterator[int]:
    """For each passage, the UTF-8 bytes of its report before it; reads each text about once."""
    texts = {report.info.id: report.text for report in reports}
    report, place, count = "", 0, 0
    for passage in passages:
        if passage.report != report or passage.start < place:
            report, place, count = passage.report, 0, 0
        count += len(texts[report][place : passage.start].encode())
        place = passage.start
        yield count


def _words_of(passage: Passage) -> str:
    """What the word index reads: headings, then text; a run-in heading, which opens the text, only once."""
    headings = [heading for heading in passage.outline if not passage.text.startswith(heading)]
    return "\n".join([*headings, passage.text])


def _vocabulary(passages: Sequence[Passage]) -> list[str]:
    headings = {heading for passage in passages for heading in passage.outline}
    return sorted({word.folded for text in _texts(passages, headings) for word in words(text)} - {""})


def _texts(passages: Sequence[Passage], headings: set[str]) -> Iterator[str]:
    yield from headings
    for passage in passages:
        yield passage.text


def _distinct(values: Iterator[_T]) -> dict[_T, int]:
    return {value: position for position, value in enumerate(dict.fromkeys(values))}


def _write_array(path: Path, array: NDArray[Any]) -> None:
    header = BytesIO()
    np.lib.format.write_array_header_1_0(header, np.lib.format.header_data_from_array_1_0(array))
    write(path, header.getvalue(), np.ascontiguousarray(array).view(np.uint8).data)
