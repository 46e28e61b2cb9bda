"""An answer in the making, from the thread that makes it to the client that may read it slowly.

The thread never waits for the client: an answer's events are few and small, so they are kept until they are read, and
the thread is free as soon as the answer is made. A client that goes away ends the making, and the model's request.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Generator
from contextlib import closing
from typing import TypeVar

from starlette.requests import Request

from api.server.threads import Lane
from rag.models.patience import Patience

T = TypeVar("T")


async def streamed(lane: Lane, make: Callable[[], Generator[T, None, None]]) -> AsyncIterator[T]:
    """What ``make`` yields in a thread of ``lane``, as it comes; raises what it raises.

    Closing this iterator, or cancelling whoever waits for it, ends the making.
    """
    loop = asyncio.get_running_loop()
    made: asyncio.Queue[T | None] = asyncio.Queue()
    patience = Patience()

    def run() -> None:
        with patience, closing(make()) as items:
            for item in items:
                patience.check()
                loop.call_soon_threadsafe(made.put_nowait, item)

    making = lane.enter(run)
    making.add_done_callback(lambda _: made.put_nowait(None))
    try:
        while (item := await made.get()) is not None:
            yield item
        await making
    finally:
        patience.end()
        making.add_done_callback(_looked_at)


async def finished(lane: Lane, request: Request, call: Callable[[], T]) -> T:
    """What ``call`` returns in a thread of ``lane``; a client that goes away ends what it waits for."""
    patience = Patience()

    def run() -> T:
        with patience:
            patience.check()
            return call()

    working = lane.enter(run)
    leaving = asyncio.ensure_future(_gone(request))
    either: list[asyncio.Future[T] | asyncio.Future[None]] = [working, leaving]
    try:
        await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        if not working.done():
            patience.end()
        return await working
    finally:
        patience.end()
        leaving.cancel()


async def _gone(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


def _looked_at(making: "asyncio.Future[None]") -> None:
    """An abandoned making may fail as it likes."""
    if not making.cancelled():
        making.exception()
