"""rapporteur reports"""

import re
import sys
from typing import Annotated

import typer
from rich.console import Console

from rag.commands import display
from rag.commands.first_index import ready
from rag.commands.options import Index, Json, configured, plain, print_json
from rag.errors import UsageError
from rag.records import report_texts
from rag.store.opening import opened
from rag.text import invisible

app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None)


@app.command("list")
def list_reports(json: Json = False, index: Index = None) -> None:
    """List the reports that the index holds."""
    store = opened(ready(configured(index)))
    counts = [len(store.passages_of(report.id)) for report in store.reports]
    if json:
        print_json([{**plain(report), "passages": count} for report, count in zip(store.reports, counts, strict=True)])
    else:
        display.reports(Console(highlight=False), store.reports, counts)


@app.command("show")
def show_report(
    report: Annotated[str, typer.Argument(help="Id of a report, such as kazakhstan-2020.")],
    paragraph: Annotated[int | None, typer.Option("--paragraph", "-p", min=1, help="Only around this one.")] = None,
    at: Annotated[str | None, typer.Option("--at", help="Highlight START-END, code points of the stored text.")] = None,
    around: Annotated[int, typer.Option(min=0, help="Paragraphs before and after the one asked for.")] = 1,
    text: Annotated[
        bool, typer.Option("--text", help="Only the stored text, to the letter: what offsets count in.")
    ] = False,
    json: Json = False,
    index: Index = None,
) -> None:
    """Print a report's stored text, with a passage highlighted."""
    store = opened(ready(configured(index)))
    passages = store.passages(store.passages_of(report))
    if text:
        stored = store.text(report)
        typer.echo(invisible.shown(stored) if sys.stdout.isatty() else stored, nl=False)
        return
    info = next(held for held in store.reports if held.id == report)
    marked = _range(at, len(store.text(report)))
    wanted = {
        p.paragraph for p in passages if p.paragraph == paragraph or (p.start < marked.stop and marked.start < p.end)
    }
    if (paragraph or at) and not wanted:
        raise UsageError(
            f"{report} has no paragraph there: it has {passages[-1].paragraph}, see 'reports show {report}'"
        )
    near = {number + step for number in wanted for step in range(-around, around + 1)}
    shown = [p for p in passages if not wanted or p.paragraph in near]
    if paragraph and not at:
        first, last = ([p for p in shown if p.paragraph == paragraph][end] for end in (0, -1))
        marked = range(first.start, last.end)
    flags = invisible.in_report(report_texts.of_store(store).report(report))
    if json:
        print_json({**plain(info), "passages": [plain(p) for p in shown], "hidden": [plain(flag) for flag in flags]})
    else:
        display.report(Console(highlight=False), info, shown, marked)
        for line in invisible.describe(flags):
            typer.echo(f"hidden characters: {line}")


def _range(at: str | None, length: int) -> range:
    if at is None:
        return range(0)
    given = re.fullmatch(r"(\d{1,9})-(\d{1,9})", at)
    if not (given and int(given[1]) < int(given[2]) <= length):
        raise UsageError(f"--at {at[:40]!r} is no range: write START-END with START < END <= {length}")
    return range(int(given[1]), int(given[2]))
