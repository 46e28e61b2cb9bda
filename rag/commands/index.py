"""rapporteur index"""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from rag import corpus
from rag.commands import building, progress
from rag.commands.building import Ray
from rag.commands.first_index import SEEDS
from rag.commands.options import Index, Json, configured, plain, print_json
from rag.errors import CorpusError, IndexMissingError
from rag.index import builder
from rag.index.changes import Changes, compare
from rag.store import LocalStore
from rag.store.opening import opened
from rag.types import Report

app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None)

_SHOWN = 20
"""Files named in the error where none could be used."""


@app.command("build")
def build_index(
    paths: Annotated[
        list[Path] | None, typer.Argument(help="Files, folders and archives; without any, the two reports included.")
    ] = None,
    ray: Ray = None,
    index: Index = None,
) -> None:
    """Build the index over these reports and no others; does nothing where it is up to date.

    Files that are no report are named and left out; exit code 1 where none is one.
    """
    settings = configured(index)
    with progress.shown() as show:
        found = compare(show.reading(corpus.read(paths or [SEEDS])), None)
        _refuse(found)
        reports = found.added
        current = builder.is_current(reports, settings.index, settings.encoder)
        if not current:
            _warn(reports)
            building.build(reports, settings, ray, show.embedding)
        published = building.publish(settings, show.publishing)
    state = "up to date" if current else "ready"
    typer.echo(f"the index at {settings.index} is {state}: {len(reports)} reports{published}")


@app.command("add")
def add_to_index(
    paths: Annotated[list[Path], typer.Argument(help="Files, folders and archives of reports.")],
    replace: Annotated[
        bool, typer.Option("--replace", help="Take these in place of those of the same country and edition.")
    ] = False,
    ray: Ray = None,
    index: Index = None,
) -> None:
    """Add reports to the index, or make one of them; costs what is new in them.

    Files that are no report, and other versions of reports that the index holds, are named and left out; exit code 1
    where nothing else was given. Work that was interrupted goes on where it was.
    """
    settings = configured(index)
    with progress.shown() as show:
        store = _opened(settings.index)
        changes = compare(show.reading(corpus.read(paths)), store, replace=replace)
        _refuse(changes)
        _warn(changes.incoming)
        if not store:
            building.build(changes.added, settings, ray, show.embedding)
        elif changes.incoming:
            replaced = [report.info.id for report in changes.replaced]
            building.extend(changes.incoming, replaced, settings, ray, show.embedding)
        published = building.publish(settings, show.publishing)
    counts = {
        "added": changes.added,
        "replaced": changes.replaced,
        "unchanged": changes.unchanged,
        "refused": changes.refused,
    }
    summary = ", ".join(f"{len(those)} {what}" for what, those in counts.items() if those)
    typer.echo(f"{summary}; {_holds(settings.index)}{published}")


@app.command("remove")
def remove_from_index(
    reports: Annotated[list[str], typer.Argument(help="Ids of reports, such as kazakhstan-2020.")],
    index: Index = None,
) -> None:
    """Remove reports from the index."""
    settings = configured(index)
    removed = list(dict.fromkeys(reports))
    builder.extend(settings.index, [], removed)
    with progress.shown() as show:
        published = building.publish(settings, show.publishing)
    typer.echo(f"{len(removed)} removed; {_holds(settings.index)}{published}")


@app.command("status")
def index_status(json: Json = False, index: Index = None) -> None:
    """Tell what the index holds and where it is."""
    settings = configured(index)
    store = opened(settings)
    status = {
        "path": settings.store or str(store.folder),
        **plain(store.info),
        "reports": len(store.reports),
        "passages": len(store),
    }
    if not settings.store:
        size = sum(path.stat().st_size for path in store.folder.rglob("*") if path.is_file())
        status["megabytes"] = round(size / 1e6, 1)
    if json:
        print_json(status)
    else:
        for key, value in status.items():
            typer.echo(f"{key:14} {value}")


@app.command("check")
def check_index(index: Index = None) -> None:
    """Compare every byte of the index with the checksums of its build."""
    store = opened(configured(index))
    store.verify()
    typer.echo(f"{store.info.generation}: every file is as it was built")


def _opened(index: Path) -> LocalStore | None:
    try:
        return LocalStore.open(index)
    except IndexMissingError:
        return None


def _holds(index: Path) -> str:
    store = LocalStore.open(index)
    return f"the index at {index} holds {len(store.reports)} reports, {len(store)} passages"


def _refuse(changes: Changes) -> None:
    """Names the files that are left out; ``CorpusError`` where there is nothing else."""
    lines = [
        each.reason if each.reason.startswith(each.file) else f"{each.file}: {each.reason}" for each in changes.refused
    ]
    if changes.futile:
        more = f"; and {len(lines) - _SHOWN} more files" if len(lines) > _SHOWN else ""
        raise CorpusError("; ".join(lines[:_SHOWN]) + more)
    if changes == Changes():
        raise CorpusError("there is no report here; give files, folders or archives that hold some")
    for line in lines:
        typer.echo(f"rapporteur: refused: {line}", err=True)


def _warn(reports: Sequence[Report]) -> None:
    for report in reports:
        for doubt in corpus.doubts(report):
            typer.echo(f"rapporteur: warning: {doubt}", err=True)
