"""Requests in threads of their own, so that no server holds its asker longer than the asker is willing to wait.

A read time-out counts from byte to byte, and looking up a host's name has none: only another thread can bound both.
"""

from collections.abc import Callable, Generator, Iterator
from contextlib import closing, contextmanager, suppress
from queue import Empty, SimpleQueue
from threading import Event, Lock, Thread
from time import monotonic

from rag.errors import AbandonedError, ModelError, ModelTimeoutError
from rag.models.patience import waiting


class StoppedError(ModelError):
    """Nobody waits for the reply any more."""


class Stop:
    """Tells a request in its thread that nobody waits for it, and hangs up its connection."""

    def __init__(self, seconds: float) -> None:
        self._deadline = monotonic() + seconds
        self._event = Event()
        self._lock = Lock()
        self._hang_up: Callable[[], None] | None = None

    @property
    def remaining(self) -> float:
        """Seconds until the asker gives up."""
        return self._deadline - monotonic()

    @contextmanager
    def hanging_up(self, hang_up: Callable[[], None]) -> Iterator[None]:
        """While inside, ``hang_up`` is what interrupts the request. It may raise ``OSError``."""
        with self._lock:
            self._hang_up = hang_up
        try:
            self.check()
            yield
        finally:
            with self._lock:
                self._hang_up = None

    def check(self) -> None:
        """Raises ``StoppedError`` where nobody waits any more."""
        if self._event.is_set():
            raise StoppedError("nobody waits for the reply any more")

    def wait(self, seconds: float) -> None:
        """Sleeps; raises ``StoppedError`` as soon as nobody waits any more."""
        self._event.wait(seconds)
        self.check()

    def __call__(self) -> None:
        self._event.set()
        with self._lock, suppress(OSError):
            if self._hang_up:
                self._hang_up()


Pieces = Generator[str | None, None, None]
"""Of a reply. ``None``: that was all, and what follows only leaves the connection fit for the next request."""


def relayed(request: Callable[[Stop], Pieces], seconds: float, who: str) -> Generator[str, None, None]:
    """The pieces of ``request`` as they come, raising what it raises; ``ModelTimeoutError`` after ``seconds`` in all.

    Where the iteration ends before the reply does, the request is told to stop. The thread ends with its connection.
    Where the asker goes away (``rag.models.patience``), ``AbandonedError``.
    """
    stop = Stop(seconds)
    pieces: SimpleQueue[str | Exception | None] = SimpleQueue()

    def run() -> None:
        try:
            with closing(request(stop)) as reply:
                for piece in reply:
                    stop.check()
                    pieces.put(piece)
            pieces.put(None)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is raised where the reply is awaited
            pieces.put(error)

    def give_up() -> None:
        pieces.put(AbandonedError(f"nobody waits for the reply of {who} any more"))

    Thread(target=run, name=f"reply of {who}", daemon=True).start()
    try:
        with waiting(give_up):
            while (piece := _next(pieces, stop, seconds, who)) is not None:
                yield piece
    except BaseException:
        stop()
        raise


def _next(pieces: "SimpleQueue[str | Exception | None]", stop: Stop, seconds: float, who: str) -> str | None:
    try:
        piece = pieces.get(timeout=max(0.0, stop.remaining))
    except Empty:
        raise ModelTimeoutError(
            f"{who} did not finish its reply within {seconds:g} s: raise RAPPORTEUR_TIMEOUT or take a faster model"
        ) from None
    if isinstance(piece, Exception):
        raise piece
    return piece
