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
_KEY = 32
"""Bytes of a text's hash."""
_PROBE = "Whoever keeps vectors for later should make sure that the model is still the same."
_UNCHANGED = 0.9999
"""Least cosine of one text's vectors from one model on different machines."""


class VectorCache:
    """Vectors by text for one encoder, in half precision. Used by one process at a time, under the build's lock."""

    def __init__(self, folder: Path, encoder: Encoder) -> None:
        """``folder`` serves all encoders. Parts of another model under the same name are removed."""
        self._encoder = encoder
        self._folder = folder / hashlib.sha256(encoder.name.encode()).hexdigest()[:16]
        probe = self._embed([_PROBE])
        self._dimension = probe.shape[1]
        self._parts = self._load()
        place = self._places([_PROBE])[0]
        if place < 0 or _cosine(self._gathered(np.array([place]))[0], probe[0]) < _UNCHANGED:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._parts = [self._add([_PROBE], probe)]

    def vectors(self, texts: Sequence[str], progress: Progress) -> NDArray[np.float16]:
        """Shape (texts, dimension). ``progress`` counts the characters of the texts that are new, each text once.

        Raises ``EncoderError`` for vectors that are not finite; what was embedded until then stays cached.
        """
        places = self._places(texts)
        new = {text for text, place in zip(texts, places, strict=True) if place < 0}
        missing = sorted(new, key=lambda text: (-len(text), text))
        sums = list(accumulate(map(len, missing), initial=0))
        progress(0, sums[-1])
        for start in range(0, len(missing), _PART):
            part = missing[start : start + _PART]

            def further(done: int, _total: int, start: int = start) -> None:
                progress(sums[start + done], sums[-1])

            self._parts.append(self._add(part, self._embed(part, further)))
        return self._gathered(self._places(texts) if missing else places)

    def _embed(self, texts: list[str], progress: Progress | None = None) -> NDArray[np.float16]:
        vectors = self._encoder.encode(texts, progress)
        if not np.isfinite(vectors).all():
            message = f"embedding model {self._encoder.name!r} gives vectors that are not finite; choose another one"
            raise EncoderError(message)
        return vectors.astype(np.float16)

    def _places(self, texts: Sequence[str]) -> NDArray[np.int64]:
        """For each text its row, counted through all parts, or -1."""
        wanted = _keys(texts)
        keys = np.concatenate([np.empty((0, _KEY), dtype=np.uint8), *(part["key"] for part in self._parts)])
        if not len(keys):
            return np.full(len(texts), -1)
        heads = _heads(keys)
        order = np.argsort(heads, kind="stable")
        near = order[np.minimum(np.searchsorted(heads[order], _heads(wanted)), len(keys) - 1)]
        return np.where((keys[near] == wanted).all(axis=1), near, -1)

    def _gathered(self, places: NDArray[np.int64]) -> NDArray[np.float16]:
        found = np.empty((len(places), self._dimension), dtype=np.float16)
        first = 0
        for part in self._parts:
            here = np.flatnonzero((places >= first) & (places < first + len(part)))
            found[here] = part["vector"][places[here] - first]
            first += len(part)
        return found

    def _load(self) -> list[NDArray[np.void]]:
        """The parts, mapped; those of another dimension, of a model that was replaced, are passed over."""
        parts = []
        for path in self._folder.glob("*"):
            with path.open("rb") as file:
                empty = path.stat().st_size == 0
                content = b"" if empty else mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            if path.name != _part_name(content):
                path.unlink()
                continue
            part = np.load(path, mmap_mode="r", allow_pickle=False)
            if part["vector"].shape[1:] == (self._dimension,):
                parts.append(part)
        return parts

    def _add(self, texts: Sequence[str], vectors: NDArray[np.float16]) -> NDArray[np.void]:
        """Saves a part, and gives it back mapped."""
        part = np.empty(len(texts), dtype=[("key", "u1", _KEY), ("vector", "<f2", (self._dimension,))])
        part["key"], part["vector"] = _keys(texts), vectors
        buffer = io.BytesIO()
        np.save(buffer, part, allow_pickle=False)
        self._folder.mkdir(parents=True, exist_ok=True)
        torn, path = self._folder / f"part-{os.getpid()}", self._folder / _part_name(buffer.getbuffer())
        try:
            write(torn, buffer.getbuffer())
            torn.rename(path)
        finally:
            torn.unlink(missing_ok=True)
        mapped: NDArray[np.void] = np.load(path, mmap_mode="r", allow_pickle=False)
        return mapped


def _cosine(one: NDArray[np.float16], other: NDArray[np.float16]) -> float:
    a, b = one.astype(np.float32), other.astype(np.float32)
    return float(a @ b / (np.linalg.norm(a) * np.linalg.norm(b)))


def _keys(texts: Sequence[str]) -> NDArray[np.uint8]:
    """Shape (texts, ``_KEY``)."""
    hashes = (hashlib.sha256(text.encode(errors="surrogatepass")).digest() for text in texts)
    return np.frombuffer(b"".join(hashes), dtype=np.uint8).reshape(-1, _KEY)


def _heads(keys: NDArray[np.uint8]) -> NDArray[np.uint64]:
    """The first eight bytes of each key, to search by; of two texts that share them, one is embedded every time."""
    return np.ascontiguousarray(keys[:, :8]).view(np.uint64)[:, 0]


def _part_name(content: bytes | memoryview | mmap.mmap) -> str:
    return hashlib.sha256(content).hexdigest() + ".npy"
