"""Whether the configured language model can be used: asked once for all who want to know, and not too often."""

import asyncio
import time

from api.server.threads import Lane
from rag.errors import RapporteurError
from rag.models import registry
from rag.settings import Settings

KEPT = 15.0
"""Seconds for which what a model's server said of itself is believed."""


class ModelCheck:
    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = asyncio.Lock()
        self._until = 0.0
        self._error: RapporteurError | None = None

    async def check(self, lane: Lane) -> None:
        """Raises the ``RapporteurError`` for which the model cannot be used."""
        if registry.chosen(self._settings.model)[0] == registry.EXTRACTIVE:
            return
        async with self._lock:
            if time.monotonic() >= self._until:
                self._error = await lane.enter(self._probe)
                self._until = time.monotonic() + KEPT
        if self._error:
            raise self._error

    def _probe(self) -> RapporteurError | None:
        try:
            client = registry.connect(self._settings.model, self._settings)
        except RapporteurError as error:
            return error
        try:
            client.probe()
        except RapporteurError as error:
            return error
        finally:
            client.close()
        return None
