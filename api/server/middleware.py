"""Round every request: its id, the headers that every response bears, its line in the log, its figures, its failure."""

import logging
import time
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.server import problems
from api.server.logs import LOGGER, raised
from api.server.metrics import Metrics
from api.server.request_context import CURRENT, HEADER, request_id
from rag.errors import AbandonedError, RapporteurError

HEADERS: Mapping[str, str] = MappingProxyType(
    {
        "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        "connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
        "X-Frame-Options": "DENY",
    }
)
"""Of every response. Nothing is loaded from elsewhere, nothing inline runs, nothing frames the page."""


class Observing:
    """Outermost: what fails further in, it answers with a problem, so that nothing leaves without its headers."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, name, status = time.perf_counter(), request_id(scope), 0
        CURRENT.set(name)

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                headers.update({**HEADERS, HEADER: name})
                # What is said to one asker is nobody else's, and the next index may say something else. The page's own
                # files may be kept and asked for again by their ETag.
                headers.setdefault("Cache-Control", "no-cache" if scope["path"].startswith("/static/") else "no-store")
            await send(message)

        self._metrics.opened()
        failure: BaseException | None = None
        try:
            await self._app(scope, receive, sending)
        except Exception as error:  # noqa: BLE001 - whatever it is, it ends here
            failure = error
            if not status:
                await problems.response(error, name)(scope, receive, sending)
        finally:
            spent = time.perf_counter() - began
            self._metrics.closed(scope["method"], _route(scope), status, spent)
            _log(scope, name, status, spent, failure or scope.get("state", {}).get("error"))


def _log(scope: Scope, name: str, status: int, spent: float, error: BaseException | None) -> None:
    """Paths without their query, which may hold a question."""
    client = scope.get("client")
    fields: dict[str, Any] = {
        "request_id": name,
        "method": scope["method"],
        "path": scope["path"][:200],
        "status": status,
        "ms": round(spent * 1000, 1),
        "client": client[0] if client else None,
    }
    # Whoever went away gets no answer, and that is no failure.
    failed = error is not None and (status >= 500 or status == 200) and not isinstance(error, AbandonedError)
    if error is not None and failed:
        # Ours say what is wrong in words of the product; of others the words may be anything.
        fields |= {"error": type(error).__name__, "detail": str(error)} if _ours(error) else raised(error)
    LOGGER.log(logging.ERROR if failed else logging.INFO, "request", extra={"fields": fields})


def _ours(error: BaseException) -> bool:
    return isinstance(error, (RapporteurError, problems.ProblemError))


def _route(scope: Scope) -> str:
    """The path as the application declares it, so that no client can make up new ones."""
    route = scope.get("route")
    return str(getattr(route, "path", "")) or "other"
