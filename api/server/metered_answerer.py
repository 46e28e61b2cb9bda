"""An answerer whose every answer is counted and logged, whoever asked for it and in whatever form it is sent."""

from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from dataclasses import dataclass, fields

from api.server.logs import LOGGER
from api.server.metrics import Metrics
from api.server.request_context import CURRENT
from rag.answer import Answerer, Event
from rag.interfaces import Turn
from rag.types import Answer, Filters


@dataclass(frozen=True, slots=True, kw_only=True)
class CountedAnswerer(Answerer):
    """Tells ``count`` of each answer when it is whole."""

    count: Callable[[Answer], None]

    def events(
        self, question: str, filters: Filters | None = None, earlier: Sequence[Turn] = ()
    ) -> Generator[Event, None, None]:
        with closing(Answerer.events(self, question, filters, earlier)) as events:
            for event in events:
                if isinstance(event, Answer):
                    self.count(event)
                yield event


def counted(answerer: Answerer, metrics: Metrics, *, log_questions: bool) -> Answerer:
    """``answerer`` with the same parts."""

    def count(answer: Answer) -> None:
        metrics.answered(answer)
        told = {
            "request_id": CURRENT.get(),
            "outcome": answer.outcome,
            "reason": answer.decline.reason if answer.decline else None,
            "confidence": answer.confidence,
            "statements": len(answer.statements),
            "withheld": len(answer.withheld),
            "degraded": answer.model.degraded,
            "ms": round(answer.timings_ms.get("total", 0.0), 1),
        }
        asked = {"question": answer.question} if log_questions else {}
        LOGGER.info("answer", extra={"fields": told | asked})

    return CountedAnswerer(**{field.name: getattr(answerer, field.name) for field in fields(answerer)}, count=count)
