"""Questions: the whole answer at once, or its events as they come."""

from collections.abc import AsyncIterator, Generator, Iterator
from contextlib import closing
from dataclasses import asdict
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.sse import EventSourceResponse, ServerSentEvent
from pydantic import TypeAdapter

from api.server import problems
from api.server.dependencies import Answering, Now
from api.server.problems import documented
from api.server.request_context import request_id
from api.v1.bodies import Asked
from api.v1.streams import finished, streamed
from rag.answer import Event
from rag.records.schema import PublishedAnswer
from rag.types import Answer, Evidence, Quote, Searched, Statement, Withheld

router = APIRouter(prefix="/v1", tags=["questions"])

_ANSWER: TypeAdapter[Answer] = TypeAdapter(Answer)


@router.post("/ask", response_model=PublishedAnswer, responses=documented(502, 504))
async def ask(asked: Asked, now: Now, lane: Answering, request: Request) -> Response:
    """Answers with quotes, or says that the reports do not."""

    def whole() -> bytes:
        return _ANSWER.dump_json(now.answerer.ask(asked.text(), asked.restriction(), asked.earlier()))

    return Response(await finished(lane, request, whole), media_type="application/json")


@router.post("/chat", response_class=EventSourceResponse)
async def chat(asked: Asked, now: Now, lane: Answering, request: Request) -> AsyncIterator[ServerSentEvent]:
    """The same as events: ``searched``, ``evidence``, each ``statement`` or ``withheld``, ``done`` or ``error``."""

    def make() -> Generator[ServerSentEvent, None, None]:
        with closing(now.answerer.events(asked.text(), asked.restriction(), asked.earlier())) as events:
            yield from _sent(events, asked.text())

    try:
        async for event in streamed(lane, make):
            yield event
    except Exception as error:  # noqa: BLE001 - whatever it is, the headers are sent
        request.state.error = error
        yield ServerSentEvent(event="error", data=problems.problem(error, request_id(request.scope)))


def _sent(events: Iterator[Event], question: str) -> Iterator[ServerSentEvent]:
    """Events as they are published, each statement with its whole quotes."""
    quotes: list[dict[str, Any]] = []
    for event in events:
        match event:
            case Searched():
                yield ServerSentEvent(event="searched", data=asdict(event))
            case Evidence():
                understood = event.question if event.question != question.strip() else None
                found = {"confidence": round(event.confidence, 4), "standalone_question": understood}
                yield ServerSentEvent(event="evidence", data=found)
            case Quote():
                quotes.append(asdict(event))
            case Statement():
                cited = [quotes[position] for position in event.quotes]
                yield ServerSentEvent(event="statement", data={"text": event.text, "quotes": cited})
            case Withheld():
                yield ServerSentEvent(event="withheld", data=asdict(event))
            case Answer():
                yield ServerSentEvent(event="done", raw_data=_ANSWER.dump_json(event).decode())
