"""Building a generation beside the live one and making it live, so that a build killed anywhere changes nothing.

The live generation is decided by one atomic rename, after everything it needs has reached the disk. What a killed
build leaves behind carries a telling name and is removed by the next build, under the lock.
"""

import errno
import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from rag.errors import IndexBusyError, IndexDamagedError, IndexFormatError, IndexMissingError, StorageError
from rag.store.generation import CURRENT, MANIFEST, NAME, Manifest, describe, live, name_hash, read_manifest

_LOCK = ".lock"
_BUILDING = ".building"
_SWAPPING = ".CURRENT"

_REFUSALS = frozenset(
    getattr(errno, name)
    for name in "ENOSPC EDQUOT EROFS EACCES EPERM EIO EFBIG ENOTDIR EEXIST EISDIR ENOLCK ENOTSUP EMFILE ENFILE".split()
)
"""What a disk, or whoever guards it, may answer. Other errors of the same class, such as a closed pipe, are not its."""


@contextmanager
def site(index: Path) -> Iterator[Path]:
    """An empty folder to build a generation in, held by this process alone and gone afterwards.

    The kernel releases the lock when the process ends, however it ends. Raises ``IndexBusyError`` where another
    process builds, ``StorageError`` where the disk is full or refuses.
    """
    with storing(index), _locked(index):
        _remove_leftovers(index)
        folder = index / _BUILDING
        folder.mkdir()
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)
            (index / _SWAPPING).unlink(missing_ok=True)


@contextmanager
def storing(index: Path) -> Iterator[None]:
    """Translates what the file system says while the index is written."""
    try:
        yield
    except OSError as error:
        if error.errno not in _REFUSALS:
            raise
        message = f"the index in {str(index)!r} cannot be written ({error.strerror}); free space or allow writing"
        raise StorageError(f"{message}, then build again: what was live still is") from error


def write(path: Path, *parts: bytes | memoryview) -> None:
    """Writes a file through to the disk."""
    with path.open("wb") as file:
        for part in parts:
            file.write(part)
        file.flush()
        os.fsync(file.fileno())


def link(source: Path, target: Path) -> None:
    """Gives a file that never changes a further name; copies it where the file system has no links."""
    try:
        target.hardlink_to(source)
    except OSError:
        shutil.copyfile(source, target)


def seal(folder: Path, manifest: Manifest) -> str:
    """Lists the files of ``folder`` in ``manifest``, adds it to them and flushes all; returns the generation's name."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    files = {path.relative_to(folder).as_posix(): describe(path) for path in paths}
    content = replace(manifest, files=files).to_json()
    write(folder / MANIFEST, content)
    umask = os.umask(0)
    os.umask(umask)
    for path in [*paths, folder / MANIFEST]:
        # Some libraries write files that only their owner reads; who serves an index need not have built it.
        path.chmod(0o666 & ~umask)
        _flush(path)
    for path in [*(path for path in folder.rglob("*") if path.is_dir()), folder]:
        _flush(path)
    return f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}-{name_hash(content)}"


def publish(index: Path, folder: Path, name: str) -> None:
    """Makes the sealed ``folder`` the live generation and removes those that no reader should still be opening."""
    write(index / _SWAPPING, f"{name}\n".encode())
    generation = folder.rename(index / name)
    try:
        _flush(index)
        (index / _SWAPPING).replace(index / CURRENT)
    except OSError:
        shutil.rmtree(generation, ignore_errors=True)
        raise
    _flush(index)
    _remove_leftovers(index, ignore_errors=True)


def live_name(index: Path) -> str | None:
    """Name of the live generation, None where there is none. Raises ``StorageError``."""
    try:
        return live(index)
    except (IndexMissingError, IndexDamagedError):
        return None


@contextmanager
def _locked(index: Path) -> Iterator[None]:
    index.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(index / _LOCK, os.O_RDWR | os.O_CREAT, 0o666)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            message = f"another process is building the index in {str(index)!r}; wait until it is done and try again"
            raise IndexBusyError(message) from error
        yield
    finally:
        os.close(descriptor)


def _remove_leftovers(index: Path, *, ignore_errors: bool = False) -> None:
    """Removes what killed builds left and every generation but the live one and the one before it.

    A reader needs its generation's files only while it opens them, so two are enough. Nothing without a generation's
    name is touched: the folder may hold other things of the user's.
    """
    kept = _kept(index)
    for path in index.iterdir():
        if path.name == _BUILDING or (NAME.fullmatch(path.name) and path.name not in kept):
            shutil.rmtree(path, ignore_errors=ignore_errors)
    (index / _SWAPPING).unlink(missing_ok=True)


def _kept(index: Path) -> set[str | None]:
    try:
        name = live(index)
    except IndexMissingError:
        return set()
    except IndexDamagedError:
        # Whichever was live can still be made so by hand, until this build is.
        return {path.name for path in index.iterdir()}
    try:
        return {name, read_manifest(index / name, name).previous}
    except (IndexDamagedError, IndexFormatError):
        return {name}


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
