"""What is measured of one case: small pure functions.

A function returns ``None`` where it does not apply, which is not zero: such a case is left out of a mean and counted.
"""

import math
from collections.abc import Callable, Sequence
from typing import TypeVar

from eval.cases.places import Ranks

T = TypeVar("T")

DEPTH = 10
"""Passages and sentences of a ranking that are measured."""


def recall_at(ranks: Ranks, k: int) -> float | None:
    """Share of the groups that the first ``k`` items cover; ``None`` without groups.

    >>> recall_at([1, 4, None], 3)
    0.3333333333333333
    """
    return sum(rank is not None and rank <= k for rank in ranks) / len(ranks) if ranks else None


def any_at(ranks: Ranks, k: int) -> float | None:
    """1 where the first ``k`` items cover at least one group, else 0; ``None`` without groups."""
    return float(any(rank is not None and rank <= k for rank in ranks)) if ranks else None


def all_at(ranks: Ranks, k: int) -> float | None:
    """1 where the first ``k`` items cover every group, else 0; ``None`` without groups."""
    return float(all(rank is not None and rank <= k for rank in ranks)) if ranks else None


def reciprocal_rank(ranks: Ranks, k: int = 10) -> float | None:
    """1 over the rank of the first item that covers any group; 0 where none of the first ``k`` does."""
    if not ranks:
        return None
    first = min((rank for rank in ranks if rank is not None), default=None)
    return 1 / first if first is not None and first <= k else 0.0


def ndcg_at(ranks: Ranks, k: int = 10) -> float | None:
    """Normalised discounted cumulative gain: each group gains 1 / log2(1 + rank), over the same with ranks 1, 2, ….

    A second item for a group gains nothing. One item may cover several groups; the ratio is then cut at 1.
    """
    if not ranks:
        return None
    gained = sum(1 / math.log2(1 + rank) for rank in ranks if rank is not None and rank <= k)
    ideal = sum(1 / math.log2(1 + rank) for rank in range(1, min(len(ranks), k) + 1))
    return min(1.0, gained / ideal)


def share(flags: Sequence[bool]) -> float | None:
    """Share of those that hold; ``None`` of none."""
    return sum(flags) / len(flags) if flags else None


def citation_recall(statements: Sequence[Sequence[T]], supported: Callable[[int, Sequence[T]], bool]) -> float | None:
    """After ALCE: share of the statements that all their citations together support; ``None`` without statements.

    ``statements``: the citations of each. ``supported(i, citations)``: whether ``citations`` support statement ``i``.
    """
    return share([bool(citations) and supported(i, citations) for i, citations in enumerate(statements)])


def citation_precision(
    statements: Sequence[Sequence[T]], supported: Callable[[int, Sequence[T]], bool]
) -> float | None:
    """After ALCE: share of the citations that are not irrelevant; ``None`` without citations.

    A citation is relevant where all citations of its statement together support it, and either the citation supports
    it alone or the others without it do not.
    """
    relevant: list[bool] = []
    for i, citations in enumerate(statements):
        whole = supported(i, citations)
        for position, citation in enumerate(citations):
            others = [*citations[:position], *citations[position + 1 :]]
            relevant.append(whole and (supported(i, [citation]) or not (others and supported(i, others))))
    return share(relevant)
