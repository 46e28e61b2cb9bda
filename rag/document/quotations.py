"""Quotations in a block of text, whatever marks a language sets round them.

Invariant: ``text[start:end]`` of a quotation is what stands between its marks; nested quotations belong to the outer.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from rag.document.block import Block

SHORTEST = 3
"""Words; shorter ones are titles, terms and scare quotes."""

_OPENERS = re.compile("[“”„‟«»‹›‘‚\"']|``")
_CLOSERS = {
    "“": '”"',
    "”": "”",
    "„": '“”"',
    "‟": "”",
    "«": "»",
    "»": "«",
    "‹": "›",
    "›": "‹",
    "‘": "’",
    "‚": "‘’",
    '"': '"”',
    "'": "'’",
    "``": ("''", '"'),
}
_SINGLE = frozenset("‘‚'")
_ELISIONS = re.compile(r"(?:tis|twas|em|til|cause|round|bout|n)\b", re.IGNORECASE)
_TAIL = re.compile(r"\n?\s*(?:[—–―]|--)\s*[^\n]+\Z|\s*\((?=[^()]*(?:\d{4}|[Ss]ection|§|[Pp]ara))[^()]*\)\W*\Z")
_NOTE = re.compile(r"\[\^[^\]]+\]")


@dataclass(frozen=True, slots=True)
class Quotation:
    """``start`` and ``end`` in the block's text, without the marks."""

    block: int
    """Position of its block in the draft."""
    start: int
    end: int
    ends: tuple[int, ...]
    """Where it may end: several where the closing mark may be an apostrophe, ``end`` among them."""
    unclosed: bool = False

    def text(self, block: Block, end: int | None = None) -> str:
        return _NOTE.sub("", block.text[self.start : self.end if end is None else end]).strip()


def find(blocks: tuple[Block, ...]) -> Iterator[Quotation]:
    """Every quotation of a draft, in order; a block quote is one as a whole, without the source that closes it."""
    for number, block in enumerate(blocks):
        if block.kind == "quote":
            start = len(block.text) - len(block.text.lstrip())
            tail = _TAIL.search(block.text, start + 1)
            end = len((block.text[: tail.start()] if tail else block.text).rstrip())
            yield Quotation(number, start, end, (end,))
        else:
            following = blocks[number + 1].text.lstrip()[:1] if number + 1 < len(blocks) else ""
            yield from _inside(number, block.text, following)


def words(text: str) -> int:
    return len(re.findall(r"\w+(?:['’.,-]\w+)*", text))


def _inside(number: int, text: str, following: str) -> Iterator[Quotation]:
    done = 0
    while match := _OPENERS.search(text, done):
        mark, start = match.group(), match.end()
        done = start
        if not _opens(text, match.start(), start, mark):
            continue
        ends = _ends(text, start, mark)
        if ends:
            end = _likely(text, ends) if mark in _SINGLE else ends[0]
            yield Quotation(number, start, end, tuple(ends))
            done = end + 1
        elif mark in '“„«"' and (mark == '"' or text[start:].strip()):
            # A quotation that goes on in the next paragraph opens it again and is closed only there.
            yield Quotation(number, start, len(text), (len(text),), unclosed=following != mark)
            return


def _opens(text: str, at: int, start: int, mark: str) -> bool:
    before, after = text[at - 1 : at], text[start : start + 1]
    if not after or (after.isspace() and mark not in "«“„"):
        return False
    if mark in "“„«‟``‚" and mark != "”":
        return mark != "‚" or not before.isalnum()
    free = not before or before.isspace() or before in "([{—–-/:“„«"
    if mark in "‘'":
        return free and after.isalpha() and not (mark == "'" and _ELISIONS.match(text, start))
    return free or (mark == '"' and not before.isalnum() and before not in ".,;!?")


def _ends(text: str, start: int, mark: str) -> list[int]:
    """Where the quotation that opens at ``start`` may be closed."""
    if mark in _SINGLE:
        marks = _CLOSERS[mark]
        return [
            match.start()
            for match in re.finditer(f"[{marks}]", text[: start + 3_000])
            if match.start() > start
            and not text[match.start() - 1].isspace()
            and not text[match.start() + 1 : match.start() + 2].isalnum()
        ][:8]
    depth, at = 0, start
    for at in range(start, len(text)):
        if mark == "“" and text[at] == "“":
            depth += 1
        elif any(text.startswith(closer, at) for closer in _CLOSERS[mark][: 1 if mark == "“" else None]):
            if depth == 0:
                return [at]
            depth -= 1
    found = min((at for closer in _CLOSERS[mark] if (at := text.find(closer, start)) >= 0), default=-1)
    return [found] if found >= 0 else []


def _likely(text: str, ends: list[int]) -> int:
    """The first end after a punctuation mark, or else the first: an apostrophe mostly follows a letter."""
    return next((end for end in ends if text[end - 1] in ".,;:!?…"), ends[0])
