"""Somebody waits for an answer, until they go away; whoever waits for a server on their behalf then stops as well."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar, Token
from threading import Lock
from typing import Self

from rag.errors import AbandonedError


class Patience:
    """Of one asker. Inside ``with patience:`` what the thread waits for can be given up from any other, by ``end``."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._over = False
        self._given_up: list[Callable[[], None]] = []
        self._token: Token[Patience | None] | None = None

    def __enter__(self) -> Self:
        self._token = _PATIENCE.set(self)
        return self

    def __exit__(self, *_: object) -> None:
        if self._token:
            _PATIENCE.reset(self._token)

    def check(self) -> None:
        """Raises ``AbandonedError`` once it has ended."""
        if self._over:
            raise AbandonedError("nobody waits for this answer any more")

    def end(self) -> None:
        """Calls what ``waiting`` names, now and from now on. May be called twice."""
        with self._lock:
            self._over, left = True, self._given_up
            self._given_up = []
        for give_up in left:
            give_up()

    def _join(self, give_up: Callable[[], None]) -> None:
        with self._lock:
            if not self._over:
                self._given_up.append(give_up)
                return
        give_up()

    def _leave(self, give_up: Callable[[], None]) -> None:
        with self._lock:
            if give_up in self._given_up:
                self._given_up.remove(give_up)


_PATIENCE: ContextVar[Patience | None] = ContextVar("patience", default=None)


@contextmanager
def waiting(give_up: Callable[[], None]) -> Iterator[None]:
    """While inside, ``give_up`` is called as soon as nobody waits any more; it must not block. Without a ``Patience``
    around, never.
    """
    patience = _PATIENCE.get()
    if patience is None:
        yield
        return
    patience._join(give_up)  # noqa: SLF001 - one module
    try:
        yield
    finally:
        patience._leave(give_up)  # noqa: SLF001 - one module
