"""Whether a run may pass: no figure below its committed floor, no displayed quote that is not the report's own.

The floors stand in ``floors.toml``. The verdicts of ``eval.scoring.figures.ZERO_TOLERANCE`` have none: one is too many.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from eval.scoring.figures import FIGURES, ZERO_TOLERANCE
from rag.errors import UsageError


class FloorError(UsageError):
    """The file of floors cannot be used."""


class Floors(BaseModel):
    """``floors.toml``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    at_least: dict[str, float] = Field(default_factory=dict)
    at_most: dict[str, float] = Field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Check:
    """One figure beside its limit."""

    title: str
    value: float | None
    """``None``: it applied to no case, which does not pass."""
    limit: float
    highest: bool
    """Whether the limit is the highest value allowed, not the lowest."""

    @property
    def passed(self) -> bool:
        if self.value is None:
            return False
        return self.value <= self.limit if self.highest else self.value >= self.limit


def floors(path: Path | None = None) -> Floors:
    """Those of ``path``, or the committed ones; ``FloorError`` for an unknown figure, or one on the wrong side."""
    name = str(path or "floors.toml")
    try:
        text = (path or resources.files("eval.runs").joinpath("floors.toml")).read_text(encoding="utf-8")
        read = Floors.model_validate(tomllib.loads(text))
    except (OSError, tomllib.TOMLDecodeError, ValidationError) as error:
        reason = str(error).splitlines()[0]
        raise FloorError(f"{name} cannot be used ({reason}): write tables at_least and at_most of numbers") from error
    for side, higher in ((read.at_least, True), (read.at_most, False)):
        fitting = [figure for figure, meaning in FIGURES.items() if meaning.higher_is_better is higher]
        unknown = next((figure for figure in side if figure not in fitting), None)
        if unknown is not None:
            table = "at_least" if higher else "at_most"
            raise FloorError(f"{name}: {table} has {unknown!r}: choose from {', '.join(fitting)}")
    return read


def check(summary: Mapping[str, Any], limits: Floors) -> list[Check]:
    """Every limit beside the value of a run, what must not occur first."""
    figures = summary["figures"]
    return [
        *(Check(name, float(summary["zero_tolerance"][name]), 0.0, highest=True) for name in ZERO_TOLERANCE),
        *(
            Check(FIGURES[name].title, figures[name]["value"], limit, highest=False)
            for name, limit in limits.at_least.items()
        ),
        *(
            Check(FIGURES[name].title, figures[name]["value"], limit, highest=True)
            for name, limit in limits.at_most.items()
        ),
    ]
