"""The web application: routers, errors, security and the page, put together."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path

import anyio
from fastapi import APIRouter, FastAPI
from fastapi.responses import FileResponse
from fastapi.staticfiles import StaticFiles

from api import asking, health, problems, reports
from api.lanes import Lanes
from api.serving import State
from api.source import AnswererSource
from rag import settings as environment
from rag.settings import Settings

ROUTERS: tuple[APIRouter, ...] = (asking.router, reports.router, health.router)
"""What lies under /v1 and /mcp needs a key where keys are set, and is limited in rate and size."""

PAGE = Path(str(files("api"))) / "static"


def create_app(settings: Settings | None = None, source: AnswererSource | None = None) -> FastAPI:
    """The application over ``settings``, from the environment where they are left out.

    ``source`` is where its answerer comes from; one over the settings' index otherwise.
    """
    chosen = settings or environment.load()
    state = State(chosen, source or AnswererSource(chosen), Lanes())

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        await anyio.to_thread.run_sync(state.source.open)
        yield
        state.lanes.close()

    app = FastAPI(
        title="Rapporteur",
        version=version("rapporteur"),
        summary="Answers about human-rights country reports, every sentence standing on the reports' own words",
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
    )
    app.state.rapporteur = state
    problems.install(app)
    for router in ROUTERS:
        app.include_router(router, responses=problems.documented(422, 500, 503))
    app.mount("/static", StaticFiles(directory=PAGE, check_dir=False), name="static")

    @app.get("/", include_in_schema=False)
    async def page() -> FileResponse:
        return FileResponse(PAGE / "index.html", headers={"Cache-Control": "no-cache"})

    return app
