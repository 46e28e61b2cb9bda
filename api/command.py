"""rapporteur serve"""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Annotated

import typer
import uvicorn

from api.server.logs import CONFIGURATION
from api.server.security import LOOPBACK, Policy
from rag import settings
from rag.commands.first_index import ready
from rag.commands.options import Index, Model

app = typer.Typer(add_completion=False, rich_markup_mode=None)

GRACE = 10
"""Seconds that requests at work are given when the server is told to end."""


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="Address to listen at; this machine alone by default.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port; 0 takes a free one.")] = 8000,
    workers: Annotated[int, typer.Option(min=1, max=64, help="Processes; they share the index.")] = 1,
    model: Model = None,
    index: Index = None,
) -> None:
    """Serve the chat page and the web API, until Ctrl-C."""
    # The workers are processes of their own and read their settings from the environment.
    if index:
        os.environ["RAPPORTEUR_INDEX"] = str(index)
    if model:
        os.environ["RAPPORTEUR_MODEL"] = model
    if host in LOOPBACK:
        os.environ.setdefault("RAPPORTEUR_HOSTS", "localhost")
    Policy.of(ready(settings.load()))
    with _counting_together() if workers > 1 else nullcontext():
        uvicorn.run(
            "api.app:create_app",
            factory=True,
            host=host,
            port=port,
            workers=workers,
            log_config=CONFIGURATION,
            access_log=False,
            server_header=False,
            ws="none",
            timeout_graceful_shutdown=GRACE,
        )


@contextmanager
def _counting_together() -> Iterator[None]:
    """A folder in which the workers add up their figures."""
    with tempfile.TemporaryDirectory(prefix="rapporteur-figures-") as figures:
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = figures
        yield
