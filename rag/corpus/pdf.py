"""PDF files, through pypdf: paragraphs put together again across lines and pages, each with the pages that hold it.

The stored text: headings and paragraphs, ``BREAK`` between them, single blanks inside. A word that a line's end cut is
whole again, ligatures are letters, and running heads, running feet and page numbers are left out.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from itertools import chain, pairwise
from typing import Any

from rag.corpus import lines
from rag.corpus.blocks import Decoded, Kind, Writer
from rag.errors import UnreadableReportError
from rag.installation import optional
from rag.types import Span

EDGE = 2
"""Lines at either end of a page that may be a running head or foot."""
SHARE = 0.5
"""Of the pages that a running head or foot stands on."""
FULL = 0.8
"""Of the usual width: a shorter line that ends a sentence ends its paragraph."""
APART = (0.03, 0.6)
"""Bounds of the share of lines after a blank one; between them blank lines part paragraphs, above, all lines."""
WHOLE = 0.9
"""Of a page's characters that the library's layout must show."""

_LIGATURES = str.maketrans(
    {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st", "\u00ad": "-"}
)
_NUMBER = re.compile(r"\W*(?:page\s*)?(?:\d{1,4}|[ivxl]{1,6})(?:\s*(?:of|/)\s*\d{1,4})?\W*", re.IGNORECASE)
_ITEM = re.compile(r"(?:[•▪◦●‣∙]|[-–—] |\(?(?:\d{1,2}|[a-z])[.)] )")
_CUT = re.compile(r"(\w+)[-\u2010]$")
_WORD = re.compile(r"\w+(?:-\w+)*(?![\w-])")


@dataclass(frozen=True, slots=True)
class _Line:
    text: str
    page: int
    after_blank: bool


def decode(data: bytes, path: str, _country: str) -> Decoded:
    """``MissingExtraError`` where pypdf is not installed, ``UnreadableReportError`` where the file holds no text."""
    pypdf: Any = optional("pypdf", "pdf", f"{path} needs pypdf")
    try:
        reader = pypdf.PdfReader(BytesIO(data))
        locked = reader.is_encrypted and not reader.decrypt("")
        pages = [] if locked else [_page_lines(page) for page in reader.pages]
    # The library raises whatever its parsing of a broken file runs into.
    except Exception as error:
        raise UnreadableReportError(f"{path} is a damaged PDF file ({error}): save it again") from error
    if locked:
        raise UnreadableReportError(f"{path} is encrypted: save it without a password")
    if not any(map(any, pages)):
        raise UnreadableReportError(f"{path} holds pictures of pages and no text: run a text recognition over it first")
    writer = Writer()
    for paragraph in _paragraphs(list(_numbered(pages))):
        _add(writer, paragraph)
    return Decoded(writer.text, tuple(writer.blocks), certain=False)


def _page_lines(page: Any) -> list[str]:
    """Lines of one page, blank ones between paragraphs.

    The library's layout knows where paragraphs stand apart, its plain text where words do.
    """
    plain = _lines(page.extract_text())
    laid_out = _lines(page.extract_text(extraction_mode="layout"))
    words = {line.replace(" ", ""): line for line in plain}
    if len("".join(laid_out).replace(" ", "")) < WHOLE * len("".join(words)):
        return plain
    return [words.get(line.replace(" ", ""), line) for line in laid_out]


def _lines(text: str) -> list[str]:
    return [" ".join(line.split()) for line in text.translate(_LIGATURES).split("\n")]


def _numbered(pages: Sequence[list[str]]) -> Iterator[_Line]:
    """The lines of all pages without their running heads, running feet and page numbers."""
    edges = [_edges(page) for page in pages]
    shapes = [{_shape(page[row]) for row in rows} for page, rows in zip(pages, edges, strict=True)]
    counts = Counter(chain.from_iterable(shapes))
    for number, (page, rows) in enumerate(zip(pages, edges, strict=True), start=1):
        blank = False
        for row, text in enumerate(page):
            repeated = len(pages) > 2 and counts[_shape(text)] > SHARE * len(pages)
            if row in rows and (repeated or _NUMBER.fullmatch(text)):
                continue
            if text:
                yield _Line(text, number, blank)
            blank = not text


def _edges(page: list[str]) -> set[int]:
    rows = [row for row, text in enumerate(page) if text]
    return {*rows[:EDGE], *rows[-EDGE:]}


def _shape(line: str) -> str:
    return re.sub(r"\d+", "#", line.casefold())


def _paragraphs(found: list[_Line]) -> Iterator[list[_Line]]:
    within = [following.after_blank for line, following in pairwise(found) if line.page == following.page]
    apart = APART[0] < sum(within) / max(1, len(within)) < APART[1]
    width = sorted(len(line.text) for line in found)[int(0.8 * len(found))] if found else 0
    words = {word for line in found for word in _WORD.findall(line.text.casefold())}
    paragraph: list[_Line] = []
    for line in found:
        if paragraph and (_ends_apart(paragraph, line) if apart else _ends(paragraph, line, width)):
            yield paragraph
            paragraph = []
        paragraph = _joined(paragraph, line, words)
    if paragraph:
        yield paragraph


def _ends_apart(paragraph: list[_Line], following: _Line) -> bool:
    """Whether ``paragraph`` ends before the line that follows it, where blank lines part paragraphs."""
    if following.page == paragraph[-1].page:
        return following.after_blank or _is_marked(following)
    return lines.ends_sentence(paragraph[-1].text) or _kind(paragraph) != "paragraph" or _opens(following)


def _ends(paragraph: list[_Line], following: _Line, width: int) -> bool:
    """Whether ``paragraph`` ends before the line that follows it, where only the lines' look tells."""
    last = paragraph[-1].text
    full = len(last) >= FULL * width
    moved = following.page != paragraph[-1].page
    if _kind(paragraph) != "paragraph":
        return moved or _opens(following) or not (full and lines.is_title(following.text.rstrip(":")))
    headed = bool(lines.run_in(following.text)) or lines.classify(Span(0, 0), following.text).kind != "paragraph"
    return _is_marked(following) or (lines.ends_sentence(last) and (moved or not full or headed or _opens(following)))


def _is_marked(line: _Line) -> bool:
    """Whether ``line`` begins a numbered section or a lettered part."""
    return lines.classify(Span(0, len(line.text)), line.text).kind in ("section", "letter")


def _kind(paragraph: list[_Line]) -> Kind:
    """What ``paragraph`` looks like so far; no heading ends in a word like "and"."""
    text = " ".join(line.text for line in paragraph)
    open_end = lines.run_in(text) or text.rsplit(maxsplit=1)[-1] in lines.SMALL_WORDS
    return "paragraph" if open_end else lines.classify(Span(0, len(text)), text).kind


def _opens(line: _Line) -> bool:
    """Whether ``line`` begins an item of a list, a section or a part."""
    return bool(_ITEM.match(line.text)) or _is_marked(line)


def _joined(paragraph: list[_Line], line: _Line, words: set[str]) -> list[_Line]:
    """``paragraph`` with ``line``, whose first word may be the rest of the last one's.

    The hyphen stays before a capital or a digit, and where the text has the word with it elsewhere, or both halves as
    words and not the whole.
    """
    cut = _CUT.search(paragraph[-1].text) if paragraph else None
    if not cut or not line.text[0].isalnum():
        return [*paragraph, line]
    rest, _, others = line.text.partition(" ")
    halves = cut[1].casefold(), re.sub(r"\W+$", "", rest).casefold()
    compound = "-".join(halves) in words or (words.issuperset(halves) and "".join(halves) not in words)
    hyphen = "-" if compound or not rest[0].islower() else ""
    last = _Line(paragraph[-1].text[: cut.start()] + cut[1] + hyphen + rest, paragraph[-1].page, after_blank=False)
    return [*paragraph[:-1], last, _Line(others, line.page, after_blank=False)]


def _add(writer: Writer, paragraph: list[_Line]) -> None:
    text = " ".join(line.text for line in paragraph if line.text)
    block = lines.classify(Span(0, len(text)), text)
    pages = (paragraph[0].page, paragraph[-1].page)
    writer.add(block.kind, text, mark=block.mark, run_in=block.run_in, pages=pages)
