"""How far a build is: a bar in a terminal, a line now and then in a log, on standard error."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from time import monotonic

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from rag import corpus
from rag.types import Report

_SILENCE = 60
"""Seconds between two lines of a log."""


class Shown:
    """What a person sees while a command works: a bar in a terminal, a line now and then in a log."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._task = progress.add_task("reading reports", total=None)
        self._told = monotonic()

    def reading(self, found: Iterable[Report | corpus.Refusal]) -> Iterator[Report | corpus.Refusal]:
        for number, each in enumerate(found, start=1):
            self._update(f"reading reports: {number}")
            yield each
        self._update("loading the encoder")

    def embedding(self, done: int, total: int) -> None:
        if self._progress.tasks[0].total is None:
            self._progress.reset(self._task, total=total)
        self._update("embedding what is new" if done < total else "writing the index", done)

    def publishing(self, done: int, total: int) -> None:
        self._progress.reset(self._task, total=total)
        self._update("publishing passages", done)

    def _update(self, what: str, done: int = 0) -> None:
        self._progress.update(self._task, completed=done, description=what)
        if self._progress.disable and monotonic() - self._told > _SILENCE:
            self._told = monotonic()
            task = self._progress.tasks[0]
            left = f", {timedelta(seconds=round(task.time_remaining))} left" if task.time_remaining else ""
            typer.echo(f"rapporteur: {what}: {task.percentage:.0f} %{left}", err=True)


@contextmanager
def shown() -> Iterator[Shown]:
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    with Progress(*columns, TimeRemainingColumn(), console=console, disable=not console.is_terminal) as progress:
        yield Shown(progress)
