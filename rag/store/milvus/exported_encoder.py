"""The exported encoder on the machine that asks: fetched from the server once for each model, checked, and kept."""

import shutil
import tempfile
from collections.abc import Callable, Mapping
from hashlib import sha256
from pathlib import Path

from rag.errors import IndexDamagedError, StorageError
from rag.store.milvus.content import REMEDY


def fetched(folder: Path, files: Mapping[str, str], read: Callable[[str], bytes]) -> Path:
    """A folder within ``folder`` that holds ``files`` (name to SHA-256), from ``read`` where they are not there yet.

    It is named for its content, so that indexes share it, and appears whole or not at all. Raises ``StorageError``
    where it cannot be written, ``IndexDamagedError`` where the server gives other bytes.
    """
    name = sha256("".join(f"{file} {files[file]}\n" for file in sorted(files)).encode()).hexdigest()[:16]
    place = folder / "encoders" / name
    try:
        if _is_whole(place, files):
            return place
        place.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".fetching-", dir=place.parent) as temporary:
            new = Path(temporary) / name
            new.mkdir()
            for file, expected in files.items():
                content = read(file)
                if sha256(content).hexdigest() != expected:
                    raise IndexDamagedError(f"the server's {file!r} is not the one that was published; {REMEDY}")
                (new / file).write_bytes(content)
            shutil.rmtree(place, ignore_errors=True)
            if not _is_whole(place, files):  # another process may just have fetched it too
                new.rename(place)
    except OSError as error:
        message = f"the encoder cannot be kept in {str(place)!r} ({error.strerror or error})"
        raise StorageError(f"{message}; name a folder that can be written in RAPPORTEUR_INDEX") from error
    return place


def _is_whole(place: Path, files: Mapping[str, str]) -> bool:
    return all(
        (place / file).is_file() and sha256((place / file).read_bytes()).hexdigest() == expected
        for file, expected in files.items()
    )
