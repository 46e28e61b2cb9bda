"""Characters of a report that hide words, or make them look like others.

Invariant: the stored text stays as it is. What misleads a reader is flagged where a report is read, replaced by
``MARK`` where a terminal shows it, and never quoted: a statement that rests on it is withheld, and says so.

    bidi       U+202A-202E, U+2066-2069: shown in another order than stored
    tags       U+E0000-E0FFF but for single variation selectors: whole sentences that nobody sees
    control    ASCII and C1 controls but for line ends and tabs: orders to a terminal
    smuggled   a run of four or more invisible characters, or of two variation selectors: a hidden alphabet
    invisible  single zero-width characters, soft hyphens, direction marks: ordinary leftovers of web pages, which
               change nothing that is read; flagged, and quoted
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from rag.types import Report

Kind = Literal["bidi", "tags", "control", "smuggled", "invisible"]

MARK = "\ufffd"
"""Stands for a misleading character where one is shown in a terminal."""

_SINGLE = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2060-\u2065\u206a-\u206f\u3164\ufeff"
    "\uffa0\ufff9-\ufffb"
)
_SELECTORS = "\ufe00-\ufe0f\U000e0100-\U000e01ef"
_FOUND = re.compile(
    r"(?P<bidi>[\u202a-\u202e\u2066-\u2069]+)"
    r"|(?P<tags>[\U000e0000-\U000e00ff\U000e01f0-\U000e0fff]+)"
    r"|(?P<control>[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f]+)"
    rf"|(?P<smuggled>[{_SINGLE}{_SELECTORS}]{{4,}}|[{_SELECTORS}]{{2,}})"
    rf"|(?P<invisible>[{_SINGLE}{_SELECTORS}]+)"
)


@dataclass(frozen=True, slots=True)
class Hidden:
    """A run of such characters, in offsets of the text that was searched."""

    kind: Kind
    start: int
    end: int
    codes: tuple[str, ...]
    """As in "U+202E", each once."""
    paragraph: int | None = None
    """Number of the report's paragraph that holds it; None before and after the report's own part."""

    @property
    def misleads(self) -> bool:
        """Whether a sentence that holds it is withheld."""
        return self.kind != "invisible"


def find(text: str) -> Iterator[Hidden]:
    """Every run of hidden characters, in order."""
    for match in _FOUND.finditer(text):
        kind: Kind = match.lastgroup  # type: ignore[assignment]  # the groups are the kinds
        codes = tuple(dict.fromkeys(f"U+{ord(character):04X}" for character in match.group()))
        yield Hidden(kind, match.start(), match.end(), codes)


def in_report(report: Report) -> list[Hidden]:
    """What a report's stored text hides, with the paragraphs. A byte order mark that opens the file hides nothing."""
    found = []
    for each in find(report.text):
        if each.start == 0 and each.codes == ("U+FEFF",):
            continue
        number = next((p.number for p in report.paragraphs if p.start <= each.start < p.end), None)
        found.append(Hidden(each.kind, each.start, each.end, each.codes, number))
    return found


def misleads(text: str) -> bool:
    """Whether ``text`` holds characters for which it must not be quoted."""
    return any(each.misleads for each in find(text))


def shown(text: str) -> str:
    """``text``, equally long, with ``MARK`` for every misleading character: safe for a terminal."""
    return _FOUND.sub(
        lambda match: match.group() if match.lastgroup == "invisible" else MARK * len(match.group()), text
    )


def warning(report: Report) -> str | None:
    """One line on what a report hides and where; None where it hides nothing."""
    found = in_report(report)
    if not found:
        return None
    consequence = "sentences that hold them are not quoted" if any(each.misleads for each in found) else "no harm seen"
    return f"{report.info.file}: hidden characters: {'; '.join(describe(found))} ({consequence})"


def describe(found: list[Hidden]) -> list[str]:
    """A line for each kind, with its characters and paragraphs.

    >>> describe([Hidden("bidi", 4, 5, ("U+202E",), 2)])
    ['bidi U+202E in paragraph 2']
    """
    lines = []
    for kind in Counter(each.kind for each in found):
        those = [each for each in found if each.kind == kind]
        codes = sorted({code for each in those for code in each.codes})
        places = sorted({each.paragraph for each in those if each.paragraph is not None})
        where = f" in paragraph {_listed(places)}" if places else " outside the report's own part"
        lines.append(f"{kind} {_listed(codes)}{where}")
    return lines


def _listed(items: list[str] | list[int]) -> str:
    few = ", ".join(str(item) for item in items[:8])
    return few if len(items) <= 8 else f"{few} and {len(items) - 8} more"
