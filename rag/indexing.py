"""From reports to a live index: passages, vectors, a new generation beside the old one, checks, swap."""

from collections.abc import Callable, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Protocol

import numpy as np

from rag.encoder import SentenceTransformerEncoder
from rag.errors import CorpusError, EncoderError, IndexBusyError, IndexDamagedError, IndexFormatError, IndexMissingError
from rag.interfaces import Encoder, PassageStore, Progress
from rag.passages import embedded_text, paragraphs, split
from rag.store.cache import VectorCache
from rag.store.content import Embedded, write_content
from rag.store.generation import Manifest, check_edges, live, read_manifest
from rag.store.local import LocalStore
from rag.store.publish import live_name, publish, seal, site
from rag.types import IndexInfo, Passage, Report
from rag.words import terms


class BuildEncoder(Encoder, Protocol):
    """An encoder that can leave a light copy of itself in the index, for questions."""

    def export(self, folder: Path) -> Encoder:
        """Writes the copy's files into ``folder``; raises ``EncoderError`` or ``OSError``.

        Returns the faster one of the two for many texts: itself, or the copy.
        """
        ...


EncoderFactory = Callable[[str], BuildEncoder]
"""From a model's name to the model; called under the lock, so that a second builder learns it before a slow import."""


def _silent(done: int, total: int) -> None:
    """Shows no progress."""


def build(
    reports: Sequence[Report],
    index: Path,
    encoder_name: str,
    progress: Progress = _silent,
    encoders: EncoderFactory = SentenceTransformerEncoder,
    based_on: str | None = None,
) -> IndexInfo:
    """Makes ``reports``, all of them, the live index; texts embedded by an earlier build are not embedded again.

    Until the last step the live index stays what it was, whatever happens. ``progress`` counts texts to embed.
    ``based_on`` names the generation that ``reports`` extend: where another build has replaced it since,
    ``IndexBusyError`` keeps that build's reports from being lost.
    Raises ``CorpusError``, ``EncoderError``, ``IndexBusyError`` or ``StorageError``.
    """
    ordered = sorted(reports, key=lambda report: (report.info.country, report.info.year, report.info.id))
    passages = [passage for report in ordered for passage in split(report)]
    if not passages:
        raise CorpusError(f"{len(reports)} reports hold no passage; name at least one report that has text")
    with site(index) as folder:
        if based_on is not None and live_name(index) != based_on:
            raise IndexBusyError(f"{str(index)!r} was rebuilt meanwhile: add the reports again")
        encoder = encoders(encoder_name).export(folder)
        embedded = _embed(passages, VectorCache(index / "cache", encoder), progress)
        entries = write_content(folder, ordered, passages, embedded)
        manifest = Manifest(
            encoder=encoder_name,
            dimension=embedded.passages.shape[1],
            corpus_sha256=corpus_sha256(reports),
            content_sha256=_content_sha256(ordered),
            previous=live_name(index),
            passages=len(passages),
            sentences=len(embedded.rows),
            sentence_vectors=len(embedded.sentences),
            reports=entries,
            files={},
        )
        name = seal(folder, manifest)
        _check(LocalStore(folder, name), passages, embedded)
        publish(index, folder, name)
    return IndexInfo(name, manifest.corpus_sha256, encoder_name)


def is_current(reports: Sequence[Report], index: Path, encoder_name: str) -> bool:
    """Whether the live index is whole and already holds exactly ``reports``, embedded by this encoder.

    Cheap: neither cuts nor embeds. Raises ``StorageError`` where the index cannot be read.
    """
    try:
        name = live(index)
        manifest = read_manifest(index / name, name)
        check_edges(index / name, manifest)
    except (IndexMissingError, IndexDamagedError, IndexFormatError):
        return False
    return (manifest.content_sha256, manifest.encoder) == (_content_sha256(reports), encoder_name)


def held(store: PassageStore) -> list[Report]:
    """The reports that an index holds, as they went into it: to build the next one with others added."""
    return [
        Report(info, store.text(info.id), paragraphs(store.passages(store.passages_of(info.id))))
        for info in store.reports
    ]


def corpus_sha256(reports: Sequence[Report]) -> str:
    """Hash of the line "<id> <sha256 of the source file>" for each report, sorted: needs the source files alone."""
    lines = sorted(f"{report.info.id} {report.info.sha256}\n" for report in reports)
    return sha256("".join(lines).encode()).hexdigest()


def _content_sha256(reports: Sequence[Report]) -> str:
    digest = sha256()
    for report in sorted(reports, key=lambda report: report.info.id):
        digest.update(repr((report.info, report.paragraphs)).encode())
        digest.update(sha256(report.text.encode()).digest())
    return digest.hexdigest()


def _embed(passages: Sequence[Passage], cache: VectorCache, progress: Progress) -> Embedded:
    texts = [embedded_text(passage) for passage in passages]
    sentences = [passage.sentence(position) for passage in passages for position in range(len(passage.sentences))]
    distinct = {text: row for row, text in enumerate(dict.fromkeys(sentences))}
    vectors = cache.vectors([*texts, *distinct], progress)
    rows = np.array([distinct[text] for text in sentences], dtype=np.int32)
    return Embedded(vectors[: len(texts)], vectors[len(texts) :], rows)


def _check(store: LocalStore, passages: Sequence[Passage], embedded: Embedded) -> None:
    """Asks the new generation for what was put into it, before anybody else can."""
    numbers = sorted({0, len(passages) // 2, len(passages) - 1})
    if store.passages(numbers) != [passages[number] for number in numbers]:
        raise IndexDamagedError("the new index gives back other passages than it was given; build again")
    for number in numbers:
        vector = embedded.passages[number].astype(np.float32)
        whole = float(vector @ vector)
        if abs(store.similar(vector, 1)[0][1] - whole) > 1e-3 * whole:
            raise EncoderError("the new index does not find its own passages; the vectors must have unit length")
        words = terms(passages[number].text)
        if words and not any(map(store.frequency, words)):
            raise IndexDamagedError("the new index misses the words of its own passages; build again")
