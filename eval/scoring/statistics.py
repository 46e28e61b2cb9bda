"""How sure a figure is: bootstrap intervals and paired randomisation tests, the same numbers for the same seed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

RESAMPLES = 1_000
ROUNDS = 10_000
_CHUNK = 2_000_000
"""Numbers drawn at a time, to bound memory."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A value over the cases where it applies. All three numbers are ``None`` where it applies to none."""

    value: float | None
    low: float | None
    high: float | None
    """``low`` to ``high``: 95 % bootstrap interval over cases."""
    cases: int
    """Where it applies."""
    not_applicable: int


def mean(values: Sequence[float | None], seed: int) -> Figure:
    """Mean of the values that are not ``None``, with its percentile bootstrap interval."""
    known = np.asarray([value for value in values if value is not None], dtype=float)
    absent = len(values) - len(known)
    if not len(known):
        return Figure(None, None, None, 0, absent)
    means = _resampled_means(known, seed)
    low, high = np.percentile(means, [2.5, 97.5])
    return Figure(_rounded(known.mean()), _rounded(low), _rounded(high), len(known), absent)


def figure(cases: int, of: Callable[[NDArray[np.int64]], float | None], seed: int, not_applicable: int = 0) -> Figure:
    """``of`` over all ``cases`` (it is given positions), with its percentile bootstrap interval.

    Resamples in which it does not apply are left out.
    """
    value = of(np.arange(cases)) if cases else None
    if value is None:
        return Figure(None, None, None, 0, not_applicable + cases)
    generator = np.random.default_rng(seed)
    drawn = [of(generator.integers(0, cases, cases)) for _ in range(RESAMPLES)]
    low, high = np.percentile([one for one in drawn if one is not None], [2.5, 97.5])
    return Figure(_rounded(value), _rounded(low), _rounded(high), cases, not_applicable)


def randomisation(differences: Sequence[float], seed: int) -> float:
    """Two-sided p of the paired randomisation test: how often random signs give a mean at least as far from 0.

    1 where nothing differs. The observed signs count as one round, so that p is never 0.
    """
    moved = np.asarray([difference for difference in differences if difference], dtype=float)
    if not len(moved):
        return 1.0
    observed = abs(moved.sum()) - 1e-9
    generator = np.random.default_rng(seed)
    reached, left = 0, ROUNDS
    while left:
        rounds = min(left, max(1, _CHUNK // len(moved)))
        signs = generator.integers(0, 2, (rounds, len(moved)), dtype=np.int8) * 2 - 1
        reached += int((np.abs(signs @ moved) >= observed).sum())
        left -= rounds
    return (reached + 1) / (ROUNDS + 1)


def swapped(cases: int, of: Callable[[NDArray[np.bool_]], float | None], seed: int) -> float | None:
    """Two-sided p of a paired randomisation test between two runs, for a figure over all ``cases``.

    ``of`` is told for each case whether to take the second run's outcome. Each round exchanges the outcomes of random
    cases. ``None`` where the figure does not apply.
    """
    first, second = of(np.zeros(cases, dtype=bool)), of(np.ones(cases, dtype=bool))
    if first is None or second is None:
        return None
    observed = abs(second - first) - 1e-9
    generator = np.random.default_rng(seed)
    reached = 0
    for _ in range(RESAMPLES):
        exchanged = generator.integers(0, 2, cases).astype(bool)
        one, other = of(exchanged), of(~exchanged)
        reached += one is None or other is None or abs(one - other) >= observed
    return (reached + 1) / (RESAMPLES + 1)


def holm(p_values: Sequence[float]) -> list[float]:
    """Holm's adjustment: p values that stay comparable with one level although several things were tested.

    >>> holm([0.01, 0.04, 0.03])
    [0.03, 0.06, 0.06]
    """
    order = sorted(range(len(p_values)), key=lambda position: p_values[position])
    adjusted, highest = [0.0] * len(p_values), 0.0
    for done, position in enumerate(order):
        highest = max(highest, min(1.0, (len(p_values) - done) * p_values[position]))
        adjusted[position] = highest
    return adjusted


def percentile(values: Sequence[float], share: float) -> float | None:
    """Smallest value that at least ``share`` (0..1) of the values do not exceed (nearest rank); ``None`` of none."""
    ordered = sorted(values)
    return ordered[max(1, int(np.ceil(share * len(ordered) - 1e-9))) - 1] if ordered else None


def _resampled_means(values: NDArray[np.float64], seed: int) -> NDArray[np.float64]:
    generator = np.random.default_rng(seed)
    means: list[NDArray[np.float64]] = []
    left = RESAMPLES
    while left:
        rounds = min(left, max(1, _CHUNK // len(values)))
        means.append(values[generator.integers(0, len(values), (rounds, len(values)))].mean(axis=1))
        left -= rounds
    return np.concatenate(means)


def _rounded(value: float) -> float:
    """To six digits, below which platforms may add up differently."""
    return round(float(value), 6)
