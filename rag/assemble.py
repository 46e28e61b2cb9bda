"""The one place where real parts meet: settings become a ready ``Answerer``."""

from importlib import import_module

from rag.answer import Answerer
from rag.grounding.guard import DeterministicGuard
from rag.grounding.hidden_text import VisibleTextGuard
from rag.grounding.similarity import SentenceSimilarity
from rag.index.encoder import OnnxEncoder
from rag.interfaces import Drafter, Guard, PassageStore, Ranker, Rewriter
from rag.models import registry
from rag.models.extractive import ExtractiveDrafter
from rag.question.conversation import RuleRewriter
from rag.retrieval.ranker import EvidenceRanker, ReadingRanker, by_reading
from rag.retrieval.reader import OnnxReader
from rag.retrieval.retriever import Retriever
from rag.settings import Settings
from rag.store.opening import opened


def answerer(settings: Settings) -> Answerer:
    """Everything that answering needs, over the live index. Raises a ``StoreError`` or ``SettingError``."""
    search = retriever(settings)
    guard = VisibleTextGuard(DeterministicGuard(SentenceSimilarity(search.encoder)))
    drafter, rewriter = writers(settings, guard)
    return Answerer(
        store=search.store,
        retriever=search,
        ranker=ranker(settings, search.store),
        drafter=drafter,
        guard=guard,
        threshold=settings.threshold,
        rewriter=rewriter,
    )


def retriever(settings: Settings) -> Retriever:
    """Search over the live index, without anything that answers. Raises a ``StoreError``."""
    store = opened(settings)
    return Retriever(store, OnnxEncoder(store.folder, store.info.encoder, settings.threads))


def ranker(settings: Settings, store: PassageStore) -> Ranker:
    """Who decides which sentence answers, by the reader that ``settings.reader`` names."""
    if settings.reader == "none":
        return EvidenceRanker(store)
    if settings.reader == "packaged":
        return ReadingRanker(store, OnnxReader(threads=settings.threads))
    # Takes seconds to import, and the default does without.
    named = import_module("rag.retrieval.cross_encoder").CrossEncoderReader(settings.reader)
    return ReadingRanker(store, named, by_reading())


def writers(settings: Settings, guard: Guard) -> tuple[Drafter, Rewriter]:
    """Who answers and who makes questions stand alone, by the model that ``settings.model`` names."""
    if registry.chosen(settings.model)[0] == registry.EXTRACTIVE:
        return ExtractiveDrafter(), RuleRewriter()
    # Clients and templates take their time to import, and the default needs none of them.
    service = import_module("rag.models.service")
    made: tuple[Drafter, Rewriter] = service.ready(settings, guard)
    return made
