"""The answerer that serves now, replaced between requests when the index has a new generation."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from threading import Lock, Thread

from api.server.logs import LOGGER
from rag import assemble
from rag.answer import Answerer
from rag.errors import IndexMissingError, RapporteurError, StoreError
from rag.quotes import QuoteIndex
from rag.records import report_texts
from rag.records.report_texts import ReportTexts
from rag.settings import Settings
from rag.store.opening import watch


@dataclass(frozen=True)
class Serving:
    """One generation with everything made from it. A request keeps the one that it began with."""

    answerer: Answerer
    _lock: Lock = field(default_factory=Lock, repr=False, compare=False)

    @cached_property
    def texts(self) -> ReportTexts:
        return report_texts.of_store(self.answerer.store)

    @property
    def quotes(self) -> QuoteIndex:
        """Every report folded; made by whoever asks first, which takes a while."""
        with self._lock:
            return self._quotes

    @cached_property
    def _quotes(self) -> QuoteIndex:
        return QuoteIndex(self.texts.reports())


class AnswererSource:
    """Opens the live generation, and the next one in the background while the last still serves.

    ``current`` costs one ``stat``, or a request to a Milvus server now and then. A generation that cannot be opened
    changes nothing but ``fault``, and is tried again when the index changes.
    """

    def __init__(self, settings: Settings, make: Callable[[Settings], Answerer] = assemble.answerer) -> None:
        self._settings = settings
        self._make = make
        self._stamped = watch(settings)
        self._lock = Lock()
        self._opening: Thread | None = None
        self._stamp: object = object()
        self._serving: Serving | None = None
        self._fault: RapporteurError | None = None

    @property
    def fault(self) -> RapporteurError | None:
        """Why the newest generation is not the one that serves; None where it is."""
        return self._fault

    def open(self) -> None:
        """Opens what is live now, unless that was tried already. Raises nothing: see ``fault``."""
        with self._lock:
            stamp = self._stamped()
            if stamp == self._stamp:
                return
            try:
                self._serving = Serving(self._make(self._settings))
                self._fault = None
                LOGGER.info("index", extra={"fields": {"serves": self._serving.answerer.store.info.generation}})
            except RapporteurError as error:
                self._fault = error
            except Exception as error:  # noqa: BLE001 - whatever it is, what serves goes on serving
                self._fault = StoreError(f"the index cannot be opened ({type(error).__name__})")
                LOGGER.exception("index")
            if self._fault:
                LOGGER.error(
                    "index", extra={"fields": {"error": type(self._fault).__name__, "detail": str(self._fault)}}
                )
            self._stamp = stamp

    def current(self) -> Serving:
        """What serves now; raises the ``RapporteurError`` for which nothing does."""
        if self._stamped() != self._stamp and not (self._opening and self._opening.is_alive()):
            self._opening = Thread(target=self.open, name="opening the index", daemon=True)
            self._opening.start()
        if self._serving is None:
            fault = self._fault or IndexMissingError("the index is being opened: try again in a moment")
            raise fault.with_traceback(None)
        return self._serving
