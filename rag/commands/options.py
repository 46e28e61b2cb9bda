"""Options and output that several commands share."""

import json as json_format
from dataclasses import asdict, is_dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from rag import settings
from rag.settings import Settings
from rag.types import Filters

Country = Annotated[list[str] | None, typer.Option("--country", "-c", help="Only reports on this country; repeatable.")]
Year = Annotated[list[int] | None, typer.Option("--year", "-y", help="Only this edition; repeatable.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Index = Annotated[Path | None, typer.Option("--index", help="Another index than RAPPORTEUR_INDEX names.")]
Model = Annotated[
    str | None, typer.Option("--model", help="Who answers, as provider:name; RAPPORTEUR_MODEL otherwise.")
]
NoFallback = Annotated[
    bool,
    typer.Option("--no-fallback", help="Fail where the language model fails, instead of doing without it."),
]


def configured(index: Path | None, *, model: str | None = None, no_fallback: bool = False) -> Settings:
    """Settings from the environment, but for what an option gives."""
    loaded = settings.load()
    given: dict[str, Any] = {"index": index, "store": None} if index else {}
    given |= ({"model": model} if model else {}) | ({"fallback": False} if no_fallback else {})
    return loaded.model_copy(update=given) if given else loaded


def filters(countries: list[str] | None, years: list[int] | None) -> Filters:
    return Filters(tuple(countries or ()), tuple(years or ()))


def plain(value: Any) -> Any:
    """A dataclass as a dictionary; anything else as it is."""
    return asdict(value) if is_dataclass(value) and not isinstance(value, type) else value


def print_json(value: Any) -> None:
    typer.echo(json_format.dumps(plain(value), ensure_ascii=False, indent=2))
