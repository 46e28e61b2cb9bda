"""How alike two texts are to the embedding model, as the guard may use it."""

from functools import lru_cache

from rag.interfaces import Encoder, Vectors


class SentenceSimilarity:
    """Cosine between the vectors of two texts, -1..1. Vectors are kept for texts that come again."""

    def __init__(self, encoder: Encoder, kept: int = 4_096) -> None:
        """``kept``: vectors that are remembered."""
        self._vector = lru_cache(maxsize=kept)(lambda text: _row(encoder, text))

    def __call__(self, one: str, other: str) -> float:
        return float(self._vector(one) @ self._vector(other))


def _row(encoder: Encoder, text: str) -> Vectors:
    row: Vectors = encoder.encode([text])[0]
    return row
