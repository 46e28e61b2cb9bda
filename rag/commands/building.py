"""Where a build embeds and where it is published: on this machine, unless a cluster or a server is named."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from rag.index import builder
from rag.index.builder import BuildEncoder
from rag.index.encoder import CORES, OnnxEncoder, SentenceTransformerEncoder
from rag.installation import optional
from rag.interfaces import Progress
from rag.settings import Settings
from rag.store import opening
from rag.types import Report

Ray = Annotated[
    str | None,
    typer.Option("--ray", help="Embed on this Ray cluster: HOST:6379 on one of its machines, else ray://HOST:10001."),
]


def build(reports: Sequence[Report], settings: Settings, ray: str | None, progress: Progress) -> None:
    """As ``rag.index.builder.build``; ``ray`` is the address of a cluster that embeds, ``None`` for this machine."""
    if not ray:
        builder.build(reports, settings.index, settings.encoder, progress)
        return
    with _cluster().connected(ray) as nodes:

        def encoder(name: str) -> BuildEncoder:
            spread: BuildEncoder = nodes.spread(SentenceTransformerEncoder(name))
            return spread

        builder.build(reports, settings.index, settings.encoder, progress, encoder)


def extend(
    added: Sequence[Report], removed: Sequence[str], settings: Settings, ray: str | None, progress: Progress
) -> None:
    """As ``rag.index.builder.extend``, with ``ray`` as in ``build``."""
    if not ray:
        builder.extend(settings.index, added, removed, progress)
        return
    with _cluster().connected(ray) as nodes:

        def encoder(folder: Path, name: str) -> BuildEncoder:
            spread: BuildEncoder = nodes.spread(OnnxEncoder(folder, name, CORES))
            return spread

        builder.extend(settings.index, added, removed, progress, encoder)


def publish(settings: Settings, progress: Progress) -> str:
    """Makes the local index the live one on the server that the settings name; says so, or nothing without one."""
    if not settings.store:
        return ""
    made = opening.publish(settings, progress)
    return f"; {'published to' if made else 'published already to'} {settings.store}"


def _cluster() -> Any:
    return optional("rag.index.ray_cluster", "ray", "--ray needs Ray")
