"""The files of folders and archives, each with what the manifest beside it says."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from rag.corpus import archive, manifest
from rag.corpus.formats import DECODERS
from rag.corpus.manifest import Entry
from rag.errors import CorpusError, ManifestError, UnreadableReportError

_ASIDE = frozenset("readme license licence changelog contributing source notice".split())
"""Names, apart from their endings, of files about the others."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A file that is no report."""

    file: str
    """Path; of a file inside an archive, the archive's path with the inner path after it."""
    reason: str
    """One line: what is wrong and what to do."""


@dataclass(frozen=True, slots=True)
class File:
    """A file that may be a report."""

    path: str
    """As in ``Refusal.file``."""
    data: bytes
    entry: Entry | None
    """Of the manifest beside it; None where there is no manifest, or it does not name the file."""


def files(path: Path) -> Iterator[File | Refusal]:
    """What ``path`` holds: a file, all files of a folder and its folders, or those of an archive, in order of names.

    Inside folders and archives, files of unknown kinds, hidden ones and the like of README.md are passed over unless
    a manifest names them. A file that cannot be read becomes a ``Refusal``, as does an entry without its file.
    """
    if path.is_dir():
        yield from _folder(path)
    elif archive.ending(path):
        yield from _archive(path)
    else:
        try:
            entries = manifest.read(path.parent) if (path.parent / manifest.NAME).is_file() else {}
            yield _file(path, entries)
        except CorpusError as error:
            yield Refusal(str(path), str(error))


def is_report(name: str) -> bool:
    """Whether a file of this name counts as a report, though no manifest names it."""
    path = PurePosixPath(name)
    aside = path.stem.casefold() in _ASIDE and path.suffix.lower() not in (".html", ".htm")
    return path.suffix.lower() in DECODERS and not aside and not path.name.startswith(".")


def _folder(folder: Path) -> Iterator[File | Refusal]:
    for place, folders, names in os.walk(folder, onerror=None):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        here = Path(place)
        entries: Mapping[str, Entry] = {}
        if manifest.NAME in names:
            try:
                entries = manifest.read(here)
            except ManifestError as error:
                yield Refusal(str(here / manifest.NAME), str(error))
        for name in sorted({*names, *entries}):
            if archive.ending(here / name):
                yield from _archive(here / name)
            elif name in entries or is_report(name):
                try:
                    yield _file(here / name, entries)
                except CorpusError as error:
                    yield Refusal(str(here / name), str(error))


def _file(path: Path, entries: Mapping[str, Entry]) -> File:
    return File(str(path), read_bytes(path, named=path.name in entries), entries.get(path.name))


def read_bytes(path: Path, *, named: bool) -> bytes:
    """``ManifestError`` where a manifest names a file that is not there, ``UnreadableReportError`` where it is shut."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        if named:
            raise ManifestError(f"{path} is in the manifest only: add the file or remove the entry") from None
        raise UnreadableReportError(f"{path} is not there: give a file, a folder or an archive") from None
    except OSError as error:
        raise UnreadableReportError(f"{path} cannot be read ({error.strerror}): make it readable") from error


def _archive(path: Path) -> Iterator[File | Refusal]:
    found: dict[str, Mapping[str, Entry]] = {}
    missing: set[str] = set()
    try:
        for member in archive.members(path, lambda name: PurePosixPath(name).name == manifest.NAME):
            folder = str(PurePosixPath(member.name).parent)
            try:
                found[folder] = manifest.parse(member.data or b"", f"{path}/{member.name}")
            except ManifestError as error:
                yield Refusal(f"{path}/{member.name}", str(error))
        missing = {str(PurePosixPath(folder) / name) for folder, entries in found.items() for name in entries}
        for member in archive.members(path, lambda name: _is_wanted(name, missing)):
            missing.discard(str(PurePosixPath(member.name)))
            if member.data is None:
                yield Refusal(f"{path}/{member.name}", f"{path}/{member.name}: {member.refusal}")
                continue
            inner = PurePosixPath(member.name)
            yield File(f"{path}/{member.name}", member.data, found.get(str(inner.parent), {}).get(inner.name))
    except CorpusError as error:
        yield Refusal(str(path), str(error))
        return
    for name in sorted(missing):
        yield Refusal(f"{path}/{name}", f"{path}/{name} is in the manifest only: add the file or remove the entry")


def _is_wanted(name: str, named: set[str]) -> bool:
    path = PurePosixPath(name)
    hidden = any((part.startswith(".") and part not in (".", "..")) or part == "__MACOSX" for part in path.parts)
    return str(path) in named or (is_report(path.name) and not hidden)
