"""Loads a generation of the local index onto a Milvus server and makes it the live one there.

Until the alias moves, in one step, nothing that anybody asks has changed. What a killed load leaves behind is removed
by the next one.
"""

import json
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from rag.errors import IndexBusyError, IndexDamagedError, IndexMissingError, StoreError
from rag.index.encoder import EXPORTED
from rag.interfaces import PassageStore, Progress
from rag.store.content import indexed_text
from rag.store.milvus import content
from rag.store.milvus.catalogue import (
    CATALOGUE,
    FREQUENCIES,
    VOCABULARY,
    Catalogue,
    Held,
    passage_name,
    passage_to_bytes,
    searchable,
    text_name,
)
from rag.store.milvus.engine import CONTENT, PART, Engine, Row, collection_name
from rag.text.words import terms

_ROWS_AT_ONCE = 64
"""Of up to 64 kB: a message of 4 MB."""


class Source(PassageStore, Protocol):
    """A store that gives its vectors away: the local one."""

    @property
    def folder(self) -> Path:
        """Holds the exported encoder."""
        ...

    @property
    def sentence_vectors(self) -> NDArray[np.float16]:
        """Of the distinct sentences, shape (distinct sentences, dimension)."""
        ...

    def sentence_rows(self, report: str) -> NDArray[np.int32]:
        """For every sentence of a report's passages, its row in ``sentence_vectors``."""
        ...

    def passage_vectors(self, report: str) -> NDArray[np.float16]:
        """Shape (the report's passages, dimension)."""
        ...


def publish(source: Source, engine: Engine, progress: Progress) -> bool:
    """Makes the generation of ``source`` the live one on the server; ``False`` where it is already.

    ``progress`` counts passages, report by report. One generation before it stays, for those who are still on it.
    Raises ``IndexBusyError`` where another machine published meanwhile, ``StorageError`` or ``IndexDamagedError``.
    """
    name, before = collection_name(source.info.generation), engine.live()
    if before == name:
        return False
    engine.drop(name)  # what a killed load left
    try:
        _load(source, engine, name, progress)
        _refuse_stale(engine, before)
    except IndexMissingError as error:
        message = f"another machine published to {engine.address!r} meanwhile and cleared this load away"
        raise IndexBusyError(f"{message}: publish again") from error
    except BaseException:
        with suppress(StoreError):
            engine.drop(name)
        raise
    engine.publish(name)
    with suppress(StoreError):  # what stays is removed by the next load
        for old in engine.generations():
            # A later one belongs to a machine that is loading now.
            if old < name and old != before:
                engine.drop(old)
    return True


def _refuse_stale(engine: Engine, before: str | None) -> None:
    if engine.live() != before:
        raise IndexBusyError(f"another machine published to {engine.address!r} meanwhile: publish again")


def _load(source: Source, engine: Engine, name: str, progress: Progress) -> None:
    count, dimension = len(source), source.sentence_vectors.shape[1]
    engine.create(name, dimension)
    frequencies: Counter[str] = Counter()
    for position, report in enumerate(source.reports):
        progress(source.passages_of(report.id).start, count)
        _load_passages(source, engine, name, position, frequencies)
        _load_content(engine, name, text_name(position), source.text(report.id).encode())
    encoder = {file: (source.folder / file).read_bytes() for file in EXPORTED}
    for file, held in encoder.items():
        _load_content(engine, name, file, held)
    catalogue = Catalogue(
        info=source.info,
        dimension=dimension,
        passages=count,
        reports=source.reports,
        firsts=tuple(source.passages_of(report.id).start for report in source.reports),
        encoder={file: sha256(held).hexdigest() for file, held in encoder.items()},
    )
    _load_content(engine, name, VOCABULARY, "\n".join(source.vocabulary).encode())
    _load_content(engine, name, FREQUENCIES, json.dumps(frequencies).encode())
    _load_content(engine, name, CATALOGUE, catalogue.to_json())
    engine.complete(name, count)
    if engine.count(name) != count:
        raise IndexDamagedError(f"the server at {engine.address!r} has lost passages of {name!r}: publish again")
    progress(count, count)


def _load_passages(source: Source, engine: Engine, name: str, position: int, frequencies: Counter[str]) -> None:
    """Those of the report at ``position``; counts in how many each term stands."""
    report = source.reports[position].id
    numbers, vectors = source.passages_of(report), source.passage_vectors(report)
    sentences = iter(source.sentence_vectors[source.sentence_rows(report)])
    searched: list[Row] = []
    read: list[Row] = []
    for number, passage, vector in zip(numbers, source.passages(numbers), vectors, strict=True):
        found = terms(indexed_text(passage))
        frequencies.update(set(found))
        row = {"number": number, "report": position, "vector": vector.astype(float).tolist()}
        searched.append({**row, "terms": _fitting(searchable(found))})
        held = Held(passage, np.stack([vector, *islice(sentences, len(passage.sentences))]))
        read += content.to_rows(name, passage_name(number), passage_to_bytes(held))
    _insert(engine, name, searched)
    _insert(engine, name + CONTENT, read)


def _load_content(engine: Engine, name: str, piece: str, held: bytes) -> None:
    _insert(engine, name + CONTENT, content.to_rows(name, piece, held))


def _insert(engine: Engine, collection: str, rows: Sequence[Row]) -> None:
    for start in range(0, len(rows), _ROWS_AT_ONCE):
        engine.insert(collection, rows[start : start + _ROWS_AT_ONCE])


def _fitting(text: str) -> str:
    """As many whole terms as a field takes; only a sentence of thousands of words has more."""
    return text if len(text) <= PART else text[: PART + 1].rpartition(" ")[0]
