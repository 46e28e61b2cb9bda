"""The web application: routers, errors, security and the page, put together."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, nullcontext
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import anyio
from fastapi import APIRouter, FastAPI
from fastapi.responses import FileResponse
from fastapi.staticfiles import StaticFiles
from starlette.middleware import Middleware
from starlette.middleware.body_limit import RequestBodyLimitMiddleware
from starlette.middleware.cors import CORSMiddleware
from starlette.routing import Route

from api import documentation
from api.openai import routes
from api.openai.errors import OpenAIErrors
from api.server import dependencies, health, problems, security
from api.server.dependencies import State
from api.server.metrics import Metrics
from api.server.middleware import Observing
from api.server.security import LARGEST_BODY, Gate, HostCheck, Policy
from api.v1 import asking, checking, reports
from rag import assemble
from rag import settings as environment
from rag.answer import Answerer
from rag.errors import MissingExtraError
from rag.installation import optional, version
from rag.settings import Settings

if TYPE_CHECKING:
    from api.mcp.endpoint import Endpoint

ROUTERS: tuple[APIRouter, ...] = (asking.router, reports.router, checking.router)
"""Of everything under /v1, which needs a key where keys are set and is limited in rate: ``api.server.security``."""

PAGE = Path(str(files("api"))) / "static"


def create_app(settings: Settings | None = None, make: Callable[[Settings], Answerer] = assemble.answerer) -> FastAPI:
    """The application over ``settings``, from the environment where they are left out; raises ``SettingError``.

    ``make`` opens the live index, now and whenever another one is.
    """
    chosen = settings or environment.load()
    policy, state = Policy.of(chosen), dependencies.over(chosen, make)
    agents = _agents(state)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        await anyio.to_thread.run_sync(state.source.open)
        async with agents.running() if agents else nullcontext():
            yield
        state.lanes.close()

    app = _Application(
        title="Rapporteur",
        version=version(),
        summary="Answers about human-rights country reports, every sentence standing on the reports' own words",
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
        middleware=_middleware(policy, state.metrics),
    )
    app.keyed = bool(policy.keys)
    app.state.rapporteur = state
    problems.install(app)
    for router in ROUTERS:
        app.include_router(router, responses=problems.GUARDED)
    app.include_router(routes.router)
    app.include_router(health.router, responses=problems.EVERYWHERE)
    if agents:
        app.router.routes.append(Route("/mcp", agents, methods=["POST"], include_in_schema=False))
    documentation.install(app)
    app.mount("/static", StaticFiles(directory=PAGE, check_dir=False), name="static")
    app.add_api_route("/", _page, include_in_schema=False)
    return app


def _agents(state: State) -> "Endpoint | None":
    """What serves /mcp; None without the extra "mcp"."""
    try:
        endpoint: Endpoint = optional("api.mcp.endpoint", "mcp", "/mcp needs the SDK of the protocol").Endpoint(state)
    except MissingExtraError:
        return None
    return endpoint


async def _page() -> FileResponse:
    return FileResponse(PAGE / "index.html", headers={"Cache-Control": "no-cache"})


def _middleware(policy: Policy, metrics: Metrics) -> list[Middleware]:
    """The outermost first."""
    layers = [Middleware(Observing, metrics=metrics), Middleware(OpenAIErrors)]
    if policy.hosts is not None:
        layers.append(Middleware(HostCheck, hosts=policy.hosts))
    if policy.origins:
        layers.append(
            Middleware(
                CORSMiddleware,
                allow_origins=policy.origins,
                allow_methods=("GET", "POST", "DELETE"),
                # Clients add headers of their own, such as x-stainless-*; an origin that is listed may send any.
                allow_headers=("*",),
                expose_headers=("X-Request-ID", "Retry-After", "ETag", "Content-Disposition", "Mcp-Session-Id"),
            )
        )
    return [
        *layers,
        Middleware(Gate, policy=policy),
        Middleware(RequestBodyLimitMiddleware, max_body_size=LARGEST_BODY),
    ]


class _Application(FastAPI):
    """Describes its problems and its keys."""

    keyed = False

    def openapi(self) -> dict[str, Any]:
        if self.openapi_schema is None:
            document = problems.described(super().openapi())
            self.openapi_schema = security.described(document) if self.keyed else document
        return self.openapi_schema
