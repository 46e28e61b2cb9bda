"""rapporteur ask"""

from typing import Annotated

import typer
from rich.console import Console

from rag import assemble, display
from rag.commands.options import Country, Index, Json, NoFallback, Year, configured, filters, print_json

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def ask(
    question: Annotated[str, typer.Argument(help="The question, in English.")],
    country: Country = None,
    year: Year = None,
    json: Json = False,
    no_fallback: NoFallback = False,
    index: Index = None,
) -> None:
    """Answer one question with quotes, or say that the reports do not."""
    found = assemble.answerer(configured(index, no_fallback=no_fallback)).ask(question, filters(country, year))
    print_json(found) if json else display.answer(Console(highlight=False), found)
