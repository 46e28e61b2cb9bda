"""rapporteur verify"""

from pathlib import Path
from typing import Annotated

import typer

from rag import hidden, receipt, shelf
from rag.commands.options import Index, Json, configured, plain, print_json
from rag.errors import UsageError
from rag.grounding.guard import DeterministicGuard
from rag.planted import VisibleTextGuard
from rag.shelf import Shelf
from rag.store import LocalStore
from rag.verification import UNCHECKED, VERDICTS, Verification, verify

CODES = "\n\n".join(f"{code:>4}  {verdict}: {meaning}" for verdict, (code, meaning) in VERDICTS.items())

app = typer.Typer(add_completion=False, rich_markup_mode=None)

Reports = Annotated[Path | None, typer.Option("--reports", help="Check against this folder of reports, not an index.")]


@app.command(
    epilog=f"Exit codes for FILE, the gravest verdict's: \n\n{CODES}\n\n   1  something failed\n\n   2  misuse"
)
def verify_command(
    file: Annotated[Path | None, typer.Argument(help="An answer saved with 'ask --save'.")] = None,
    reports: Reports = None,
    json: Json = False,
    index: Index = None,
) -> None:
    """Check a saved answer against the reports alone: every quote, hash, offset and statement."""
    if file is None:
        raise UsageError("nothing to check: give a saved answer")
    checked = verify(receipt.load(file), _shelf(reports, index), VisibleTextGuard(DeterministicGuard()))
    if json:
        print_json({**plain(checked), "exit_code": checked.exit_code, "unchecked": UNCHECKED})
    else:
        _print(checked)
    raise typer.Exit(checked.exit_code)


def _shelf(reports: Path | None, index: Path | None) -> Shelf:
    return shelf.of_folder(reports) if reports else shelf.of_store(LocalStore.open(configured(index).index))


def _print(checked: Verification) -> None:
    for part in checked.parts:
        typer.echo(hidden.shown(f"{part.part:13} {part.verdict:15} {part.citation}".rstrip()))
        for detail in part.details:
            typer.echo(hidden.shown(f"{'':13} {detail}"))
    for note in checked.notes:
        typer.echo(f"note: {note}")
    typer.echo(f"\n{checked.verdict}: {VERDICTS[checked.verdict][1]}")
    typer.echo(f"The reports cannot tell: {', '.join(UNCHECKED)}.")
