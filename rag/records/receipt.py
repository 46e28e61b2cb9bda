"""Answers kept as files, for somebody else to check later."""

import json
import os
import tempfile
from dataclasses import asdict
from pathlib import Path

from rag.errors import ReceiptError, UsageError
from rag.records import schema
from rag.types import Answer

LARGEST = 50_000_000
"""Bytes of a file that is read as a receipt."""


def published(answer: Answer) -> str:
    """The answer's JSON, one field a line, ending in a line end."""
    return json.dumps(asdict(answer), ensure_ascii=False, indent=2) + "\n"


def refuse_to_replace(path: Path, *, force: bool) -> None:
    """``UsageError`` where ``path`` exists already and must not be replaced."""
    if path.exists() and not force:
        raise UsageError(f"{str(path)!r} exists: give another name, or --force to replace it")


def write(path: Path, content: bytes, *, force: bool) -> None:
    """Writes ``path`` whole or not at all. Raises ``UsageError`` where it exists and ``force`` is not set."""
    refuse_to_replace(path, force=force)
    try:
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            umask = os.umask(0)
            os.umask(umask)
            Path(name).chmod(0o666 & ~umask)
            _publish(Path(name), path, force=force)
        finally:
            Path(name).unlink(missing_ok=True)
    except FileExistsError:
        refuse_to_replace(path, force=force)
        raise
    except OSError as error:
        raise ReceiptError(f"{str(path)!r} cannot be written ({error.strerror}): give a writable place") from error


def save(answer: Answer, path: Path, *, force: bool = False) -> None:
    """Writes the answer's JSON; raises as ``write`` does."""
    write(path, published(answer).encode(), force=force)


def load(path: Path) -> schema.Reading:
    """What a file holds of an answer. ``UsageError`` where there is no file, ``ReceiptError`` where it is no JSON."""
    try:
        if path.stat().st_size > LARGEST:
            raise ReceiptError(f"{str(path)!r} is larger than {LARGEST:,} bytes: it is no saved answer")
        return schema.read(path.read_bytes().decode("utf-8"))
    except FileNotFoundError as error:
        raise UsageError(f"there is no file {str(path)!r}: give one that 'rapporteur ask --save' wrote") from error
    except UnicodeDecodeError as error:
        raise ReceiptError(f"{str(path)!r} is not UTF-8: give one that 'rapporteur ask --save' wrote") from error
    except OSError as error:
        raise ReceiptError(f"{str(path)!r} cannot be read ({error.strerror}): make it readable") from error


def _publish(written: Path, path: Path, *, force: bool) -> None:
    """Gives the finished file its name; a link, unlike a renaming, never replaces a file that came meanwhile."""
    if not force:
        try:
            path.hardlink_to(written)
        except FileExistsError:
            raise
        except OSError:
            # Some memory sticks and network drives know no links.
            pass
        else:
            return
    written.replace(path)
