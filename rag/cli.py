"""The command ``rapporteur``: finds the command's module, runs it, turns errors into one line and an exit code.

Exit codes: 0 answered or declined, 1 something failed, 2 misuse; "verify" adds its verdicts' own. Help imports no
command, so nothing heavy.
"""

import os
import sys
from importlib import import_module
from importlib.metadata import entry_points
from types import TracebackType
from typing import Annotated, Any, NoReturn

import typer
from typer.core import TyperGroup
from typer.main import get_command

from rag import installation
from rag.errors import RapporteurError, UsageError

COMMANDS = {
    "ask": ("rag.commands.ask", "Answer one question with quotes, or say that the reports do not."),
    "chat": ("rag.commands.chat", "Ask one question after another; an empty line or Ctrl-D ends."),
    "search": ("rag.commands.search", "Show the passages that a question finds, best first."),
    "verify": ("rag.commands.verify", "Check a saved answer, a quotation or a draft against the reports."),
    "export": ("rag.commands.export", "Turn a saved answer into Markdown, HTML, Word, CSV, JSON or a bibliography."),
    "reports": ("rag.commands.reports", "List and show the reports of the index."),
    "index": ("rag.commands.index", "Build and inspect the index."),
    "models": ("rag.commands.models", "Tell which models can write the answers, and what they lack."),
    "doctor": ("rag.commands.doctor", "Check index, encoder, model and disk, and say what to do."),
}
"""Name to module and help. Each module has a typer ``app``."""

FIRST = ("ask", "chat", "serve", "verify", "index")
"""Commands of the first hour, which help shows before the others."""

OUTSIDE_HELP = {
    "eval": "Measure answers offline: run, report, compare, convert, bench.",
    "mcp": "Serve the reports to an agent that starts this command.",
    "serve": "Serve the chat page and the web API.",
}
"""Help of the product's own commands outside ``rag``, so that listing them imports none."""


class Commands(TyperGroup):
    """Imports a command when it is called, not when it is listed."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002 - the framework's signature
        outside = sorted(entry.name for entry in entry_points(group=installation.COMMANDS))
        known = [*COMMANDS, *outside]
        return [*FIRST, *(name for name in known if name not in FIRST)]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002 - the framework's signature
        if cmd_name in COMMANDS:
            return get_command(import_module(COMMANDS[cmd_name][0]).app)
        outside = entry_points(group=installation.COMMANDS, name=cmd_name)
        return next((get_command(entry.load()) for entry in outside), None)

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        named = self.list_commands(ctx)
        parts = {"Commands": named[: len(FIRST)], "More commands": named[len(FIRST) :]}
        for title, names in parts.items():
            with formatter.section(title):
                formatter.write_dl(
                    [(name, COMMANDS[name][1] if name in COMMANDS else OUTSIDE_HELP.get(name, "")) for name in names]
                )


app = typer.Typer(
    cls=Commands,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"rapporteur {installation.version()}")
        raise typer.Exit


@app.callback()
def cli(
    _version: Annotated[
        bool, typer.Option("--version", help="Print the version.", is_eager=True, callback=_print_version)
    ] = False,
) -> None:
    """Ask human-rights country reports. Every sentence of an answer stands on the reports' own words."""


def main() -> None:
    """Runs the command line."""
    sys.excepthook = unexpected
    try:
        get_command(app)(prog_name="rapporteur")
    except RapporteurError as error:
        typer.echo(f"rapporteur: {error}", err=True)
        sys.exit(2 if isinstance(error, UsageError) else 1)


def unexpected(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> NoReturn:
    """A fault of ours, in one line too; RAPPORTEUR_DEBUG=1 shows where it came from."""
    if os.environ.get("RAPPORTEUR_DEBUG"):
        sys.__excepthook__(kind, error, trace)
    else:
        typer.echo(
            f"rapporteur: internal error: {kind.__name__}: {error}: set RAPPORTEUR_DEBUG=1 to see where", err=True
        )
    sys.exit(1)
