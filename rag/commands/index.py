"""rapporteur index"""

from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from rag import corpus, hidden, indexing
from rag.commands.options import Index, Json, configured, plain, print_json
from rag.store import LocalStore
from rag.types import Report

app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None)


@app.command("build")
def build_index(
    folder: Annotated[
        Path | None, typer.Argument(help="Reports and their manifest.toml; without it, the two included.")
    ] = None,
    index: Index = None,
) -> None:
    """Build the index over a folder of reports, replacing the one there is; does nothing where it is up to date."""
    _build(corpus.read_folder(folder or Path(str(files("seeds")))), index)


@app.command("add")
def add_to_index(
    folders: Annotated[list[Path], typer.Argument(help="Folders of reports, each with its manifest.toml.")],
    index: Index = None,
) -> None:
    """Add reports to the index; texts that it holds already are not embedded again."""
    store = LocalStore.open(configured(index).index)
    held = indexing.held(store)
    added = [report for folder in folders for report in corpus.read_folder(folder)]
    corpus.refuse_duplicates(report.info for report in [*held, *added])
    _build([*held, *added], index, store.info.generation)


@app.command("status")
def index_status(json: Json = False, index: Index = None) -> None:
    """Tell what the index holds and where it is."""
    store = LocalStore.open(configured(index).index)
    size = sum(path.stat().st_size for path in store.folder.rglob("*") if path.is_file())
    status = {
        "path": str(store.folder),
        **plain(store.info),
        "reports": len(store.reports),
        "passages": len(store),
        "megabytes": round(size / 1e6, 1),
    }
    if json:
        print_json(status)
    else:
        for key, value in status.items():
            typer.echo(f"{key:14} {value}")


@app.command("check")
def check_index(index: Index = None) -> None:
    """Compare every byte of the index with the checksums of its build."""
    store = LocalStore.open(configured(index).index)
    store.verify()
    typer.echo(f"{store.info.generation}: every file is as it was built")


def _build(reports: Sequence[Report], index: Path | None, based_on: str | None = None) -> None:

    settings = configured(index)
    for report in reports:
        for doubt in filter(None, (corpus.year_doubt(report), hidden.warning(report))):
            typer.echo(f"rapporteur: warning: {doubt}", err=True)
    if indexing.is_current(reports, settings.index, settings.encoder):
        typer.echo(f"the index at {settings.index} is up to date: {len(reports)} reports")
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task("loading the encoder", total=None)

        def advance(done: int, total: int) -> None:
            progress.update(task, completed=done, total=total, description="embedding texts")

        info = indexing.build(reports, settings.index, settings.encoder, advance, based_on=based_on)
    typer.echo(f"the index at {settings.index} is ready: {len(reports)} reports, generation {info.generation}")
