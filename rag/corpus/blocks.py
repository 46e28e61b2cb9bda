"""What a reader of files makes of one file: a text and the blocks that it consists of."""

from dataclasses import dataclass
from typing import Literal

from rag.corpus.manifest import Entry
from rag.types import Span

BREAK = "\n\n"
"""Between two blocks of a text that a reader puts together."""

Kind = Literal["section", "letter", "heading", "paragraph"]


@dataclass(frozen=True, slots=True)
class Block:
    """A heading or a paragraph, without white space around it."""

    span: Span
    kind: Kind
    text: str
    mark: str = ""
    """Number of a section, letter of a lettered heading."""
    level: int = 1
    """Of a plain heading: 1 is the highest, and a higher number stands under a lower one."""
    run_in: int = 0
    """Characters of a heading, with its colon and the white space after it, that open the paragraph."""
    pages: tuple[int, int] | None = None
    """First and last page that hold it, counted from 1; None where the file has no pages."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """One file, read."""

    text: str
    """What a report stores."""
    blocks: tuple[Block, ...]
    """In order of the text."""
    certain: bool
    """Whether the file marks its headings, so that none is guessed and none is lost."""
    entry: Entry | None = None
    """What the file tells of itself; None where only a manifest can tell."""
    doubts: tuple[str, ...] = ()
    """What was left out or may be wrong, a line each."""


class Writer:
    """Puts a text together from blocks, with ``BREAK`` between them."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._length = 0
        self.blocks: list[Block] = []

    def add(
        self,
        kind: Kind,
        text: str,
        *,
        mark: str = "",
        level: int = 1,
        run_in: int = 0,
        pages: tuple[int, int] | None = None,
    ) -> None:
        start = self._length + (len(BREAK) if self._parts else 0)
        self.blocks.append(Block(Span(start, start + len(text)), kind, text, mark, level, run_in, pages))
        self._parts.append(text)
        self._length = start + len(text)

    @property
    def text(self) -> str:
        return BREAK.join(self._parts)
