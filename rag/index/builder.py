"""From reports to a live index: parts, vectors, a new generation beside the old one, checks, swap.

What the live generation holds already is copied from it, so that a change costs what is new in it.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from rag.corpus import refuse_duplicates
from rag.corpus.passages import embedded_text
from rag.errors import (
    CorpusError,
    EncoderError,
    IndexDamagedError,
    IndexFormatError,
    IndexMissingError,
    UnknownReportError,
)
from rag.index.encoder import CORES, OnnxEncoder, SentenceTransformerEncoder
from rag.interfaces import Encoder, Progress
from rag.store.cache import VectorCache
from rag.store.content import write_content
from rag.store.generation import Manifest, check_edges, live, read_manifest
from rag.store.local import LocalStore
from rag.store.publish import live_name, publish, seal, site
from rag.store.report_segment import Part, content_sha256, cut
from rag.text.words import terms
from rag.types import IndexInfo, Report, ReportInfo

_SAME_MODEL = 0.9999
"""Least cosine of one passage's vectors from one model."""


class BuildEncoder(Encoder, Protocol):
    """An encoder that can leave a light copy of itself in the index, for questions."""

    def export(self, folder: Path) -> Encoder:
        """Writes the copy's files into ``folder``; raises ``EncoderError`` or ``OSError``.

        Returns the faster one of the two for many texts: itself, or the copy.
        """
        ...


EncoderFactory = Callable[[str], BuildEncoder]
"""From a model's name to the model; called under the lock, so that a second builder learns it before a slow import."""

Reopen = Callable[[Path, str], BuildEncoder]
"""From a generation's folder and its model's name to the copy of the model that is in it."""


def _silent(done: int, total: int) -> None:
    """Shows no progress."""


def _exported(folder: Path, name: str) -> BuildEncoder:
    return OnnxEncoder(folder, name, CORES)


def build(
    reports: Sequence[Report],
    index: Path,
    encoder_name: str,
    progress: Progress = _silent,
    encoders: EncoderFactory = SentenceTransformerEncoder,
) -> IndexInfo:
    """Makes ``reports``, all of them, the live index; texts embedded by an earlier build are not embedded again.

    Until the last step the live index stays what it was, whatever happens. ``progress`` counts characters to embed.
    Raises ``CorpusError``, ``EncoderError``, ``IndexBusyError`` or ``StorageError``.
    """
    if not any(report.paragraphs for report in reports):
        raise CorpusError(f"{len(reports)} reports hold no passage; name at least one report that has text")
    refuse_duplicates(report.info for report in reports)
    with site(index) as folder:
        encoder = encoders(encoder_name).export(folder)
        before = _reusable(index, encoder)
        known = {entry.info.id: entry.content_sha256 for entry in before.manifest.reports} if before else {}
        kept, added = {}, {}
        for report in reports:
            if before and known.get(report.info.id) == content_sha256(report):
                kept[report.info.id] = before.part(report.info.id)
            else:
                added[report.info.id] = cut(report)
        return _make(index, folder, encoder, before, kept, added, progress)


def extend(
    index: Path,
    added: Sequence[Report],
    removed: Collection[str] = (),
    progress: Progress = _silent,
    reopen: Reopen = _exported,
) -> IndexInfo:
    """Takes the reports ``removed`` (ids) out of the live index, then puts ``added`` in, with the index's own encoder.

    Costs what is new. What another process added meanwhile stays. Raises ``DuplicateReportError`` for a report that
    is held and not removed, ``UnknownReportError``, and what ``build`` raises, a ``StoreError`` for a damaged index.
    """
    with site(index) as folder:
        before = LocalStore.open(index)
        before.verify()
        held = {info.id: info for info in before.reports}
        unknown = [report for report in removed if report not in held]
        if unknown:
            raise UnknownReportError(f"no report {unknown[0]!r} in this index; `rapporteur reports list` lists them")
        staying = [info for info in before.reports if info.id not in removed]
        refuse_duplicates([*staying, *(report.info for report in added)])
        encoder = reopen(before.folder, before.info.encoder).export(folder)
        kept = {info.id: before.part(info.id) for info in staying}
        return _make(index, folder, encoder, before, kept, {r.info.id: cut(r) for r in added}, progress)


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
    held = sorted(entry.content_sha256 for entry in manifest.reports)
    return manifest.encoder == encoder_name and held == sorted(map(content_sha256, reports))


def corpus_sha256(reports: Iterable[Report]) -> str:
    """Hash of the line "<id> <sha256 of the source file>" for each report, sorted: needs the source files alone."""
    return _corpus_sha256(report.info for report in reports)


def _corpus_sha256(infos: Iterable[ReportInfo]) -> str:
    return sha256("".join(sorted(f"{info.id} {info.sha256}\n" for info in infos)).encode()).hexdigest()


def _reusable(index: Path, encoder: Encoder) -> LocalStore | None:
    """The live generation, where it is whole and its vectors are those of ``encoder``."""
    try:
        store = LocalStore.open(index)
        store.verify()
    except (IndexMissingError, IndexDamagedError, IndexFormatError):
        return None
    [vector] = encoder.encode([embedded_text(store.passages([0])[0])])
    if (store.info.encoder, store.manifest.dimension) != (encoder.name, len(vector)):
        return None
    return store if store.similarities(vector, 0)[0] >= _SAME_MODEL else None


def _make(
    index: Path,
    folder: Path,
    encoder: Encoder,
    before: LocalStore | None,
    kept: Mapping[str, Part],
    added: Mapping[str, Part],
    progress: Progress,
) -> IndexInfo:
    """Writes, checks and publishes the generation of parts ``kept`` from ``before`` and parts ``added``."""
    parts = [*kept.values(), *added.values()]
    if not any(len(part.rows) for part in parts):
        raise CorpusError(f"{len(parts)} reports hold no passage; an index needs at least one report that has text")

    def embed(texts: Sequence[str]) -> NDArray[np.float16]:
        if before and not texts:
            return np.empty((0, before.manifest.dimension), dtype=np.float16)
        return VectorCache(index / "cache", encoder).vectors(texts, progress)

    written = write_content(folder, kept, added, before, embed)
    manifest = Manifest(
        encoder=encoder.name,
        dimension=written.dimension,
        corpus_sha256=_corpus_sha256(part.info for part in parts),
        previous=live_name(index),
        passages=sum(len(part.rows) for part in parts),
        sentences=sum(len(part.spans) for part in parts),
        sentence_vectors=written.sentence_vectors,
        words=written.words,
        reports=written.entries,
        files={},
    )
    name = seal(folder, manifest)
    _check(LocalStore(folder, name), {**kept, **added})
    publish(index, folder, name)
    return IndexInfo(name, manifest.corpus_sha256, encoder.name)


def _check(store: LocalStore, parts: Mapping[str, Part]) -> None:
    """Asks the new generation for what was put into it, before anybody else can."""
    for number in sorted({0, len(store) // 2, len(store) - 1}):
        [passage] = store.passages([number])
        if passage != parts[passage.report].passage(number - store.passages_of(passage.report).start):
            raise IndexDamagedError("the new index gives back other passages than it was given; build again")
        vector = store.passage_vectors(passage.report)[number - store.passages_of(passage.report).start]
        [(_, score)] = store.similar(vector.astype(np.float32), 1)
        if abs(score - 1) > 1e-2:
            raise EncoderError("the new index does not find its own passages; the vectors must have unit length")
        words = terms(passage.text)
        if words and not any(map(store.frequency, words)):
            raise IndexDamagedError("the new index misses the words of its own passages; build again")
