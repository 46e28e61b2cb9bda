"""Vectors of texts that were embedded before, so that a build embeds only what is new, even after a kill.

The cache is a folder of immutable parts. A part's file name is the hash of its content: a torn one does not match and
is removed. Deleting the folder costs nothing but time.
"""

import hashlib
import io
import mmap
import os
import shutil
from collections.abc import Sequence
from itertools import accumulate
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rag.errors import EncoderError
from rag.interfaces import Encoder, Progress
from rag.store.publish import write

_PART = 1024
"""Texts embedded between two savings: about half a minute's work on two cores."""
_PROBE = "Whoever keeps vectors for later should make sure that the model is still the same."
_UNCHANGED = 0.9999
"""Least cosine of one text's vectors from one model on different machines."""


class VectorCache:
    """Vectors by text for one encoder, in half precision. Used by one process at a time, under the build's lock."""

    def __init__(self, folder: Path, encoder: Encoder) -> None:
        """``folder`` serves all encoders. Parts of another model under the same name are removed."""
        self._encoder = encoder
        self._folder = folder / hashlib.sha256(encoder.name.encode()).hexdigest()[:16]
        self._parts: list[NDArray[np.void]] = []
        self._places: dict[bytes, tuple[int, int]] = {}
        """For each text's key the part and the row in it."""
        probe = self._embed([_PROBE])
        self._dimension = probe.shape[1]
        self._load()
        known = self._places.get(_key(_PROBE))
        if known is None or _cosine(self._vector(known), probe[0]) < _UNCHANGED:
            self._parts.clear()
            self._places.clear()
            shutil.rmtree(self._folder, ignore_errors=True)
            self._add([_PROBE], probe)

    def vectors(self, texts: Sequence[str], progress: Progress) -> NDArray[np.float16]:
        """Shape (texts, dimension). ``progress`` counts the characters of the texts that are new, each text once.

        Raises ``EncoderError`` for vectors that are not finite; what was embedded until then stays cached.
        """
        keys = list(map(_key, texts))
        new = {text for text, key in zip(texts, keys, strict=True) if key not in self._places}
        missing = sorted(new, key=lambda text: (-len(text), text))
        sums = list(accumulate(map(len, missing), initial=0))
        progress(0, sums[-1])
        for start in range(0, len(missing), _PART):
            part = missing[start : start + _PART]

            def further(done: int, _total: int, start: int = start) -> None:
                progress(sums[start + done], sums[-1])

            self._add(part, self._embed(part, further))
        found = np.empty((len(texts), self._dimension), dtype=np.float16)
        for row, key in enumerate(keys):
            found[row] = self._vector(self._places[key])
        return found

    def _vector(self, place: tuple[int, int]) -> NDArray[np.float16]:
        part, row = place
        vector: NDArray[np.float16] = self._parts[part]["vector"][row]
        return vector

    def _embed(self, texts: list[str], progress: Progress | None = None) -> NDArray[np.float16]:
        vectors = self._encoder.encode(texts, progress)
        if not np.isfinite(vectors).all():
            message = f"embedding model {self._encoder.name!r} gives vectors that are not finite; choose another one"
            raise EncoderError(message)
        return vectors.astype(np.float16)

    def _load(self) -> None:
        for path in self._folder.glob("*"):
            with path.open("rb") as file:
                empty = path.stat().st_size == 0
                content = b"" if empty else mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            if path.name == _part_name(content):
                self._know(np.load(path, mmap_mode="r", allow_pickle=False))
            else:
                path.unlink()

    def _add(self, texts: Sequence[str], vectors: NDArray[np.float16]) -> None:
        part = np.empty(len(texts), dtype=[("key", "u1", 32), ("vector", "<f2", (self._dimension,))])
        part["key"] = np.frombuffer(b"".join(map(_key, texts)), dtype=np.uint8).reshape(-1, 32)
        part["vector"] = vectors
        buffer = io.BytesIO()
        np.save(buffer, part, allow_pickle=False)
        self._folder.mkdir(parents=True, exist_ok=True)
        torn = self._folder / f"part-{os.getpid()}"
        try:
            write(torn, buffer.getbuffer())
            torn.rename(self._folder / _part_name(buffer.getbuffer()))
        finally:
            torn.unlink(missing_ok=True)
        self._know(np.load(self._folder / _part_name(buffer.getbuffer()), mmap_mode="r", allow_pickle=False))

    def _know(self, part: NDArray[np.void]) -> None:
        """Takes up a mapped part; one of another dimension, of a model that was replaced, is passed over."""
        if part["vector"].shape[1:] != (self._dimension,):
            return
        keys = part["key"].tobytes()
        self._places.update((keys[32 * row : 32 * row + 32], (len(self._parts), row)) for row in range(len(part)))
        self._parts.append(part)


def _cosine(one: NDArray[np.float16], other: NDArray[np.float16]) -> float:
    a, b = one.astype(np.float32), other.astype(np.float32)
    return float(a @ b / (np.linalg.norm(a) * np.linalg.norm(b)))


def _key(text: str) -> bytes:
    return hashlib.sha256(text.encode(errors="surrogatepass")).digest()


def _part_name(content: bytes | memoryview | mmap.mmap) -> str:
    return hashlib.sha256(content).hexdigest() + ".npy"
