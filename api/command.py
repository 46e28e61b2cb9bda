"""rapporteur serve"""

import os
from pathlib import Path
from typing import Annotated

import typer
import uvicorn

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="Address to listen at; this machine alone by default.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port; 0 takes a free one.")] = 8000,
    workers: Annotated[int, typer.Option(min=1, max=64, help="Processes; they share the index.")] = 1,
    index: Annotated[Path | None, typer.Option("--index", help="Another index than RAPPORTEUR_INDEX names.")] = None,
) -> None:
    """Serve the chat page and the web API."""
    if index:
        os.environ["RAPPORTEUR_INDEX"] = str(index)
    uvicorn.run("api.app:create_app", factory=True, host=host, port=port, workers=workers)
