"""The one place where real parts meet: settings become a ready ``Answerer``."""

from rag.answer import Answerer
from rag.encoder import OnnxEncoder
from rag.errors import UnknownNameError
from rag.grounding.guard import DeterministicGuard
from rag.interfaces import Drafter
from rag.models.extractive import ExtractiveDrafter
from rag.planted import VisibleTextGuard
from rag.ranker import EvidenceRanker
from rag.retriever import Retriever
from rag.settings import Settings
from rag.store import LocalStore


def answerer(settings: Settings) -> Answerer:
    """Everything that answering needs, over the live index. Raises a ``StoreError`` or ``SettingError``."""
    search = retriever(settings)
    return Answerer(
        store=search.store,
        retriever=search,
        ranker=EvidenceRanker(search.store),
        drafter=drafter(settings),
        guard=VisibleTextGuard(DeterministicGuard()),
        threshold=settings.threshold,
    )


def retriever(settings: Settings) -> Retriever:
    """Search over the live index, without anything that answers. Raises a ``StoreError``."""
    store = LocalStore.open(settings.index)
    return Retriever(store, OnnxEncoder(store.folder, store.info.encoder, settings.threads))


def drafter(settings: Settings) -> Drafter:
    """The model that ``settings.model`` names, as provider or provider:name."""
    provider = settings.model.partition(":")[0]
    if provider not in DRAFTERS:
        raise UnknownNameError(
            f"RAPPORTEUR_MODEL={settings.model!r} names no known provider: choose one of {', '.join(DRAFTERS)}"
        )
    return DRAFTERS[provider]()


DRAFTERS = {"extractive": ExtractiveDrafter}
