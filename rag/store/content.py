"""Writes what a generation holds, so that opening it maps arrays and parses nothing that grows with the passages.

What a report contributes is copied from the generation before where it stood there already. The files come out the
same whether a collection was built at one go or report by report.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from io import BytesIO
from itertools import accumulate
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rag.corpus.passages import embedded_text
from rag.store import coarse, dense, lexical, vocabulary
from rag.store.distinct import KEY, DistinctSentences
from rag.store.generation import (
    COARSE,
    DENSE,
    LEXICAL,
    PASSAGES,
    SENTENCE_KEYS,
    SENTENCE_ROWS,
    SENTENCE_VECTORS,
    SENTENCES,
    TABLES,
    TEXTS,
    VOCABULARY,
    WORD_REPORTS,
    ReportEntry,
)
from rag.store.local import LocalStore
from rag.store.publish import write
from rag.store.report_segment import ROW, Part
from rag.text.words import terms
from rag.types import Passage

Embed = Callable[[Sequence[str]], NDArray[np.float16]]
"""From texts to their vectors, shape (texts, dimension)."""


@dataclass(frozen=True, slots=True)
class Written:
    """What the manifest tells of the files."""

    entries: tuple[ReportEntry, ...]
    dimension: int
    sentence_vectors: int
    words: int


def write_content(
    folder: Path, kept: Mapping[str, Part], added: Mapping[str, Part], before: LocalStore | None, embed: Embed
) -> Written:
    """Writes all files but the encoder's and the manifest.

    ``kept``: parts of ``before``, by the reports' ids, that stay; ``added``: those that are new. Raises ``OSError``
    or a ``StoreError``, and what ``embed`` raises.
    """
    both = sorted([*kept.values(), *added.values()], key=lambda part: (part.info.country, part.info.year, part.info.id))
    write(folder / TEXTS, *(part.text for part in both))
    write(folder / TABLES, *(part.tables for part in both))
    write_array(folder / PASSAGES, [part.rows for part in both], ROW)
    write_array(folder / SENTENCES, [part.spans for part in both], np.dtype("<i4"))
    dimension, distinct = _write_vectors(folder, both, added, before, embed)
    removed = [before.part(info.id) for info in before.reports if info.id not in kept] if before else []
    counts = vocabulary.counted(before.word_reports if before else {}, added.values(), removed)
    write(folder / VOCABULARY, "\n".join(counts).encode())
    write_array(folder / WORD_REPORTS, [np.fromiter(counts.values(), dtype="<i4")], np.dtype("<i4"))
    (folder / LEXICAL).mkdir()
    old = (before.folder / LEXICAL, _indexed([before.part(info.id) for info in before.reports])) if before else None
    lexical.write_index(folder / LEXICAL, _indexed(both), old)
    return Written(_entries(both), dimension, distinct, len(counts))


def _write_vectors(
    folder: Path, parts: Sequence[Part], added: Mapping[str, Part], before: LocalStore | None, embed: Embed
) -> tuple[int, int]:
    """The dimension, and the number of distinct sentences."""
    sentences = DistinctSentences(before.sentence_keys if before else np.empty((0, KEY), dtype=np.uint8))
    texts: list[str] = []
    codes: list[NDArray[np.int64]] = []
    for part in parts:
        if before and part.info.id not in added:
            codes.append(before.sentence_rows(part.info.id).astype(np.int64))
            continue
        passages = list(part.passages())
        texts += map(embedded_text, passages)
        codes.append(sentences.codes(p.sentence(at) for p in passages for at in range(len(p.sentences))))
    vectors = embed([*texts, *sentences.new])
    dimension = vectors.shape[1]
    known = before.sentence_vectors if before else np.empty((0, dimension), dtype=np.float16)
    rows, single, keys = sentences.gather(np.concatenate(codes), known, vectors[len(texts) :])
    write_array(folder / SENTENCE_ROWS, [rows], np.dtype("<i4"))
    write_array(folder / SENTENCE_VECTORS, [single], np.dtype("<f2"))
    write_array(folder / SENTENCE_KEYS, [keys], np.dtype("u1"))
    whole, new = np.empty((sum(len(part.rows) for part in parts), dimension), dtype=np.float16), 0
    for part, first in zip(parts, accumulate((len(part.rows) for part in parts), initial=0), strict=False):
        place = slice(first, first + len(part.rows))
        if before and part.info.id not in added:
            whole[place] = before.passage_vectors(part.info.id)
        else:
            whole[place] = vectors[new : new + len(part.rows)]
            new += len(part.rows)
    write(folder / DENSE, dense.to_bytes(whole).data)
    if len(whole) > dense.EXACT:
        write(folder / COARSE, coarse.to_bytes(whole).data)
    return dimension, len(single)


def _entries(parts: Sequence[Part]) -> tuple[ReportEntry, ...]:
    columns = zip(*((part.rows, part.spans, part.text, part.tables) for part in parts), strict=True)
    starts = zip(*(accumulate(map(len, column), initial=0) for column in columns), strict=True)
    return tuple(
        ReportEntry(part.info, part.content_sha256, passage, sentence, text, table, sha256(part.text).hexdigest())
        for part, (passage, sentence, text, table) in zip(parts, starts, strict=False)
    )


def _indexed(parts: Sequence[Part]) -> list[lexical.Indexed]:
    return [
        lexical.Indexed(part.info.id, part.content_sha256, partial(_terms, part)) for part in parts if len(part.rows)
    ]


def _terms(part: Part) -> list[list[str]]:
    return [terms(indexed_text(passage)) for passage in part.passages()]


def indexed_text(passage: Passage) -> str:
    """What the word index reads: headings, then text; a run-in heading, which opens the text, only once."""
    headings = [heading for heading in passage.outline if not passage.text.startswith(heading)]
    return "\n".join([*headings, passage.text])


def write_array(path: Path, parts: Sequence[NDArray[Any]], dtype: "np.dtype[Any]") -> None:
    """One ``.npy`` file of arrays that stand one below the other."""
    shape = (sum(map(len, parts)), *parts[0].shape[1:])
    header = BytesIO()
    described = {"descr": np.lib.format.dtype_to_descr(dtype), "fortran_order": False, "shape": shape}
    np.lib.format.write_array_header_1_0(header, described)
    contents = (np.ascontiguousarray(part, dtype=dtype).view(np.uint8).data for part in parts if part.size)
    write(path, header.getvalue(), *contents)
