"""``python -m eval``: the commands of ``rapporteur eval`` without the installed entry point."""

from eval.cli import app

app()
