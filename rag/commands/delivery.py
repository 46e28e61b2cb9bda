"""An answer delivered in another format, to a file or to the terminal."""

from pathlib import Path

import typer

from rag.errors import UsageError
from rag.export import FORMATS, Format, gather, named
from rag.records import receipt
from rag.records.report_texts import ReportTexts
from rag.types import Answer


def chosen(form: str | None, output: Path | None, *, force: bool, json: bool) -> Format | None:
    """The format of that name, if one is asked for; refuses what contradicts itself before any work is done."""
    if form is None:
        if output:
            raise UsageError(f"--output needs a --format: choose one of {', '.join(FORMATS)}")
        return None
    if json:
        raise UsageError("--json and --format are two formats: choose one")
    found = named(form)
    ready(found, output, force=force)
    return found


def ready(chosen: Format, output: Path | None, *, force: bool) -> None:
    """Refuses before any work what could not be delivered after it."""
    if output:
        receipt.refuse_to_replace(output, force=force)
    elif chosen.binary:
        raise UsageError(f"this format is no text: name a file with --output, such as answer{chosen.suffix}")


def deliver(chosen: Format, answer: Answer, held: ReportTexts, output: Path | None, *, force: bool) -> None:
    """Writes or prints ``answer`` in the format ``chosen``."""
    content = chosen.encoded(gather(answer, held))
    if output:
        receipt.write(output, content, force=force)
    else:
        typer.echo(content.decode(), nl=False)
