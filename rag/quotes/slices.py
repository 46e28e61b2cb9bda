"""Whether a stored slice still is what it was: the check behind receipts."""

from dataclasses import dataclass
from typing import Literal

from rag.quotes.folding import occurrences


@dataclass(frozen=True, slots=True)
class SliceCheck:
    """``exact``: the text has ``expected`` at the offsets. ``moved``: it has it elsewhere (``start``, ``end``).
    ``altered``: it has it nowhere.
    """

    verdict: Literal["exact", "moved", "altered"]
    start: int | None
    end: int | None


def check_slice(text: str, start: int, end: int, expected: str) -> SliceCheck:
    """Whether ``text[start:end]`` still is ``expected``; where it is not, where the nearest copy begins."""
    if expected and start >= 0 and text[start:end] == expected:
        return SliceCheck("exact", start, end)
    copies = list(occurrences(text, expected)) if expected.strip() else []
    if not copies:
        return SliceCheck("altered", None, None)
    nearest = min(copies, key=lambda at: abs(at - start))
    return SliceCheck("moved", nearest, nearest + len(expected))
