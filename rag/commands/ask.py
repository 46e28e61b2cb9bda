"""rapporteur ask"""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from rag import assemble
from rag.commands import delivery, display
from rag.commands.first_index import ready
from rag.commands.options import Country, Index, Json, Model, NoFallback, Year, configured, filters, print_json
from rag.export import FORMATS
from rag.records import receipt, report_texts

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def ask(
    question: Annotated[str, typer.Argument(help="The question, in English.")],
    country: Country = None,
    year: Year = None,
    json: Json = False,
    save: Annotated[Path | None, typer.Option("--save", help="Keep the answer in this file, for 'verify'.")] = None,
    form: Annotated[str | None, typer.Option("--format", help=f"Instead of text, one of {', '.join(FORMATS)}.")] = None,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Write that format to this file.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace what --save and --output name.")] = False,
    model: Model = None,
    no_fallback: NoFallback = False,
    index: Index = None,
) -> None:
    """Answer one question with quotes, or say that the reports do not."""
    chosen = delivery.chosen(form, output, force=force, json=json)
    if save:
        receipt.refuse_to_replace(save, force=force)
    answerer = assemble.answerer(ready(configured(index, model=model, no_fallback=no_fallback)))
    found = answerer.ask(question, filters(country, year))
    if save:
        receipt.save(found, save, force=force)
    if chosen:
        delivery.deliver(chosen, found, report_texts.of_store(answerer.store), output, force=force)
    else:
        print_json(found) if json else display.answer(Console(highlight=False), found)
