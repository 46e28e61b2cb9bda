"""``rapporteur eval``: the commands, each a thin layer over one module."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import resources
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from eval.scoring.figures import FIGURES, HEADLINES
from rag.commands.first_index import ready
from rag.commands.options import Index, Model
from rag.errors import UsageError
from rag.installation import optional
from rag.settings import Settings, load

if TYPE_CHECKING:
    from eval.runs.gate import Check
    from eval.runs.runner import Run

app = typer.Typer(
    help="Measure answers offline.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

GATE_CASES = Path(__file__).parent / "gold" / "seeds-test.jsonl"

Cases = Annotated[list[Path], typer.Option("--cases", help="File of JSON lines; may be given several times.")]
Folder = Annotated[Path, typer.Option("--out", help="Folder of the run; a run that was killed goes on there.")]
Finished = Annotated[Path, typer.Argument(help="Folder of a finished run.")]
Workers = Annotated[int, typer.Option("--workers", min=1, max=64, help="Questions answered at a time.")]
Seed = Annotated[int, typer.Option("--seed", min=0, help="Of the bootstrap and the randomisation tests.")]
Fresh = Annotated[bool, typer.Option("--fresh", help="Discard what the folder holds.")]


@app.command()
def run(
    *,
    cases: Cases,
    out: Folder,
    index: Index = None,
    model: Model = None,
    workers: Workers = 1,
    seed: Seed = 0,
    fresh: Fresh = False,
) -> None:
    """Answer every case, measure it, and write answers, figures and a report into a folder."""
    show(_run(_settings(index, model), cases, out, workers, seed, fresh=fresh))


@app.command()
def report(folder: Finished) -> None:
    """Write the report of a finished run again, and show its figures."""
    from eval.runs import runner

    report = _reporting()
    finished = runner.load(folder)
    report.write(finished)
    show(finished)


@app.command()
def compare(
    first: Finished,
    second: Finished,
    seed: Seed = 0,
    out: Annotated[Path | None, typer.Option("--out", help="File to write to, instead of standard output.")] = None,
) -> None:
    """Compare two runs case by case, as Markdown."""
    from eval.runs import compare, runner

    text = compare.markdown(compare.compare(runner.load(first), runner.load(second), seed))
    if out is None:
        typer.echo(text)
    else:
        out.write_text(text, encoding="utf-8")


@app.command()
def gate(
    *,
    cases: Cases = [GATE_CASES],  # noqa: B006 - the framework copies it
    out: Folder = Path("build/eval"),
    index: Index = None,
    workers: Workers = 1,
    floors: Annotated[
        Path | None, typer.Option("--floors", help="File of floors; the committed one otherwise.")
    ] = None,
) -> None:
    """Run the gold test cases without a language model; exit code 1 where a figure lies below its floor."""
    from eval.runs import gate

    limits = gate.floors(floors)
    finished = _run(_settings(index, "extractive"), cases, out, workers, 0, fresh=True)
    show(finished)
    checks = gate.check(finished.summary, limits)
    show_checks(checks)
    if not all(check.passed for check in checks):
        raise typer.Exit(1)


@app.command()
def convert(
    name: Annotated[str, typer.Argument(metavar="SET", help="squad2, clapnq, covidqa or quotesum.")],
    source: Annotated[Path, typer.Argument(help="The set's file as published, or the folder that holds its files.")],
    out: Annotated[Path, typer.Argument(help="Folder for reports/ and cases.jsonl.")],
    within: Annotated[bool, typer.Option("--within", help="Ask each question of its own document only.")] = False,
) -> None:
    """Turn an outside question set into reports and cases."""
    from eval.cases import convert

    done = convert.convert(name, source, out, within=within)
    typer.echo(
        f"{done.reports} reports, {done.cases} cases, {done.answerable} of them answerable; "
        f"{done.left_out} left out because their answer stands in no sentence\n"
        f"next: rapporteur index build {out / 'reports'} --index {out / 'index'}\n"
        f"      rapporteur eval run --cases {out / 'cases.jsonl'} --index {out / 'index'} --out {out / 'run'}"
    )


@app.command()
def bench(
    index: Index = None,
    reports: Annotated[
        Path | None, typer.Option("--reports", help="Reports to build; the two included otherwise.")
    ] = None,
    sizes: Annotated[str, typer.Option("--sizes", help="Passages of the synthetic collections.")] = (
        "1000,10000,100000,250000"
    ),
    out: Annotated[Path, typer.Option("--out", help="Folder for bench.json and bench.svg.")] = Path("build/bench"),
) -> None:
    """Measure cold start, questions, retrieval by size, building beside the bare encoder, and memory."""
    from rag import corpus

    answering = optional("eval.benchmarks.answering", "eval", "the figures of the benchmark need matplotlib")

    if not all(size.isdecimal() and int(size) for size in sizes.split(",")):
        raise UsageError(f"--sizes {sizes!r}: give whole numbers above 0, with commas between them")
    folder = reports or Path(str(resources.files("seeds")))
    with bar("measurements") as progress:
        wanted = [int(size) for size in sizes.split(",")]
        measured = answering.bench(_settings(index, None), corpus.read_folder(folder), wanted, progress)
    answering.write(out, measured)
    typer.echo((out / "bench.json").read_text(encoding="utf-8"))


def _run(settings: Settings, cases: list[Path], out: Path, workers: int, seed: int, *, fresh: bool) -> "Run":
    from eval.runs import runner
    from rag.assemble import answerer

    report = _reporting()
    plain = settings.model_dump(mode="json", exclude={"index", "threads"})
    with bar("cases") as progress:
        finished = runner.run(
            answerer(ready(settings)), cases, out, plain, workers=workers, seed=seed, fresh=fresh, progress=progress
        )
    report.write(finished)
    return finished


def _reporting() -> ModuleType:
    return optional("eval.runs.report", "eval", "the report of a run needs matplotlib")


def _settings(index: Path | None, model: str | None) -> Settings:
    chosen = {"index": index, "model": model}
    return load().model_copy(update={name: value for name, value in chosen.items() if value is not None})


def show(finished: "Run") -> None:
    """The headline figures as a table on standard output."""
    summary = finished.summary
    table = Table("figure", "value", "95 % interval", "cases", "not applicable", title=str(finished.folder))
    for name in HEADLINES:
        figure = summary["figures"][name]
        if figure["value"] is not None:
            interval = f"{figure['low']:.3f} – {figure['high']:.3f}"
            counts = str(figure["cases"]), str(figure["not_applicable"])
            table.add_row(FIGURES[name].title, f"{figure['value']:.3f}", interval, *counts)
    console = Console(highlight=False)
    console.print(table)
    counts_of = {"outcomes": summary["outcomes"], "displayed quotes": {"all": summary["quotes_displayed"]}}
    counts_of["displayed quotes"] |= summary["zero_tolerance"]
    for title, values in counts_of.items():
        console.print(f"{title}: {', '.join(f'{name} {count}' for name, count in values.items())}", soft_wrap=True)
    total = summary["latency_ms"].get("total", {})
    console.print(f"milliseconds a question: {', '.join(f'{name} {value:.0f}' for name, value in total.items())}")
    console.print(f"report: {finished.folder / 'report.html'}", soft_wrap=True)


def show_checks(checks: "list[Check]") -> None:
    """Every limit beside what was reached."""
    table = Table("figure", "value", "limit", "", title="gate")
    for check in checks:
        value = "not applicable" if check.value is None else f"{check.value:.3f}"
        limit = f"{'at most' if check.highest else 'at least'} {check.limit:.3f}"
        table.add_row(check.title, value, limit, "passed" if check.passed else "FAILED")
    Console(highlight=False).print(table)


class Bar:
    """``rag.interfaces.Progress`` on a terminal."""

    def __init__(self, progress: Progress, name: str) -> None:
        self._progress = progress
        self._task = progress.add_task(name, total=None)

    def __call__(self, done: int, total: int) -> None:
        self._progress.update(self._task, completed=done, total=total)


@contextmanager
def bar(name: str) -> Iterator[Bar]:
    """A progress bar on standard error; nothing is drawn where that is no terminal."""
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        yield Bar(progress, name)
