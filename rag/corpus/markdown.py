"""Markdown: headings by "#" or by a line drawn under them, paragraphs put together from their lines.

The stored text: headings, paragraphs, items and rows of tables, ``BREAK`` between them, without the marks of headings,
lists, quotations and emphasis, without pictures, and without the addresses of links. Front matter, comments and the
lines of code fences are left out; everything else stays as it is written.
"""

import re
from collections.abc import Iterator

from rag.corpus import lines
from rag.corpus.blocks import Decoded, Writer
from rag.types import Span

_FRONT_MATTER = re.compile(r"\A---\n.*?\n(?:---|\.\.\.)\n", re.DOTALL)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_HEADING = re.compile(r" {0,3}(?P<marks>#{1,6})(?:\s+(?P<text>.*?))?(?:\s+#+)?\s*")
_UNDERLINE = re.compile(r" {0,3}(?:=+|-+)\s*")
_RULE = re.compile(r" {0,3}(?:(?:\*\s*){3,}|(?:-\s*){3,}|(?:_\s*){3,})")
_FENCE = re.compile(r" {0,3}(?:```|~~~)")
_ITEM = re.compile(r"^\s*(?:[-*+]|\d{1,9}[.)])\s+")
_QUOTED = re.compile(r" {0,3}> ?")
_TABLE_RULE = re.compile(r"\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*")
_IMAGE = re.compile(r"!\[[^\]]*\](?:\([^()]*\)|\[[^\]]*\])")
_LINK = re.compile(r"\[(?P<text>[^\]]*)\](?:\((?:[^()]|\([^()]*\))*\)|\[[^\]]*\])")
_DEFINITION = re.compile(r" {0,3}\[[^\]^][^\]]*\]:\s+\S+.*")
_ADDRESS = re.compile(r"<(https?://[^>\s]+)>")
_EMPHASIS = re.compile(
    r"(?<![\w*])(\*{1,3})(?=\S)(.+?)(?<=\S)\1(?![\w*])|(?<![\w_])(_{1,3})(?=\S)(.+?)(?<=\S)\3(?![\w_])"
)
_ESCAPE = re.compile(r"\\([\\`*_{}\[\]()#+\-.!|>~])")


def decode(data: bytes, path: str, _country: str) -> Decoded:
    """``UnreadableReportError`` where the file is not UTF-8."""
    text = lines.unicode_text(data, path).removeprefix("\ufeff").replace("\r\n", "\n")
    text = _COMMENT.sub("", _FRONT_MATTER.sub("", text))
    writer = Writer()
    for level, block in _blocks(text.split("\n")):
        written = _inline(block)
        looks = lines.classify(Span(0, len(written)), written) if written else None
        if looks is None:
            continue
        if not level:
            writer.add("paragraph", written, run_in=looks.run_in)
        elif mark := lines.section_mark(written):
            writer.add("section", written, mark=mark)
        elif mark := lines.letter_mark(written):
            writer.add("letter", written, mark=mark)
        else:
            writer.add("heading", written, level=level)
    return Decoded(writer.text, tuple(writer.blocks), certain=True)


def _blocks(source: list[str]) -> Iterator[tuple[int, str]]:
    """Level of a heading, or 0 for a paragraph, and its text."""
    open_lines: list[str] = []
    for raw in source:
        line = _QUOTED.sub("", raw)
        heading = _HEADING.fullmatch(line)
        if open_lines and _UNDERLINE.fullmatch(line):
            yield 1 if "=" in line else 2, " ".join(open_lines)
            open_lines = []
            continue
        row = line.strip().startswith("|") and line.strip().endswith("|")
        apart = not line.strip() or heading or row or _ITEM.match(line) or _RULE.fullmatch(line) or _FENCE.match(line)
        if open_lines and apart:
            yield 0, " ".join(open_lines)
            open_lines = []
        if heading:
            yield len(heading["marks"]), heading["text"] or ""
        elif row and not _TABLE_RULE.fullmatch(line):
            yield 0, " | ".join(cell.strip() for cell in line.strip().strip("|").split("|"))
        elif not (row or _RULE.fullmatch(line) or _FENCE.match(line) or _DEFINITION.fullmatch(line)) and line.strip():
            open_lines.append(_ITEM.sub("", line, count=1).strip())
    if open_lines:
        yield 0, " ".join(open_lines)


def _inline(text: str) -> str:
    text = _ADDRESS.sub(r"\1", _LINK.sub(lambda link: link["text"], _IMAGE.sub("", text)))
    for _ in range(2):
        text = _EMPHASIS.sub(lambda found: found[2] or found[4], text)
    return " ".join(_ESCAPE.sub(r"\1", text).split())
