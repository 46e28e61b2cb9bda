"""A generation: one immutable folder that holds everything a question needs, and the manifest that vouches for it.

    index/CURRENT             name of the live generation
    index/.lock               held by the one process that builds
    index/cache/              vectors of texts embedded before; safe to delete
    index/<generation>/       manifest.json and the files that it lists

A generation's name ends in the hash of its manifest and the manifest holds the hash of every file, so that
``CURRENT`` vouches for every byte. Ordinary opening compares names, sizes and the files' edges (where the headers
and footers stand that a reader would trust); ``verify`` compares everything.
"""

import hashlib
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from rag.errors import IndexDamagedError, IndexFormatError, IndexMissingError, StorageError
from rag.types import ReportInfo

FORMAT = 3
"""Raised with every change of the files, of how passages are cut, or of what is embedded or indexed of them."""

CURRENT = "CURRENT"
MANIFEST = "manifest.json"
TEXTS = "reports.txt"
TABLES = "tables.jsonl"
VOCABULARY = "vocabulary.txt"
WORD_REPORTS = "word_reports.npy"
PASSAGES = "passages.npy"
SENTENCES = "sentences.npy"
SENTENCE_KEYS = "sentence_keys.npy"
SENTENCE_ROWS = "sentence_rows.npy"
SENTENCE_VECTORS = "sentence_vectors.npy"
DENSE = "dense.faiss"
COARSE = "coarse.faiss"
"""Only where the passages are too many to compare a question with each."""
LEXICAL = "lexical"

REMEDY = "`rapporteur index build` rebuilds it"
NAME = re.compile(r"\d{8}T\d{12}-[0-9a-f]{12}")
_EDGE = 4096
_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class FileEntry:
    bytes: int
    sha256: str
    edges: str
    """SHA-256 of the first and the last 4,096 bytes."""


@dataclass(frozen=True, slots=True)
class ReportEntry:
    """A report, and where its part of each file begins; it ends where the next report's begins."""

    info: ReportInfo
    content_sha256: str
    """Of everything taken from the report: text, paragraphs and what is known of it."""
    passage: int
    """In ``passages.npy`` and ``dense.faiss``."""
    sentence: int
    """In ``sentences.npy`` and ``sentence_rows.npy``."""
    text: int
    """In bytes of ``reports.txt``."""
    table: int
    """In bytes of ``tables.jsonl``."""
    text_sha256: str
    """Of the stored text in UTF-8."""

    @property
    def starts(self) -> tuple[int, int, int, int]:
        return self.passage, self.sentence, self.text, self.table


@dataclass(frozen=True, slots=True)
class Manifest:
    encoder: str
    dimension: int
    corpus_sha256: str
    """Of the collection: the line "<id> <sha256 of the source file>" for each report, sorted."""
    previous: str | None
    """Generation that was live when this one was built; kept for readers still on it."""
    passages: int
    sentences: int
    sentence_vectors: int
    """Distinct sentences."""
    words: int
    reports: tuple[ReportEntry, ...]
    files: dict[str, FileEntry]
    """By path within the generation, "/" between folders."""
    format: int = FORMAT

    def to_json(self) -> bytes:
        return (json.dumps(asdict(self), ensure_ascii=False, indent=1) + "\n").encode()

    @classmethod
    def from_json(cls, known: dict[str, Any]) -> "Manifest":
        """Raises ``KeyError``, ``TypeError`` or ``AttributeError`` where ``known`` has another shape."""
        reports = tuple(ReportEntry(**{**entry, "info": ReportInfo(**entry["info"])}) for entry in known["reports"])
        files = {name: FileEntry(**entry) for name, entry in known["files"].items()}
        return cls(**{**known, "reports": reports, "files": files})


def name_hash(manifest: bytes) -> str:
    """Last part of the name of the generation that has this manifest."""
    return hashlib.sha256(manifest).hexdigest()[:12]


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Translates what the file system says about ``path``, a file of the index."""
    try:
        yield
    except (FileNotFoundError, NotADirectoryError) as error:
        raise IndexDamagedError(f"index file {str(path)!r} is missing; {REMEDY}") from error
    except OSError as error:
        message = f"index file {str(path)!r} cannot be read ({error.strerror or error}); check its permissions and disk"
        raise StorageError(message) from error


def live(index: Path) -> str:
    """Name of the live generation. Raises ``IndexMissingError``, ``IndexDamagedError`` or ``StorageError``."""
    path = index / CURRENT
    if not index.is_dir() or not path.exists():
        raise IndexMissingError(f"no index in {str(index)!r}; `rapporteur index build` makes one")
    with reading(path):
        name = path.read_bytes()[:100].decode("ascii", errors="replace").strip()
    if not NAME.fullmatch(name):
        raise IndexDamagedError(f"index file {str(path)!r} names no generation (it says {name!r}); {REMEDY}")
    return name


def read_manifest(folder: Path, name: str) -> Manifest:
    """Manifest of the generation called ``name`` in ``folder``.

    Raises ``IndexDamagedError``, ``IndexFormatError`` or ``StorageError``.
    """
    path = folder / MANIFEST
    with reading(path):
        raw = path.read_bytes()
    try:
        known = json.loads(raw)
    except ValueError as error:
        raise IndexDamagedError(f"index file {str(path)!r} is no JSON; {REMEDY}") from error
    found = known.get("format") if isinstance(known, dict) else None
    if found != FORMAT:
        message = f"index file {str(path)!r} has format {found!r}, this version reads format {FORMAT}; {REMEDY}"
        raise IndexFormatError(message)
    if not name.endswith("-" + name_hash(raw)):
        raise IndexDamagedError(f"index file {str(path)!r} was altered; {REMEDY}")
    try:
        return Manifest.from_json(known)
    except (KeyError, TypeError, AttributeError) as error:
        raise IndexFormatError(f"index file {str(path)!r} has other fields than format {FORMAT}; {REMEDY}") from error


def check_edges(folder: Path, manifest: Manifest) -> None:
    """Compares every file's size and edges, in about 0.1 ms a file, so that a cut file is never mapped.

    Raises ``IndexDamagedError`` or ``StorageError``.
    """
    for relative, entry in manifest.files.items():
        path = folder / relative
        with reading(path):
            size, edges = _edges(path)
        if size != entry.bytes:
            message = f"index file {str(path)!r} has {size} bytes instead of {entry.bytes}; {REMEDY}"
            raise IndexDamagedError(message)
        if edges != entry.edges:
            raise IndexDamagedError(f"index file {str(path)!r} was altered; {REMEDY}")


def check_bytes(folder: Path, manifest: Manifest) -> None:
    """Compares every byte. Raises ``IndexDamagedError`` or ``StorageError``."""
    for relative, entry in manifest.files.items():
        path = folder / relative
        with reading(path):
            found = describe(path)
        if found != entry:
            raise IndexDamagedError(f"index file {str(path)!r} was altered; {REMEDY}")


def describe(path: Path) -> FileEntry:
    """Size and hashes of a file."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    size, edges = _edges(path)
    return FileEntry(size, digest.hexdigest(), edges)


def _edges(path: Path) -> tuple[int, str]:
    with path.open("rb", buffering=0) as file:
        size = file.seek(0, 2)
        file.seek(0)
        digest = hashlib.sha256(file.read(_EDGE))
        file.seek(max(0, size - _EDGE))
        digest.update(file.read(_EDGE))
    return size, digest.hexdigest()
