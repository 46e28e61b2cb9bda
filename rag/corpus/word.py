"""Word documents, through python-docx: headings by their styles, paragraphs, rows of tables, footnotes at the end.

The stored text: one block each, ``BREAK`` between them, single blanks inside, " | " between the cells of a row.
"""

import re
from collections.abc import Iterator
from io import BytesIO
from typing import Any
from xml.etree import ElementTree as ET

from rag.corpus import lines
from rag.corpus.blocks import Decoded, Writer
from rag.errors import UnreadableReportError
from rag.installation import optional
from rag.types import Span

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STYLE = re.compile(r"(?:heading|title)\s*(\d?)", re.IGNORECASE)
_FOOTNOTES = re.compile(r"/word/(?:foot|end)notes\.xml")


def decode(data: bytes, path: str, _country: str) -> Decoded:
    """``MissingExtraError`` where python-docx is not installed, ``UnreadableReportError`` for what is no document."""
    docx: Any = optional("docx", "docx", f"{path} needs python-docx")
    try:
        document = docx.Document(BytesIO(data))
    # The library raises whatever its parsing of a broken file runs into.
    except Exception as error:
        raise UnreadableReportError(f"{path} is no Word document ({error}): save it again as .docx") from error
    writer = Writer()
    hidden = 0
    for level, text, left_out in _blocks(document):
        hidden += left_out
        if text:
            _add(writer, level, text)
    for note in _notes(document):
        writer.add("paragraph", note)
    doubts = (f"the document hides {hidden} pieces of text, left out",) if hidden else ()
    marked = any(block.kind != "paragraph" for block in writer.blocks)
    return Decoded(writer.text, tuple(writer.blocks), certain=marked, doubts=doubts)


def _blocks(document: Any) -> Iterator[tuple[int, str, int]]:
    """Level of a heading, 0 for a paragraph, or -1 for a paragraph in bold; its text; how many hidden runs it had."""
    for block in document.iter_inner_content():
        if hasattr(block, "rows"):
            for row in block.rows:
                cells = {cell._tc: cell for cell in row.cells}  # noqa: SLF001 - a merged cell comes several times
                texts = [" ".join(cell.text.split()) for cell in cells.values()]
                yield 0, " | ".join(filter(None, texts)), 0
            continue
        runs = [run for part in block.iter_inner_content() for run in getattr(part, "runs", [part])]
        shown = [run for run in runs if not run.font.hidden]
        text = " ".join("".join(run.text for run in shown).split())
        style = _STYLE.match(block.style.name if block.style is not None else "")
        bold = bool(text) and all(run.bold for run in shown if run.text.strip())
        yield (
            int(style[1] or 1) if style else -int(bold),
            text,
            sum(bool(run.text.strip()) for run in runs) - sum(bool(run.text.strip()) for run in shown),
        )


def _add(writer: Writer, level: int, text: str) -> None:
    looks = lines.classify(Span(0, len(text)), text)
    heading = level > 0 or (level < 0 and looks.kind != "paragraph")
    if not heading:
        writer.add("paragraph", text, run_in=looks.run_in)
    elif mark := lines.section_mark(text):
        writer.add("section", text, mark=mark)
    elif mark := lines.letter_mark(text):
        writer.add("letter", text, mark=mark)
    else:
        writer.add("heading", text, level=level if level > 0 else 9)


def _notes(document: Any) -> Iterator[str]:
    """Footnotes and endnotes, in order; the library does not read them."""
    for part in document.part.package.iter_parts():
        if _FOOTNOTES.fullmatch(str(part.partname)):
            # Word documents hold no entities of their own, and the parser resolves none from outside.
            root = ET.fromstring(part.blob)  # noqa: S314
            for note in root:
                text = " ".join("".join(each.text or "" for each in note.iter(f"{_W}t")).split())
                if text:
                    yield text
