"""rapporteur ask"""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from rag import assemble, display, receipt
from rag.commands.options import Country, Index, Json, NoFallback, Year, configured, filters, print_json

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def ask(
    question: Annotated[str, typer.Argument(help="The question, in English.")],
    country: Country = None,
    year: Year = None,
    json: Json = False,
    save: Annotated[Path | None, typer.Option("--save", help="Keep the answer in this file, for 'verify'.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace the file that --save names.")] = False,
    no_fallback: NoFallback = False,
    index: Index = None,
) -> None:
    """Answer one question with quotes, or say that the reports do not."""
    if save:
        receipt.refuse_to_replace(save, force=force)
    found = assemble.answerer(configured(index, no_fallback=no_fallback)).ask(question, filters(country, year))
    if save:
        receipt.save(found, save, force=force)
    print_json(found) if json else display.answer(Console(highlight=False), found)
