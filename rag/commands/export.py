"""rapporteur export"""

from pathlib import Path
from typing import Annotated

import typer

from rag.commands import delivery, findings
from rag.commands.first_index import ready
from rag.commands.options import Index, configured
from rag.export import FORMATS, named
from rag.grounding.guard import DeterministicGuard
from rag.grounding.hidden_text import VisibleTextGuard
from rag.records import receipt, report_texts
from rag.records.verification import verify
from rag.store.opening import opened

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def export(
    file: Annotated[Path, typer.Argument(metavar="receipt", help="An answer that 'ask --save' wrote.")],
    form: Annotated[str, typer.Option("--format", help=f"One of {', '.join(FORMATS)}.")],
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Write this file instead of printing.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace the file that --output names.")] = False,
    reports: Annotated[
        Path | None, typer.Option("--reports", help="Check against this folder of reports, not an index.")
    ] = None,
    index: Index = None,
) -> None:
    """Turn a saved answer into another format, after checking all of it; where it does not hold, say what does not."""
    chosen = named(form)
    delivery.ready(chosen, output, force=force)
    held = report_texts.of_folder(reports) if reports else report_texts.of_store(opened(ready(configured(index))))
    reading = receipt.load(file)
    checked = verify(reading, held, VisibleTextGuard(DeterministicGuard()))
    if checked.exit_code or reading.answer is None:
        findings.answer(checked, json=False)
        raise typer.Exit(checked.exit_code)
    delivery.deliver(chosen, reading.answer.answer(), held, output, force=force)
