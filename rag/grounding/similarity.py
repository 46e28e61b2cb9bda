"""How alike texts are to the embedding model, as the guard may use it."""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from threading import Lock

from rag.interfaces import Encoder, Vectors

Similarity = Callable[[str, Sequence[str]], Sequence[float]]
"""Cosine between a text and each of some others, -1..1."""


class SentenceSimilarity:
    """Cosines between vectors. Those of texts that come again are kept; the others are embedded in one call."""

    def __init__(self, encoder: Encoder, kept: int = 8_192) -> None:
        """``kept``: vectors that are remembered, those that were not asked for longest given up first."""
        self._encoder = encoder
        self._kept = kept
        self._vectors: OrderedDict[str, Vectors] = OrderedDict()
        self._lock = Lock()

    def __call__(self, text: str, others: Sequence[str]) -> list[float]:
        if not others:
            return []
        first, *rest = self._rows([text, *others])
        return [float(row @ first) for row in rest]

    def _rows(self, texts: Sequence[str]) -> list[Vectors]:
        with self._lock:
            found = {text: self._vectors[text] for text in texts if text in self._vectors}
        new = [text for text in dict.fromkeys(texts) if text not in found]
        if new:
            found.update(zip(new, self._encoder.encode(new), strict=True))
        with self._lock:
            for text in dict.fromkeys(texts):
                self._vectors[text] = found[text]
                self._vectors.move_to_end(text)
            while len(self._vectors) > self._kept:
                self._vectors.popitem(last=False)
        return [found[text] for text in texts]
