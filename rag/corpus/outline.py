"""A report's blocks as paragraphs, each under the headings that are certain.

Some captures lost headings. Then "the last heading seen" names the wrong topic, so in a section that shows signs of
loss a heading is believed only as far as it can be proved, and the outline ends early instead of guessing. A file that
marks its headings lost none.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from rag.corpus.blocks import Block
from rag.types import Paragraph

_RANKS = {"section": 0, "letter": 1, "heading": 2}
_ALPHABET = "abcdefghijklmnopqrstuvwxyz"


def paragraphs(blocks: Sequence[Block], *, certain: bool) -> tuple[Paragraph, ...]:
    """The paragraphs among ``blocks``, numbered from 1. ``certain``: whether the file marks its headings."""
    found: list[Paragraph] = []
    for section in _sections(blocks):
        for block, above in _marked(section) if certain else _certain(section):
            run_in = [block.text[: block.run_in].rstrip()] if block.run_in else []
            found.append(
                Paragraph(
                    number=len(found) + 1,
                    start=block.span.start,
                    body_start=block.span.start + block.run_in,
                    end=block.span.end,
                    section=", ".join(filter(None, (_label(above), _pages(block)))),
                    outline=(*(heading.text for heading in above), *run_in),
                )
            )
    return tuple(found)


def _sections(blocks: Sequence[Block]) -> Iterator[list[Block]]:
    """Blocks grouped so that each Section heading begins a group."""
    group: list[Block] = []
    for block in blocks:
        if block.kind == "section" and group:
            yield group
            group = []
        group.append(block)
    if group:
        yield group


def _marked(section: list[Block]) -> Iterator[tuple[Block, tuple[Block, ...]]]:
    """Each paragraph of one section with all headings over it, outermost first."""
    above: list[Block] = []
    for block in section:
        if block.kind == "paragraph":
            yield block, tuple(above)
        else:
            above = [heading for heading in above if _rank(heading) < _rank(block)]
            above.append(block)


def _rank(heading: Block) -> tuple[int, int]:
    return _RANKS[heading.kind], heading.level if heading.kind == "heading" else 0


def _certain(section: list[Block]) -> Iterator[tuple[Block, tuple[Block, ...]]]:
    """Each paragraph of one section with the headings that are certain, outermost first."""
    intact = _intact(section)
    letters = [block for block in section if block.kind == "letter"]
    complete = {block.span for block, following in pairwise(letters) if ord(following.mark) == ord(block.mark) + 1}
    top: list[Block] = []
    letter: list[Block] = []
    heading: list[Block] = []
    for block in section:
        match block.kind:
            case "section":
                top = [block]
            case "letter":
                letter, heading = [block], []
            case "heading":
                heading = [block]
            case "paragraph":
                yield block, (*top, *letter, *heading)
                if not intact:
                    letter = [above for above in letter if above.span in complete]
                    heading = []


def _intact(section: list[Block]) -> bool:
    """Whether the section lost none of its lettered headings.

    A Section line that ends in a colon announces them; they run from "a" without a gap.
    """
    letters = "".join(block.mark for block in section if block.kind == "letter")
    announced = section[0].kind == "section" and section[0].text.endswith(":")
    return _ALPHABET.startswith(letters) and bool(letters or not announced)


def _label(above: tuple[Block, ...]) -> str:
    if not above or above[0].kind != "section":
        return ""
    letter = next((f".{block.mark}." for block in above if block.kind == "letter"), "")
    return f"Section {above[0].mark}{letter}"


def _pages(block: Block) -> str:
    if block.pages is None:
        return ""
    first, last = block.pages
    return f"p. {first}" if first == last else f"pp. {first}-{last}"
