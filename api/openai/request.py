"""The question in a chat of OpenAI's protocol.

Of the messages only the user's are read: the last one is the question, the ones before it make it stand alone. What
the assistant is said to have answered comes back from the client, so nothing of it counts as verified; and a system
message cannot instruct what has no freedom to obey.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from api.openai.bodies import MODEL, ChatRequest
from api.v1.bodies import plain
from rag.answer import checked
from rag.errors import QuestionError, UnknownNameError, UsageError
from rag.interfaces import Turn
from rag.question.conversation import RuleRewriter

MOST_EARLIER = 20
"""Questions before the last one that are read."""


@dataclass(frozen=True, slots=True)
class Asked:
    question: str
    before: tuple[str, ...]
    """Earlier questions, oldest first."""

    def earlier(self) -> tuple[Turn, ...]:
        """The earlier questions understood, each without any statement: work for a thread, not for the event loop."""
        return _turns(self.before)


def asked(request: ChatRequest) -> Asked:
    """The question of a request. ``UnknownNameError`` for another model, ``UsageError`` for what cannot be done."""
    known_model(request.model)
    if request.n not in (None, 1):
        raise UsageError(f"n is {request.n}: there is one answer to a question, leave n out or set it to 1")
    *before, last = request.messages
    if last.role != "user":
        raise UsageError(f"the last message is from {last.role!r}: end with the user's question")
    foreign = [part.type for part in last.content if part.type != "text"] if isinstance(last.content, list) else []
    if foreign:
        raise UsageError(f"the last message holds a part of type {foreign[0][:40]!r}: ask in text alone")
    question = checked(plain(last.text))
    said = [message.text for message in before if message.role == "user"]
    return Asked(question, tuple(said[-MOST_EARLIER:]))


def known_model(name: str) -> None:
    """``UnknownNameError`` where there is no such model."""
    if name != MODEL:
        raise UnknownNameError(f"the model {name[:100]!r} does not exist: the only one here is {MODEL!r}")


def _turns(questions: Iterable[str]) -> tuple[Turn, ...]:
    """The earlier questions, each understood with those before it. What was no question then is passed over now."""
    turns: list[Turn] = []
    for question in questions:
        try:
            turns.append(Turn(RuleRewriter().standalone(checked(plain(question)), turns)))
        except QuestionError:
            continue
    return tuple(turns)
