"""What the reports' own text does not say: ``manifest.toml`` beside the files gives country, edition and source."""

import tomllib
from pathlib import Path, PurePath
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from rag.errors import ManifestError

NAME = "manifest.toml"
_EXAMPLE = (
    '[[report]] file = "{file}", country = "…", year = 2020, publisher = "…", title = "…", licence = "…" '
    "(one key per line; url, pdf and part are optional)"
)


class Entry(BaseModel):
    """One ``[[report]]`` table."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    file: str = Field(pattern=r"^[^/\\]+$")
    country: str = Field(min_length=1, max_length=100)
    year: int = Field(ge=1900, le=2100)
    publisher: str = Field(min_length=1)
    title: str = Field(min_length=1)
    licence: str = Field(min_length=1)
    url: str | None = Field(default=None, pattern=r"^https?://")
    pdf: str | None = Field(default=None, pattern=r"^https?://")
    """Address of the same report as a PDF file."""
    part: str | None = Field(default=None, min_length=1)
    """Of a country, where the report is about that part alone and another one is about the country."""


def read(folder: Path) -> dict[str, Entry]:
    """Entries of ``folder/manifest.toml`` by file name; ``ManifestError`` where it is missing or wrong."""
    path = folder / NAME
    try:
        with path.open("rb") as file:
            data = file.read()
    except FileNotFoundError:
        raise ManifestError(
            f"{folder} has no {NAME}: write one with, for each file, {_EXAMPLE.format(file='…')}"
        ) from None
    except OSError as error:
        raise ManifestError(f"{path} cannot be read ({error}): correct it and try again") from error
    return parse(data, str(path))


def parse(data: bytes, path: str) -> dict[str, Entry]:
    """Entries of the manifest that ``path`` names, by file name; ``ManifestError`` where it is wrong."""
    try:
        tables = tomllib.loads(data.decode("utf-8")).get("report", [])
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ManifestError(f"{path} cannot be read ({error}): correct it and try again") from error
    if not isinstance(tables, list):
        raise ManifestError(f"{path}: 'report' must be a list of tables, each headed [[report]]")
    entries: dict[str, Entry] = {}
    for position, table in enumerate(tables, start=1):
        entry = _entry(path, position, table)
        if entry.file in entries:
            raise ManifestError(f"{path}: two entries for {entry.file!r}: remove one")
        entries[entry.file] = entry
    return entries


def missing(folder: PurePath, file: str) -> ManifestError:
    """The error for a report file without an entry, naming the lines to add."""
    return ManifestError(f"{folder / NAME} has no entry for {file!r}: add {_EXAMPLE.format(file=file)}")


def _entry(path: str, position: int, table: Any) -> Entry:
    try:
        return Entry.model_validate(table)
    except ValidationError as error:
        fault = error.errors()[0]
        key = ".".join(str(part) for part in fault["loc"]) or "table"
        named = table.get("file", "no file") if isinstance(table, dict) else "no table"
        raise ManifestError(
            f"{path}: entry {position} ({named}): {key}: {fault['msg']}: write it as {_EXAMPLE.format(file=named)}"
        ) from error
