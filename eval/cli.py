"""``rapporteur eval``: the commands, each a thin layer over one module."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from eval.figures import FIGURES, HEADLINES
from rag.errors import RapporteurError
from rag.settings import Settings, load

if TYPE_CHECKING:
    from eval.runner import Run

app = typer.Typer(
    help="Measure answers offline: run.",
    no_args_is_help=True,
    add_completion=False,
)

_Cases = Annotated[list[Path], typer.Option("--cases", help="JSON lines; may be given several times")]
_Index = Annotated[Path | None, typer.Option("--index", help="folder of the index; RAPPORTEUR_INDEX otherwise")]
_Model = Annotated[
    str | None, typer.Option("--model", help="who answers, as provider:name; RAPPORTEUR_MODEL otherwise")
]
_Workers = Annotated[int, typer.Option("--workers", min=1, max=64, help="questions answered at a time")]
_Seed = Annotated[int, typer.Option("--seed", min=0, help="of the bootstrap and randomisation tests")]


@app.command()
def run(
    *,
    cases: _Cases,
    out: Annotated[Path, typer.Option("--out", help="folder of the run; a run that was killed goes on there")],
    index: _Index = None,
    model: _Model = None,
    workers: _Workers = 1,
    seed: _Seed = 0,
    fresh: Annotated[bool, typer.Option("--fresh", help="discard what the folder holds")] = False,
) -> None:
    """Answer every case, measure it, and write answers, and figures into a folder."""
    with refusals():
        finished = _run(_settings(index, model), cases, out, workers, seed, fresh=fresh)
        show(finished)


def _run(settings: Settings, cases: list[Path], out: Path, workers: int, seed: int, *, fresh: bool) -> "Run":
    from eval import runner
    from rag.assemble import answerer

    plain = settings.model_dump(mode="json", exclude={"index", "threads"})
    with bar("cases") as progress:
        finished = runner.run(
            answerer(settings), cases, out, plain, workers=workers, seed=seed, fresh=fresh, progress=progress
        )
    return finished


def _settings(index: Path | None, model: str | None) -> Settings:
    chosen = {"index": index, "model": model}
    return load().model_copy(update={name: value for name, value in chosen.items() if value is not None})


def show(finished: "Run") -> None:
    """The headline figures as a table on standard output."""
    table = Table("figure", "value", "95 % interval", "cases", "not applicable", title=str(finished.folder))
    for name in HEADLINES:
        figure = finished.summary["figures"][name]
        if figure["value"] is not None:
            interval = f"{figure['low']:.3f} – {figure['high']:.3f}"
            counts = str(figure["cases"]), str(figure["not_applicable"])
            table.add_row(FIGURES[name].title, f"{figure['value']:.3f}", interval, *counts)
    console = Console()
    console.print(table)
    console.print(
        f"outcomes {json.dumps(finished.summary['outcomes'])}; displayed quotes "
        f"{finished.summary['quotes_displayed']}, of them {json.dumps(finished.summary['zero_tolerance'])}",
        soft_wrap=True,
        highlight=False,
    )


@contextmanager
def refusals() -> Iterator[None]:
    """An error of the product ends the command with its message and exit code 2."""
    try:
        yield
    except RapporteurError as error:
        typer.echo(f"error: {error}", err=True)
        raise typer.Exit(2) from error


class _Bar:
    """``rag.interfaces.Progress`` on a terminal."""

    def __init__(self, progress: Progress, name: str) -> None:
        self._progress = progress
        self._task = progress.add_task(name, total=None)

    def __call__(self, done: int, total: int) -> None:
        self._progress.update(self._task, completed=done, total=total)


@contextmanager
def bar(name: str) -> Iterator[_Bar]:
    """A progress bar on standard error; nothing is drawn where that is no terminal."""
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    with Progress(*columns, console=Console(file=sys.stderr), transient=True) as progress:
        yield _Bar(progress, name)
