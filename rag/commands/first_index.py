"""The index of the two packaged reports, built at the first question where there is none and none was named."""

from importlib.resources import files
from pathlib import Path

import typer

from rag import corpus
from rag.commands import progress
from rag.index import builder
from rag.settings import Settings
from rag.store.generation import CURRENT

SEEDS = Path(str(files("seeds")))
"""Folder of the packaged reports."""


def ready(settings: Settings) -> Settings:
    """``settings``, over an index that is there; one that an option or a variable names is left to its owner."""
    named = settings.store or "index" in settings.model_fields_set
    if not named and not (settings.index / CURRENT).exists():
        typer.echo("rapporteur: no index yet: building that of the two reports included", err=True)
        with progress.shown() as show:
            builder.build(corpus.read_folder(SEEDS), settings.index, settings.encoder, show.embedding)
    return settings
