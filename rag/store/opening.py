"""Opens the store that the settings name: on this machine's disk, or on a Milvus server."""

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from time import monotonic
from typing import Any, Protocol

from rag.errors import StoreError
from rag.installation import optional
from rag.interfaces import PassageStore, Progress
from rag.settings import Settings
from rag.store.generation import CURRENT
from rag.store.local import LocalStore

_LOOKS = 10.0
"""Seconds between two questions to a server for its live generation."""


class OpenedStore(PassageStore, Protocol):
    @property
    def folder(self) -> Path:
        """Holds the exported encoder: see ``rag.index.encoder.OnnxEncoder``."""
        ...

    def verify(self) -> None:
        """Compares everything that is stored with its checksums; raises ``IndexDamagedError``."""
        ...


def opened(settings: Settings) -> OpenedStore:
    """The live generation. Raises a ``StoreError``, ``SettingError`` or ``MissingExtraError``."""
    if not settings.store:
        return LocalStore.open(settings.index)
    store: OpenedStore = _milvus().MilvusStore.open(_engine(settings), settings.index)
    return store


def publish(settings: Settings, progress: Progress) -> bool:
    """Makes the live generation of the local index the live one on the server that ``settings.store`` names.

    ``False`` where it is already. Raises a ``StoreError``, ``SettingError`` or ``MissingExtraError``.
    """
    engine = _engine(settings)
    try:
        return bool(_milvus().publish(LocalStore.open(settings.index), engine, progress))
    finally:
        engine.close()


def watch(settings: Settings) -> Callable[[], object]:
    """A function whose value changes whenever another generation is made live, for those who serve for long.

    It costs one ``stat``, or one request to a server every ten seconds; ``None`` where nothing can be seen.
    """
    if not settings.store:
        return lambda: _stamp(settings.index / CURRENT)
    return _Watch(settings)


class _Watch:
    """Asks a server for its live generation, now and then."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._engine: Any = None
        self._found: str | None = None
        self._next = 0.0

    def __call__(self) -> str | None:
        if monotonic() >= self._next:
            self._next = monotonic() + _LOOKS
            with suppress(StoreError):  # a server that is away has no news
                self._engine = self._engine or _engine(self._settings)
                self._found = self._engine.live()
        return self._found


def _stamp(path: Path) -> object:
    try:
        found = os.stat(path)  # noqa: PTH116 - once a request, and half as fast as a Path
    except OSError:
        return None
    return found.st_mtime_ns, found.st_ino, found.st_size


def _engine(settings: Settings) -> Any:
    token = settings.milvus_token.get_secret_value() if settings.milvus_token else None
    return _milvus().Engine(settings.store, token)


def _milvus() -> Any:
    return optional("rag.store.milvus", "milvus", "the index on the Milvus server of RAPPORTEUR_STORE needs pymilvus")
