"""rapporteur doctor"""

import shutil
from collections.abc import Callable
from pathlib import Path

import typer

from rag.commands.options import Index, configured
from rag.errors import RapporteurError, StorageError
from rag.index.encoder import OnnxEncoder
from rag.models import registry
from rag.settings import Settings
from rag.store.opening import opened

app = typer.Typer(add_completion=False, rich_markup_mode=None)

LEAST_FREE = 500_000_000
"""Bytes on the disk of the index under which its next build may fail."""


@app.command()
def doctor(index: Index = None) -> None:
    """Check index, encoder, model and disk, one line each with what to do; exit code 1 where one is unusable."""
    loaded = configured(index)
    checks: dict[str, Callable[[Settings], str]] = {
        "settings": _settings,
        "index": _index,
        "encoder": _encoder,
        "model": _model,
        "disk": _disk,
    }
    healthy = [_line(name, check, loaded) for name, check in checks.items()]
    if not all(healthy):
        raise typer.Exit(1)


def _line(name: str, check: Callable[[Settings], str], loaded: Settings) -> bool:
    try:
        state, detail, healthy = "ok", check(loaded), True
    except RapporteurError as error:
        state, detail, healthy = "FAULT", str(error), False
    typer.echo(f"{name:9} {state:6} {detail}")
    return healthy


def _settings(loaded: Settings) -> str:
    given = sorted(loaded.model_fields_set)
    return f"set: {', '.join(given)}" if given else "all as they come"


def _index(loaded: Settings) -> str:
    store = opened(loaded)
    return f"{loaded.store or store.folder}: {len(store.reports)} reports, {len(store):,} passages"


def _encoder(loaded: Settings) -> str:
    store = opened(loaded)
    vector = OnnxEncoder(store.folder, store.info.encoder, loaded.threads).encode(["Is anybody there?"])
    return f"{store.info.encoder}, {vector.shape[1]} dimensions"


def _model(loaded: Settings) -> str:
    if registry.chosen(loaded.model)[0] == registry.EXTRACTIVE:
        return "extractive, which needs no server"
    client = registry.connect(loaded.model, loaded)
    try:
        return client.probe()
    finally:
        client.close()


def _disk(loaded: Settings) -> str:
    place = next(folder for folder in (loaded.index, *loaded.index.absolute().parents) if Path(folder).exists())
    free = shutil.disk_usage(place).free
    if free < LEAST_FREE:
        raise StorageError(f"{free / 1e6:,.0f} MB are free at {place}: make room before the next build of the index")
    return f"{free / 1e9:,.1f} GB free at {place}"
