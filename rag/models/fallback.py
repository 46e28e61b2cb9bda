"""Where a language model fails, another drafter stands in, and the reader is told."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from rag.errors import ModelError
from rag.interfaces import Drafter, Drafting
from rag.models.draft import MODEL_FAILED
from rag.types import Draft, Evidence, ModelInfo, Question, Withheld


@dataclass(frozen=True, slots=True)
class FallbackDrafter:
    """``drafter``, and ``stand_in`` for a question where it fails before a draft came of it.

    After one came, what came stays and the rest is withheld: an answer is never written by two.
    """

    drafter: Drafter
    stand_in: Drafter

    @property
    def info(self) -> ModelInfo:
        return self.drafter.info

    @property
    def prompt_sha256(self) -> str | None:
        return self.drafter.prompt_sha256

    def draft(self, question: Question, evidence: Evidence) -> Iterator[Draft | Withheld | Drafting]:
        drafted = False
        try:
            for proposal in self.drafter.draft(question, evidence):
                drafted = drafted or isinstance(proposal, Draft)
                yield proposal
        except ModelError as error:
            if drafted:
                yield Withheld("The rest of the model's reply", MODEL_FAILED, str(error))
                return
            yield Drafting(replace(self.stand_in.info, degraded=True), self.stand_in.prompt_sha256)
            yield Withheld("The model's reply", MODEL_FAILED, str(error))
            yield from self.stand_in.draft(question, evidence)
