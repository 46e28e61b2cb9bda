"""Named pieces of bytes in a collection: compressed, cut into rows that Milvus takes, sealed against damage.

A seal is the hash of generation, name and bytes: a row that was cut, altered, or belongs elsewhere is an error and
never a wrong quote.
"""

import base64
import zlib
from collections.abc import Sequence
from hashlib import sha256

from rag.errors import IndexDamagedError
from rag.store.milvus.engine import CONTENT, PART, Engine, Row

REMEDY = "`rapporteur index build` with RAPPORTEUR_STORE set publishes it again"
_ROWS_AT_ONCE = 128
"""Rows of one answer: 8 MB at most, well below what a server sends."""


def to_rows(generation: str, name: str, content: bytes) -> list[Row]:
    """The rows that hold ``content`` as ``name``."""
    text = base64.b64encode(zlib.compress(content)).decode()
    parts = [text[start : start + PART] for start in range(0, len(text), PART)]
    seal = _seal(generation, name, content)
    return [
        {"name": f"{name}#{number}", "parts": len(parts), "seal": seal, "content": part, "unused": [0.0, 0.0]}
        for number, part in enumerate(parts)
    ]


def read(engine: Engine, generation: str, names: Sequence[str]) -> list[bytes]:
    """What was stored under each of ``names``; raises ``IndexDamagedError`` where it is not what it was."""
    firsts = _rows(engine, generation, [f"{name}#0" for name in names])
    further = [f"{name}#{part}" for name in names for part in range(1, firsts[f"{name}#0"]["parts"])]
    rows = firsts | _rows(engine, generation, further)
    return [_joined(generation, name, rows) for name in names]


def _rows(engine: Engine, generation: str, keys: Sequence[str]) -> dict[str, Row]:
    distinct, found = list(dict.fromkeys(keys)), {}
    for start in range(0, len(distinct), _ROWS_AT_ONCE):
        part = distinct[start : start + _ROWS_AT_ONCE]
        rows = engine.rows(generation + CONTENT, part, ["name", "parts", "seal", "content"])
        found.update({row["name"]: row for row in rows})
    missing = [key for key in distinct if key not in found]
    if missing:
        raise IndexDamagedError(f"generation {generation!r} on the server lacks {missing[0]!r}; {REMEDY}")
    return found


def _joined(generation: str, name: str, rows: dict[str, Row]) -> bytes:
    first = rows[f"{name}#0"]
    text = "".join(rows[f"{name}#{part}"]["content"] for part in range(first["parts"]))
    try:
        content = zlib.decompress(base64.b64decode(text, validate=True))
    except (ValueError, zlib.error) as error:
        raise _altered(generation, name) from error
    if _seal(generation, name, content) != first["seal"]:
        raise _altered(generation, name)
    return content


def _seal(generation: str, name: str, content: bytes) -> str:
    return sha256(f"{generation} {name} ".encode() + content).hexdigest()


def _altered(generation: str, name: str) -> IndexDamagedError:
    return IndexDamagedError(f"{name!r} of generation {generation!r} was altered on the server; {REMEDY}")
