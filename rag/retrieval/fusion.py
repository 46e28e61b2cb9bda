"""Putting ranked lists together."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from itertools import islice, zip_longest
from typing import TypeVar

T = TypeVar("T")
K = TypeVar("K", bound=Hashable)

RANK_CONSTANT = 60
"""Of reciprocal rank fusion; Cormack, Clarke and Buettcher, SIGIR 2009."""


def fuse(rankings: Iterable[Sequence[K]]) -> list[tuple[K, float]]:
    """Reciprocal rank fusion: each list gives 1 / (60 + rank), ranks from 1. Best first, ties as they first came.

    >>> fuse([["a", "b"], ["b"]])[0][0]
    'b'
    """
    scores: dict[K, float] = defaultdict(float)
    for ranking in rankings:
        for rank, key in enumerate(ranking, start=1):
            scores[key] += 1 / (RANK_CONSTANT + rank)
    return sorted(scores.items(), key=lambda item: -item[1])


def balance(ranked: Sequence[T], group: Callable[[T], Hashable], limit: int) -> list[T]:
    """The first ``limit`` items, taken from the groups in turn; groups in order of their best item.

    >>> balance(["a1", "a2", "a3", "b1"], lambda item: item[0], 3)
    ['a1', 'b1', 'a2']
    """
    groups: dict[Hashable, list[T]] = {}
    for item in ranked:
        groups.setdefault(group(item), []).append(item)
    turns = ((item,) if item is not None else () for turn in zip_longest(*groups.values()) for item in turn)
    return list(islice((item for turn in turns for item in turn), limit))
