"""Interactive documentation of the API at /docs, from installed files alone: a browser asks nobody else."""

from pathlib import Path

import fastapi_offline
from fastapi import FastAPI
from fastapi.responses import FileResponse
from fastapi.staticfiles import StaticFiles

ASSETS = Path(fastapi_offline.__file__).parent / "static"
"""Swagger UI, which that package brings; its own page is not used, since it holds a script that the policy forbids."""
PAGE = Path(__file__).parent / "static" / "documentation.html"


def install(app: FastAPI) -> None:
    app.mount("/docs/assets", StaticFiles(directory=ASSETS), name="documentation")
    app.add_api_route("/docs", _page, include_in_schema=False)


async def _page() -> FileResponse:
    return FileResponse(PAGE, headers={"Cache-Control": "no-cache"})
