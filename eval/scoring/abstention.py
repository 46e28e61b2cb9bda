"""Whether the confidence tells what can be answered from what cannot: figures with their own denominators.

Cases of equal confidence are one block: what falls inside a block is shared out evenly, so that no figure depends on
the order of the cases.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Floats = Sequence[float] | Numbers
Flags = Sequence[bool] | NDArray[np.bool_]

BINS = 10


@dataclass(frozen=True, slots=True)
class Bin:
    """Cases whose confidence lies in [low, high), the last bin including 1."""

    low: float
    high: float
    cases: int
    confidence: float
    """Mean of the cases; 0 of none."""
    right: float
    """Share of the cases whose first sentence is right; 0 of none."""


def auc(confidence: Floats, positive: Flags) -> float | None:
    """Probability that a positive case has more confidence than a negative one, ties counting half (area under ROC).

    ``None`` where one of the two kinds is missing.
    """
    scores, truth = np.asarray(confidence, dtype=float), np.asarray(positive, dtype=bool)
    above, below = scores[truth], np.sort(scores[~truth])
    if not len(above) or not len(below):
        return None
    beaten = np.searchsorted(below, above, side="left")
    tied = np.searchsorted(below, above, side="right") - beaten
    return float((beaten + tied / 2).sum() / (len(above) * len(below)))


def roc(confidence: Floats, positive: Flags) -> list[tuple[float, float]]:
    """(share of negatives answered, share of positives answered) at every threshold, from none answered to all.

    Empty where one of the two kinds is missing.
    """
    scores, truth = np.asarray(confidence, dtype=float), np.asarray(positive, dtype=bool)
    if truth.all() or not truth.any():
        return []
    points = [(0.0, 0.0)]
    for threshold in np.unique(scores)[::-1]:
        answered = scores >= threshold
        points.append((float(answered[~truth].mean()), float(answered[truth].mean())))
    return points


def risk_coverage(confidence: Floats, right: Flags) -> list[tuple[float, float]]:
    """(share of cases answered, share of those answered that are wrong), one point for each number of cases answered.

    Cases are answered in the order of their confidence.
    """
    wrong = _cumulative_wrong(np.asarray(confidence, dtype=float), np.asarray(right, dtype=bool))
    return [(n / len(wrong), float(wrong[n - 1] / n)) for n in range(1, len(wrong) + 1)]


def wrong_at(confidence: Floats, right: Flags, coverage: float) -> float | None:
    """Share of wrong answers among the ``coverage`` (0..1) most confident cases, rounded up to whole cases.

    ``None`` without cases.
    """
    if not len(confidence):
        return None
    wrong = _cumulative_wrong(np.asarray(confidence, dtype=float), np.asarray(right, dtype=bool))
    answered = max(1, int(np.ceil(coverage * len(wrong) - 1e-9)))
    return float(wrong[answered - 1] / answered)


def declined_at(confidence: Floats, answerable: Flags, answered: float) -> float | None:
    """Share of the unanswerable cases declined at the highest threshold that answers ``answered`` of the answerable.

    A case is answered where its confidence reaches the threshold. ``None`` where one of the two kinds is missing.
    """
    scores, truth = np.asarray(confidence, dtype=float), np.asarray(answerable, dtype=bool)
    if truth.all() or not truth.any():
        return None
    kept = np.sort(scores[truth])[::-1]
    threshold = kept[max(1, int(np.ceil(answered * len(kept) - 1e-9))) - 1]
    return float((scores[~truth] < threshold).mean())


def reliability(confidence: Floats, right: Flags) -> list[Bin]:
    """Ten bins of equal width over the confidence."""
    scores, truth = np.asarray(confidence, dtype=float), np.asarray(right, dtype=float)
    position = np.minimum((scores * BINS).astype(int), BINS - 1)
    bins = []
    for number in range(BINS):
        inside = position == number
        count = int(inside.sum())
        mean, hit = (float(scores[inside].mean()), float(truth[inside].mean())) if count else (0.0, 0.0)
        bins.append(Bin(number / BINS, (number + 1) / BINS, count, mean, hit))
    return bins


def calibration_error(confidence: Floats, right: Flags) -> float | None:
    """Expected calibration error: mean over the cases of |confidence - share right| of their bin; ``None`` of none."""
    if not len(confidence):
        return None
    bins = reliability(confidence, right)
    return sum(b.cases * abs(b.confidence - b.right) for b in bins) / len(confidence)


def _cumulative_wrong(scores: Numbers, right: NDArray[np.bool_]) -> Numbers:
    """Expected number of wrong answers among the first 1, 2, … cases in the order of confidence."""
    order = np.argsort(-scores, kind="stable")
    _, block, sizes = np.unique(-scores[order], return_inverse=True, return_counts=True)
    wrong_in_block = np.bincount(block, weights=(~right[order]).astype(float))
    return np.asarray(np.cumsum((wrong_in_block / sizes)[block]), dtype=np.float64)
