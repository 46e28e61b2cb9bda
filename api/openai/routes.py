"""The answers as a model of OpenAI's chat protocol, so that any client of it can ask.

Each verified statement is sent as soon as it is verified; what a language model writes is never sent unverified.
"""

import json
import time
from collections.abc import AsyncIterator, Generator
from contextlib import closing
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse, StreamingResponse

from api.openai.bodies import (
    MODEL,
    AnsweredMessage,
    ChatCompletion,
    ChatRequest,
    Choice,
    ListedModel,
    ModelList,
    Usage,
)
from api.openai.errors import ERRORS, failure
from api.openai.reply import Reply
from api.openai.request import Asked, asked, known_model
from api.server.dependencies import Answering, Now
from api.server.live_answerer import Serving
from api.server.problems import problem
from api.server.request_context import request_id
from api.v1.streams import finished, streamed
from rag.export import gather
from rag.text.words import words
from rag.types import Answer, Searched, Statement

router = APIRouter(prefix="/v1", tags=["OpenAI-compatible"], responses=ERRORS)


@dataclass(frozen=True, slots=True)
class Piece:
    """What comes of a reply at once; the last one has the whole of it."""

    added: str
    text: str = ""
    annotations: list[dict[str, Any]] = field(default_factory=list)


@router.get("/models")
async def models(now: Now) -> ModelList:
    """Lists the one model there is."""
    return ModelList(data=[_listed(now)])


@router.get("/models/{model}")
async def one_model(model: str, now: Now) -> ListedModel:
    """Tells of the model by its name."""
    known_model(model)
    return _listed(now)


@router.post(
    "/chat/completions",
    response_model=ChatCompletion,
    responses={200: {"content": {"text/event-stream": {}}}},
)
async def complete(chat: ChatRequest, now: Now, lane: Answering, request: Request) -> Response:
    """Answers the last user message from the reports, with quotes as footnotes and annotations.

    Earlier user messages make it stand alone; earlier replies are not taken as facts, and system messages not as
    instructions. With ``stream``, each statement is sent as soon as it is verified.
    """
    question = asked(chat)
    head = _Head(f"chatcmpl-{request_id(request.scope)}", int(time.time()), now.answerer.store.info.generation)
    prompt = sum(len(words(message.text)) for message in chat.messages)
    if chat.stream:
        pieces = streamed(lane, lambda: _written(now, question))
        # The search is done before the first piece, so that its failures still have a status.
        await anext(pieces)
        chunks = _chunks(pieces, head, prompt if chat.wants_usage else None, request)
        return StreamingResponse(chunks, media_type="text/event-stream", headers=_UNBUFFERED)
    *_, reply = await finished(lane, request, lambda: list(_written(now, question)))
    message = AnsweredMessage(content=reply.text, annotations=reply.annotations)
    completion = ChatCompletion(**asdict(head), choices=[Choice(message=message)], usage=_usage(prompt, reply.text))
    return JSONResponse(completion.model_dump())


_UNBUFFERED = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}


@dataclass(frozen=True, slots=True)
class _Head:
    """What every part of one reply begins with."""

    id: str
    created: int
    system_fingerprint: str


def _written(now: Serving, question: Asked) -> Generator[Piece, None, None]:
    """An empty piece once the search is done, then what each verified statement adds, last the whole."""
    reply = Reply()
    with closing(now.answerer.events(question.question, earlier=question.earlier())) as events:
        for event in events:
            if isinstance(event, Searched):
                yield Piece("")
            elif isinstance(event, Statement):
                yield Piece(reply.state(event))
            elif isinstance(event, Answer):
                material = gather(event, now.texts)
                yield Piece(reply.end(material))
                yield Piece("", reply.text, reply.annotations(material))


async def _chunks(
    pieces: AsyncIterator[Piece], head: _Head, prompt: int | None, request: Request
) -> AsyncIterator[bytes]:
    """The events of a streamed reply. ``prompt``: words of the question's messages where usage is asked for."""
    unused = {} if prompt is None else {"usage": None}

    def chunk(delta: dict[str, Any], reason: str | None = None) -> bytes:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": reason}
        return _event(asdict(head) | _CHUNK | {"choices": [choice]} | unused)

    yield chunk({"role": "assistant", "content": ""})
    try:
        async for piece in pieces:
            if piece.added:
                yield chunk({"content": piece.added})
    except Exception as error:  # noqa: BLE001 - whatever it is, the client is told in the stream
        request.state.error = error
        yield _event(failure(problem(error, request_id(request.scope))))
        return
    yield chunk({"annotations": piece.annotations}, "stop")
    if prompt is not None:
        yield _event(asdict(head) | _CHUNK | {"choices": [], "usage": _usage(prompt, piece.text).model_dump()})
    yield b"data: [DONE]\n\n"


_CHUNK = {"object": "chat.completion.chunk", "model": MODEL}


def _event(value: dict[str, Any]) -> bytes:
    return f"data: {json.dumps(value, ensure_ascii=False)}\n\n".encode()


def _usage(prompt: int, text: str) -> Usage:
    written = len(words(text))
    return Usage(prompt_tokens=prompt, completion_tokens=written, total_tokens=prompt + written)


def _listed(now: Serving) -> ListedModel:
    built = datetime.strptime(now.answerer.store.info.generation[:15], "%Y%m%dT%H%M%S").replace(tzinfo=UTC)
    return ListedModel(created=int(built.timestamp()))
