"""The web application: routers, errors, security and the page, put together."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import Any

import anyio
from fastapi import APIRouter, FastAPI
from fastapi.responses import FileResponse
from fastapi.staticfiles import StaticFiles
from starlette.middleware import Middleware
from starlette.middleware.body_limit import RequestBodyLimitMiddleware
from starlette.middleware.cors import CORSMiddleware

from api import asking, checking, health, problems, reports, security, serving
from api.metrics import Metrics
from api.observing import Observing
from api.security import LARGEST_BODY, Gate, HostCheck, Policy
from api.source import AnswererSource
from rag import settings as environment
from rag.settings import Settings

ROUTERS: tuple[APIRouter, ...] = (asking.router, reports.router, checking.router)
"""Of everything under /v1, which needs a key where keys are set, and is limited in rate: see ``api.security``."""

PAGE = Path(str(files("api"))) / "static"


def create_app(settings: Settings | None = None, source: AnswererSource | None = None) -> FastAPI:
    """The application over ``settings``, from the environment where they are left out.

    ``source`` is where its answerer comes from; one over the settings' index otherwise. Raises ``SettingError``.
    """
    chosen = settings or environment.load()
    policy, state = Policy.of(chosen), serving.over(chosen, source)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        await anyio.to_thread.run_sync(state.source.open)
        yield
        state.lanes.close()

    app = _Application(
        title="Rapporteur",
        version=version("rapporteur"),
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
    app.include_router(health.router, responses=problems.EVERYWHERE)
    app.mount("/static", StaticFiles(directory=PAGE, check_dir=False), name="static")
    app.add_api_route("/", _page, include_in_schema=False)
    return app


async def _page() -> FileResponse:
    return FileResponse(PAGE / "index.html", headers={"Cache-Control": "no-cache"})


def _middleware(policy: Policy, metrics: Metrics) -> list[Middleware]:
    """The outermost first."""
    layers = [Middleware(Observing, metrics=metrics)]
    if policy.hosts is not None:
        layers.append(Middleware(HostCheck, hosts=policy.hosts))
    if policy.origins:
        layers.append(
            Middleware(
                CORSMiddleware,
                allow_origins=policy.origins,
                allow_methods=("GET", "POST", "DELETE"),
                allow_headers=("Authorization", "X-Request-ID", "Mcp-Session-Id", "Mcp-Protocol-Version"),
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
