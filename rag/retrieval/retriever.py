"""From a question to the passages that may answer it."""

from collections.abc import Sequence

from rag.interfaces import PassageStore, QuestionEncoder
from rag.retrieval.fusion import balance, fuse
from rag.text.spelling import Speller
from rag.text.words import terms
from rag.types import Hit, ReportInfo

POOL = 60
"""Passages that each of the two searches contributes to the fusion."""
LIMIT = 30
"""Passages that a search returns."""


class Retriever:
    """Dense and lexical search, fused by rank."""

    def __init__(self, store: PassageStore, encoder: QuestionEncoder) -> None:
        self.store = store
        self.encoder = encoder
        self._speller = Speller(store.vocabulary, store.frequency, encoder.knows)

    def spelled(self, question: str) -> str:
        """The question in the collection's spelling of names."""
        return self._speller.correct(question)

    def stands(self, word: str) -> bool:
        """Whether a folded word stands in the collection as it is."""
        return self._speller.stands(word)

    def search(
        self, question: str, reports: Sequence[ReportInfo], *, balanced: bool = False, limit: int = LIMIT
    ) -> tuple[Hit, ...]:
        """Passages of ``reports`` for a question as ``spelled`` gives it, best first.

        ``balanced``: each report contributes alike, so that the larger or more verbose one does not crowd out others.
        """
        ids = None if len(reports) == len(self.store.reports) else [report.id for report in reports]
        vector = self.encoder.encode([question])[0]
        dense = self.store.similar(vector, POOL, ids)
        lexical = self.store.matching(terms(question), POOL, ids)
        fused = fuse([[number for number, _ in dense], [number for number, _ in lexical]])
        passages = self.store.passages([number for number, _ in fused])
        ranked = list(zip(fused, passages, strict=True))
        best = balance(ranked, lambda item: item[1].report, limit) if balanced else ranked[:limit]
        return tuple(Hit(passage, score, *self.store.similarities(vector, number)) for (number, score), passage in best)
