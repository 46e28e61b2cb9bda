"""Files inside archives, one at a time and in memory.

Nothing is unpacked to disk, so that no name in an archive can lead out of a folder.
"""

import bz2
import gzip
import lzma
import sys
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from io import BufferedIOBase, RawIOBase
from pathlib import Path
from typing import IO, Any, cast

from rag.errors import UnreadableReportError

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

FILE_LIMIT = 64 << 20
"""Bytes of one file."""
WHOLE_LIMIT = 16 << 30
"""Bytes of everything that an archive unpacks to."""

_TARS: dict[str, Callable[[Path], Any]] = {
    ".tar": lambda path: path.open("rb"),
    ".tar.gz": gzip.open,
    ".tgz": gzip.open,
    ".tar.bz2": bz2.open,
    ".tar.xz": lzma.open,
    ".tar.zst": zstd.open,
}
ENDINGS = (".zip", *_TARS)

_BROKEN = (tarfile.TarError, zipfile.BadZipFile, zlib.error, lzma.LZMAError, zstd.ZstdError, EOFError, OSError)
_REFUSED = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, RuntimeError, NotImplementedError)
"""What one file of a .zip may raise: damaged, encrypted, packed in an unknown way."""


@dataclass(frozen=True, slots=True)
class Member:
    """A file of an archive."""

    name: str
    """With its folders, as the archive has it."""
    data: bytes | None
    """None where ``refusal`` says why it cannot be read."""
    refusal: str = ""


def ending(path: Path) -> str | None:
    """The ending of an archive's name, or None where it is none."""
    return next((each for each in ENDINGS if path.name.lower().endswith(each)), None)


def members(path: Path, wanted: Callable[[str], bool]) -> Iterator[Member]:
    """The files of an archive whose names are ``wanted``, in its order; links and the like are no files.

    ``UnreadableReportError`` where the archive breaks off or unpacks to more than ``WHOLE_LIMIT``.
    """
    kind = ending(path)
    try:
        if kind == ".zip":
            yield from _zipped(path, wanted)
        elif kind is not None:
            yield from _tarred(path, _TARS[kind], wanted)
    except _BROKEN as error:
        raise UnreadableReportError(
            f"{path} is damaged or no {kind} archive ({error}): pack it again; what could be read before was kept"
        ) from error


def _zipped(path: Path, wanted: Callable[[str], bool]) -> Iterator[Member]:
    with zipfile.ZipFile(path) as archive:
        left = WHOLE_LIMIT
        for info in archive.infolist():
            if info.is_dir() or not wanted(info.filename):
                continue
            try:
                with archive.open(info) as file:
                    member = _member(info.filename, file)
            except _REFUSED as error:
                member = Member(info.filename, None, f"it cannot be unpacked ({error})")
            left -= len(member.data or b"")
            _refuse_bomb(path, left)
            yield member


def _tarred(path: Path, opened: Callable[[Path], Any], wanted: Callable[[str], bool]) -> Iterator[Member]:
    with closing(opened(path)) as unpacked:
        stream = cast("IO[bytes]", _Bounded(path, unpacked))
        with tarfile.open(fileobj=stream, mode="r|") as archive:
            for info in archive:
                if info.isreg() and wanted(info.name):
                    file = archive.extractfile(info)
                    if file is not None:
                        yield _member(info.name, file)


def _member(name: str, file: IO[bytes]) -> Member:
    data = file.read(FILE_LIMIT + 1)
    if len(data) > FILE_LIMIT:
        return Member(name, None, f"it is larger than {FILE_LIMIT >> 20} MiB")
    return Member(name, data)


def _refuse_bomb(path: Path, left: int) -> None:
    if left < 0:
        raise UnreadableReportError(f"{path} unpacks to more than {WHOLE_LIMIT >> 30} GiB: split it")


class _Bounded(RawIOBase):
    """A stream that gives no more than ``WHOLE_LIMIT`` bytes."""

    def __init__(self, path: Path, stream: BufferedIOBase) -> None:
        self._path, self._stream, self._left = path, stream, WHOLE_LIMIT

    def read(self, size: int = -1) -> bytes:
        data = self._stream.read(size)
        self._left -= len(data)
        _refuse_bomb(self._path, self._left)
        return data
