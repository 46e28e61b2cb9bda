"""rapporteur chat"""

import typer
from rich.console import Console

from rag import assemble
from rag.commands import display
from rag.commands.first_index import ready
from rag.commands.options import Country, Index, Model, NoFallback, Year, configured, filters
from rag.errors import ModelError, UsageError
from rag.interfaces import Turn
from rag.question import conversation

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def chat(
    country: Country = None,
    year: Year = None,
    model: Model = None,
    no_fallback: NoFallback = False,
    index: Index = None,
) -> None:
    """Ask one question after another, each understood after those before it; an empty line or Ctrl-D ends."""
    console = Console(highlight=False)
    answerer = assemble.answerer(ready(configured(index, model=model, no_fallback=no_fallback)))
    earlier: list[Turn] = []
    while question := _prompted():
        try:
            found = answerer.ask(question, filters(country, year), conversation.bounded(earlier))
        except (UsageError, ModelError) as error:
            typer.echo(f"rapporteur: {error}", err=True)
            continue
        if found.standalone_question != question:
            console.print(f"Understood as: {found.standalone_question}", style="dim", markup=False)
        display.answer(console, found)
        earlier.append(conversation.turn(found))


def _prompted() -> str:
    """What the asker types next; "" at the end."""
    try:
        return input("? ").strip()
    except (EOFError, KeyboardInterrupt):
        typer.echo()
        return ""
