"""Places in reports, and when a place that was found covers one that was sought."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

Ranks = Sequence[int | None]
"""For each required group the rank, from 1, of the first item that covers it; ``None`` where none does."""


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Half-open range of code points of a report's stored text."""

    report: str
    start: int
    end: int


Covers = Callable[[Place, Place], bool]
"""Whether the first place, which was found, covers the second, which was sought."""


def contains(found: Place, sought: Place) -> bool:
    """Whether all of ``sought`` lies inside ``found``: the rule for passages."""
    return found.report == sought.report and found.start <= sought.start and sought.end <= found.end


def overlaps(found: Place, sought: Place) -> bool:
    """Whether both share at least half of the shorter one: the rule for sentences and quotes.

    >>> overlaps(Place("a-2020", 0, 10), Place("a-2020", 8, 12))
    True
    """
    shared = min(found.end, sought.end) - max(found.start, sought.start)
    shorter = min(found.end - found.start, sought.end - sought.start)
    return found.report == sought.report and shared > 0 and 2 * shared >= shorter


def first_ranks(
    ranked: Sequence[Place], groups: Mapping[str, Sequence[Place]], covers: Covers
) -> tuple[int | None, ...]:
    """Ranks of the first item that covers any alternative of each group, in the order of ``groups``."""
    return tuple(
        next(
            (
                rank
                for rank, found in enumerate(ranked, start=1)
                if any(covers(found, sought) for sought in alternatives)
            ),
            None,
        )
        for alternatives in groups.values()
    )
