"""A model that fails again and again is left alone for a while, so that not every question waits for its time-out."""

from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from threading import Lock
from time import monotonic

from rag.errors import ModelError, ModelRestingError
from rag.interfaces import ChatModel, Message
from rag.types import ModelInfo

FAILURES = 2
"""In a row, of the kind that the next question would meet too."""
REST = 30.0
"""Seconds."""


class ResilientModel:
    """``model`` behind a circuit breaker; thread-safe. While it rests, ``reply`` raises ``ModelRestingError`` at once.

    After the rest one request tries; its whole reply wakes the model, its failure starts the rest anew.
    """

    def __init__(self, model: ChatModel, clock: Callable[[], float] = monotonic) -> None:
        self._model = model
        self._clock = clock
        self._lock = Lock()
        self._failures = 0
        self._until = 0.0
        self._reason = ""

    @property
    def info(self) -> ModelInfo:
        return self._model.info

    @property
    def window(self) -> int:
        return self._model.window

    def probe(self) -> str:
        return self._model.probe()

    def close(self) -> None:
        self._model.close()

    def reply(self, messages: Sequence[Message]) -> Generator[str, None, None]:
        self._admit()
        try:
            with closing(self._model.reply(messages)) as pieces:
                yield from pieces
            self._succeed()
        except ModelError as error:
            if error.retryable:
                self._fail(str(error))
            raise

    def _admit(self) -> None:
        with self._lock:
            left = self._until - self._clock()
            if self._failures >= FAILURES and left > 0:
                raise ModelRestingError(
                    f"not asked for another {left:.0f} s after {self._failures} failures: {self._reason}"
                )
            if self._failures >= FAILURES:
                # The one that tries; the others go on resting until it is through.
                self._until = self._clock() + REST

    def _succeed(self) -> None:
        with self._lock:
            self._failures = 0

    def _fail(self, reason: str) -> None:
        with self._lock:
            self._failures += 1
            self._until = self._clock() + REST
            self._reason = reason
