"""The figures that only a set of cases has, over a table of what the confidence was and what came of it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from eval.cases.gold import Case
from eval.scoring import abstention
from eval.scoring.scores import Scores

Positions = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Table:
    """One row a case."""

    confidence: NDArray[np.float64]
    answerable: NDArray[np.bool_]
    right: NDArray[np.bool_]
    """Whether the answer, given or withheld, is right: ``Scores.right``."""
    first_right: NDArray[np.bool_]
    """Whether the best sentence is, which is what the confidence speaks of."""

    @classmethod
    def of(cls, cases: Sequence[tuple[Case, Scores]]) -> "Table":
        return cls(
            np.array([scores.confidence for _, scores in cases], dtype=np.float64),
            np.array([case.answerable for case, _ in cases], dtype=bool),
            np.array([scores.right for _, scores in cases], dtype=bool),
            np.array([scores.values["sentence_first"] == 1.0 for _, scores in cases], dtype=bool),
        )

    def __len__(self) -> int:
        return len(self.confidence)

    def at(self, positions: Positions) -> "Table":
        return Table(
            self.confidence[positions], self.answerable[positions], self.right[positions], self.first_right[positions]
        )

    def exchanged(self, other: "Table", take: NDArray[np.bool_]) -> "Table":
        """This table with the rows of ``other``, of the same cases, where ``take`` holds."""
        return Table(
            np.where(take, other.confidence, self.confidence),
            self.answerable,
            np.where(take, other.right, self.right),
            np.where(take, other.first_right, self.first_right),
        )


Rule = Callable[[Table], float | None]

RULES: Mapping[str, Rule] = MappingProxyType(
    {
        "auc": lambda table: abstention.auc(table.confidence, table.answerable),
        "declined_at_90": lambda table: abstention.declined_at(table.confidence, table.answerable, 0.9),
        "wrong_at_80": lambda table: abstention.wrong_at(table.confidence, table.right, 0.8),
        "wrong_at_80_answerable": lambda table: abstention.wrong_at(table.confidence, table.right, 0.8),
        "calibration_error": lambda table: abstention.calibration_error(table.confidence, table.first_right),
    }
)
"""By name of ``eval.scoring.figures.OVER_ALL``, over the rows that ``concerned`` gives."""


def concerned(name: str, table: Table) -> Positions:
    """Positions of the rows that a figure is about."""
    return np.flatnonzero(table.answerable) if name == "wrong_at_80_answerable" else np.arange(len(table))
