"""A language model made ready: client, breaker, prompts, drafter, stand-in, rewriter."""

from rag.interfaces import ChatModel, Drafter, Guard, Rewriter
from rag.models import registry
from rag.models.breaker import ResilientModel
from rag.models.extractive import ExtractiveDrafter
from rag.models.fallback import FallbackDrafter
from rag.models.labelled import LanguageModelDrafter
from rag.models.prompts import load
from rag.models.rewriter import ModelRewriter
from rag.question.conversation import RuleRewriter
from rag.settings import Settings


def ready(settings: Settings, guard: Guard) -> tuple[Drafter, Rewriter]:
    """Drafter and rewriter of the model that the settings name; both share its connections and its breaker."""
    return over(ResilientModel(registry.connect(settings.model, settings)), guard, fallback=settings.fallback)


def over(model: ChatModel, guard: Guard, *, fallback: bool = True) -> tuple[Drafter, Rewriter]:
    """The same over a client that is there already."""
    prompts = load()
    drafter: Drafter = LanguageModelDrafter(model, prompts, guard)
    rewriter = ModelRewriter(model, prompts, RuleRewriter(), fallback)
    return (FallbackDrafter(drafter, ExtractiveDrafter()) if fallback else drafter), rewriter
