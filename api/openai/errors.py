"""Problems in the form that clients of OpenAI's protocol read, wherever in the server they arise."""

from typing import Any

from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.openai.bodies import Failure, FailureBody
from api.server.problems import MEDIA_TYPE, Problem, problem
from api.server.request_context import request_id
from rag.errors import UnknownNameError

CODES = {401: "invalid_api_key", 404: "model_not_found", 429: "rate_limit_exceeded"}
TYPES = {401: "authentication_error", 429: "rate_limit_error"}
NO_MODEL = problem(UnknownNameError(), "").type

ERRORS: dict[int | str, dict[str, Any]] = {
    "4XX": {"model": FailureBody, "description": "The request is at fault"},
    "5XX": {"model": FailureBody, "description": "The server is at fault"},
}
"""The ``responses`` of every operation of the protocol."""


class OpenAIErrors:
    """Around whatever answers with problems: on the paths of the protocol they leave as its errors."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not _spoken_at(scope["path"]):
            await self._app(scope, receive, send)
            return
        held: Message | None = None
        body, begun = bytearray(), False

        async def sending(message: Message) -> None:
            nonlocal held, begun
            begun = True
            if (
                message["type"] == "http.response.start"
                and Headers(raw=message["headers"]).get("content-type") == MEDIA_TYPE
            ):
                held = message
            elif held is None:
                await send(message)
            else:
                body.extend(message.get("body", b""))
                if not message.get("more_body"):
                    await response(Problem.model_validate_json(bytes(body)), held)(scope, receive, send)

        try:
            await self._app(scope, receive, sending)
        except Exception as error:
            if not begun:
                await response(problem(error, request_id(scope)))(scope, receive, send)
            raise


def response(told: Problem, instead_of: Message | None = None) -> JSONResponse:
    """``told`` with the protocol's status, and the headers of the response that it replaces."""
    status = 404 if told.type == NO_MODEL else 400 if told.status == 422 else told.status
    given = Headers(raw=instead_of["headers"]).items() if instead_of else ()
    headers = {name: value for name, value in given if not name.startswith("content-")}
    return JSONResponse(failure(told.model_copy(update={"status": status})), status, headers)


def failure(told: Problem) -> dict[str, Any]:
    """``{"error": …}``, as a body or as an event of a stream."""
    fault = told.errors[0] if told.errors else None
    return FailureBody(
        error=Failure(
            message=f"{fault.place}: {fault.message}" if fault else told.detail,
            type=TYPES.get(told.status, "invalid_request_error" if told.status < 500 else "server_error"),
            param=fault.place.removeprefix("body").removeprefix(".") or None if fault else None,
            code=CODES.get(told.status),
        )
    ).model_dump()


def _is_problem(start: Message) -> bool:
    return Headers(raw=start["headers"]).get("content-type") == MEDIA_TYPE


def _spoken_at(path: str) -> bool:
    return path in ("/v1/chat/completions", "/v1/models") or path.startswith("/v1/models/")
