"""Sentences that recur, within a report and from edition to edition, have one vector: half of all do.

While a generation is made each distinct sentence has a code; those of the generation before keep their row as code.
"""

from collections.abc import Iterable
from hashlib import sha256

import numpy as np
from numpy.typing import NDArray

KEY = 16
"""Bytes of the hash by which a sentence is recognised."""


class DistinctSentences:
    def __init__(self, keys: NDArray[np.uint8]) -> None:
        """``keys``: shape (sentences of the generation before, ``KEY``)."""
        known = keys.tobytes()
        self._codes = {known[at : at + KEY]: at // KEY for at in range(0, len(known), KEY)}
        self._known = len(self._codes)
        self.new: list[str] = []
        """The sentences that the generation before lacks, in order of their codes."""

    def codes(self, sentences: Iterable[str]) -> NDArray[np.int64]:
        return np.fromiter(map(self._code, sentences), dtype=np.int64)

    def gather(
        self, codes: NDArray[np.int64], before: NDArray[np.float16], new: NDArray[np.float16]
    ) -> tuple[NDArray[np.int32], NDArray[np.float16], NDArray[np.uint8]]:
        """For every sentence of a collection its row, and the rows' vectors and keys, in order of first occurrence.

        ``before`` holds the vectors of the generation before, ``new`` those of ``self.new``. What is not used goes.
        """
        used, first, place = np.unique(codes, return_index=True, return_inverse=True)
        order = np.argsort(first)
        rows = np.empty(len(used), dtype=np.int32)
        rows[order] = np.arange(len(used), dtype=np.int32)
        wanted = used[order]
        old = wanted < self._known
        vectors = np.empty((len(used), new.shape[1]), dtype=np.float16)
        vectors[old], vectors[~old] = before[wanted[old]], new[wanted[~old] - self._known]
        keys = np.frombuffer(b"".join(self._codes), dtype=np.uint8).reshape(-1, KEY)[wanted]
        return rows[place], vectors, keys

    def _code(self, sentence: str) -> int:
        key = sha256(sentence.encode()).digest()[:KEY]
        if key not in self._codes:
            self._codes[key] = len(self._codes)
            self.new.append(sentence)
        return self._codes[key]
