"""Candidates for a search over more passages than can all be compared: lists of neighbours, in a byte a number.

The candidates are compared exactly afterwards (``rag.store.dense``), so what a byte loses is found again.
"""

from math import isqrt
from pathlib import Path

import faiss
import numpy as np
from numpy.typing import NDArray

from rag.errors import IndexDamagedError
from rag.interfaces import Vectors
from rag.store.generation import REMEDY

_PROBES = 32
"""Lists that a question is compared with: 1 % of two million passages."""
_CANDIDATES = 4
"""For each passage asked for."""
_TRAINED_ON = 40
"""Vectors for each list, drawn evenly; fewer make worse lists, more take longer."""
_ROUNDS = 10
_BLOCK = 65_536


def to_bytes(vectors: NDArray[np.float16]) -> NDArray[np.uint8]:
    """File content for ``vectors``, shape (passages, dimension). Takes about a minute for a million on two cores."""
    count, dimension = vectors.shape
    lists = max(1, min(2 * isqrt(count), count // _TRAINED_ON))
    quantizer = faiss.IndexFlatIP(dimension)
    kind = faiss.ScalarQuantizer.QT_8bit
    index = faiss.IndexIVFScalarQuantizer(quantizer, dimension, lists, kind, faiss.METRIC_INNER_PRODUCT)
    index.cp.niter = _ROUNDS
    index.train(vectors[:: max(1, count // (lists * _TRAINED_ON))].astype(np.float32))
    for start in range(0, count, _BLOCK):
        index.add(vectors[start : start + _BLOCK].astype(np.float32))
    return np.asarray(faiss.serialize_index(index), dtype=np.uint8)


class CoarseIndex:
    """Passages that may be near a question; safe for many threads."""

    def __init__(self, path: Path, count: int, dimension: int) -> None:
        """Raises ``IndexDamagedError`` unless the file holds ``count`` vectors of ``dimension``."""
        try:
            index = faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC)
        except RuntimeError as error:
            raise IndexDamagedError(f"index file {str(path)!r} is no vector index; {REMEDY}") from error
        if not isinstance(index, faiss.IndexIVFScalarQuantizer) or (index.ntotal, index.d) != (count, dimension):
            message = f"index file {str(path)!r} does not hold {count} vectors of {dimension} numbers; {REMEDY}"
            raise IndexDamagedError(message)
        self._path, self._index = path, index

    def candidates(self, vector: Vectors, limit: int) -> NDArray[np.int64]:
        """Numbers of passages among which the ``limit`` nearest mostly are, in no order."""
        parameters = faiss.SearchParametersIVF()
        parameters.nprobe = _PROBES
        _, numbers = self._index.search(vector[None], _CANDIDATES * limit, params=parameters)
        # Empty places are padded with -1.
        found: NDArray[np.int64] = numbers[0][numbers[0] >= 0]
        if (found >= self._index.ntotal).any():
            raise IndexDamagedError(f"index file {str(self._path)!r} was altered; {REMEDY}")
        return found
