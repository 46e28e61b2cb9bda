"""Questions of a conversation made to stand alone by a language model, which may add no word of its own."""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass

from rag.errors import ModelError
from rag.interfaces import ChatModel, Rewriter, Turn
from rag.models.draft import lines
from rag.models.prompts import Prompts
from rag.question.conversation import bounded, faithful


@dataclass(frozen=True, slots=True)
class ModelRewriter:
    """Asks ``model``; ``rules`` rewrite where its reply is no single question made of the conversation's own words."""

    model: ChatModel
    prompts: Prompts
    rules: Rewriter
    fallback: bool = True
    """Whether the rules also stand in where the model fails; otherwise its ``ModelError`` is raised."""

    def standalone(self, question: str, earlier: Sequence[Turn]) -> str:
        known = bounded(earlier)
        if not known:
            return question
        try:
            with closing(self.model.reply(self.prompts.standalone(question, known))) as pieces:
                replied = [line.strip() for _, line in zip(range(2), lines(pieces), strict=False)]
        except ModelError:
            if not self.fallback:
                raise
            replied = []
        if len(replied) == 1 and faithful(replied[0], question, known):
            return replied[0]
        return self.rules.standalone(question, known)
