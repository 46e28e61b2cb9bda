"""A draft as blocks of text: paragraphs, block quotes, footnotes, each with its place for the reader."""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["paragraph", "quote", "footnote"]


@dataclass(frozen=True, slots=True)
class Block:
    """``text`` without markup; a reference to a footnote stands in it as ``[^name]``."""

    text: str
    kind: Kind
    number: int
    """Line of the file where it begins, or position among the paragraphs or footnotes, from 1."""
    unit: str = "line"
    """What ``number`` counts: "line", "paragraph", "footnote" or "endnote"."""
    name: str = ""
    """Of a footnote, as references call it."""

    def place(self, offset: int) -> str:
        """Where the character at ``offset`` stands, for a reader: "line 12", "footnote 3"."""
        return f"{self.unit} {self.number + (self.text.count(chr(10), 0, offset) if self.unit == 'line' else 0)}"


@dataclass(frozen=True, slots=True)
class Draft:
    blocks: tuple[Block, ...]

    @property
    def footnotes(self) -> dict[str, Block]:
        return {block.name: block for block in self.blocks if block.name}
