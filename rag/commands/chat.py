"""rapporteur chat"""

import typer
from rich.console import Console

from rag import assemble, display
from rag.commands.options import Country, Index, Year, configured, filters
from rag.errors import UsageError

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def chat(country: Country = None, year: Year = None, index: Index = None) -> None:
    """Ask one question after another; an empty line or Ctrl-D ends."""
    console = Console(highlight=False)
    answerer = assemble.answerer(configured(index))
    while question := _prompted():
        try:
            display.answer(console, answerer.ask(question, filters(country, year)))
        except UsageError as error:
            typer.echo(f"rapporteur: {error}", err=True)


def _prompted() -> str:
    """What the asker types next; "" at the end."""
    try:
        return input("? ").strip()
    except (EOFError, KeyboardInterrupt):
        typer.echo()
        return ""
