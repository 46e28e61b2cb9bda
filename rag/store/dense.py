"""Search for the nearest passage vectors, compared exactly in half precision, over a mapped file.

An index that was read is never added to: on mapped memory faiss would abort the process.
"""

import os
from collections.abc import Sequence
from pathlib import Path

import faiss
import numpy as np
from numpy.typing import NDArray

from rag.errors import EncoderError, IndexDamagedError
from rag.interfaces import Vectors
from rag.store.coarse import CoarseIndex
from rag.store.generation import REMEDY

EXACT = 500_000
"""Passages up to which a question is compared with all of them: it takes 23 ms there on two cores, bound by memory.
Among more it is compared with the candidates that ``rag.store.coarse`` names. Under a filter it is always all."""
_BLOCK = 16_384
_ALONE = 20_000
"""Fewer passages are searched by one thread."""


def to_bytes(vectors: NDArray[np.float16]) -> NDArray[np.uint8]:
    """File content for ``vectors``, shape (passages, dimension); half precision is kept exactly."""
    index = faiss.IndexScalarQuantizer(vectors.shape[1], faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT)
    codes = np.ascontiguousarray(vectors, dtype="<f2").view(np.uint8)
    for start in range(0, len(vectors), _BLOCK):
        index.add_sa_codes(codes[start : start + _BLOCK])
    return np.asarray(faiss.serialize_index(index), dtype=np.uint8)


class _Codes:
    """The stored vectors of an index as an array without a copy, which keeps the index alive."""

    def __init__(self, index: faiss.IndexScalarQuantizer) -> None:
        self._index = index
        codes = faiss.rev_swig_ptr(index.codes.data(), index.ntotal * index.code_size)
        shape = (index.ntotal, index.d)
        self.__array_interface__ = {"data": (codes.ctypes.data, True), "shape": shape, "typestr": "<f2", "version": 3}


class DenseIndex:
    """Passage vectors by number; safe for many threads."""

    def __init__(self, path: Path, count: int, dimension: int, coarse: CoarseIndex | None = None) -> None:
        """``coarse``: what names the candidates where all are too many.

        Raises ``IndexDamagedError`` unless the file holds ``count`` vectors of ``dimension``.
        """
        self._coarse = coarse
        try:
            index = faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC)
        except RuntimeError as error:
            raise IndexDamagedError(f"index file {str(path)!r} is no vector index; {REMEDY}") from error
        found = (index.ntotal, index.d, index.metric_type)
        if not isinstance(index, faiss.IndexScalarQuantizer) or found != (count, dimension, faiss.METRIC_INNER_PRODUCT):
            message = f"index file {str(path)!r} does not hold {count} vectors of {dimension} numbers; {REMEDY}"
            raise IndexDamagedError(message)
        self._index = index
        self.vectors: NDArray[np.float16] = np.asarray(_Codes(index))
        """As they are stored and mapped, shape (passages, dimension)."""

    def search(self, vector: Vectors, limit: int, ranges: Sequence[range] | None = None) -> list[tuple[int, float]]:
        """Passages of ``ranges`` (None for all) with the highest cosine to ``vector``, best first, equals by number.

        ``vector``: shape (dimension,). Fewer than ``limit`` only where fewer passages are allowed.
        """
        if vector.shape != (self._index.d,):
            message = f"a question's vector has shape {vector.shape}, the index needs ({self._index.d},); {REMEDY}"
            raise EncoderError(message)
        allowed = self._index.ntotal if ranges is None else sum(len(part) for part in ranges)
        limit = min(limit, allowed)
        if limit <= 0:
            return []
        query = np.ascontiguousarray(vector, dtype=np.float32)[None]
        if self._coarse and ranges is None:
            numbers = self._coarse.candidates(query[0], limit)
            if len(numbers) >= limit:
                return _best(numbers, self.vectors[numbers].astype(np.float32) @ query[0], limit)
        # The setting is each thread's own. For few passages the threads' meeting costs more than the search.
        faiss.omp_set_num_threads(1 if allowed < _ALONE else os.cpu_count() or 1)
        if ranges is None:
            scores, numbers = self._index.search(query, limit)
        else:
            bits = self._bits(ranges)
            parameters = faiss.SearchParameters()
            parameters.sel = faiss.IDSelectorBitmap(len(bits), faiss.swig_ptr(bits))
            scores, numbers = self._index.search(query, limit, params=parameters)
        # Empty places are padded with -1, which would address the last passage.
        return _best(numbers[0][numbers[0] >= 0], scores[0][numbers[0] >= 0], limit)

    def vector(self, number: int) -> Vectors:
        """Vector of a passage, shape (dimension,)."""
        return np.asarray(self.vectors[number], dtype=np.float32)

    def _bits(self, ranges: Sequence[range]) -> NDArray[np.uint8]:
        mask = np.zeros(self._index.ntotal, dtype=bool)
        for part in ranges:
            mask[part.start : part.stop] = True
        return np.packbits(mask, bitorder="little")


def _best(numbers: NDArray[np.int64], scores: NDArray[np.float32], limit: int) -> list[tuple[int, float]]:
    return sorted(zip(numbers.tolist(), scores.tolist(), strict=True), key=lambda item: (-item[1], item[0]))[:limit]
