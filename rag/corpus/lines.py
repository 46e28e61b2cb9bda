"""A plain text as headings and paragraphs, told apart by how their lines look."""

import re
from collections.abc import Iterator

from rag.corpus.blocks import Block
from rag.corpus.boilerplate import is_boilerplate
from rag.errors import UnreadableReportError
from rag.types import Span

HEADING_WORDS = 30
"""A line with more words is a paragraph, whatever it ends in."""
WRAPPED_WIDTH = 120
"""A text without a longer line is hard-wrapped: its paragraphs are blocks between blank lines."""
RUN_IN_WORDS = 12
LOWER_WORDS = 0.25
"""Share of words in lower case, small ones apart, above which a line is no title but text without its full stop."""

_SENTENCE_END = re.compile(r"[.?!…][\"'”’)\]]*$")
_SECTION = re.compile(r"Section (\d+)\. ")
_LETTER = re.compile(r"^([a-z])\. (?=[A-Z])")
_RUN_IN = re.compile(r"(?P<heading>[^:.?!;“”]{2,120}):\s+(?=[^\s“\"‘'])")
SMALL_WORDS = frozenset("a an and against as at before by for from in into of on or over the to with".split())


def unicode_text(data: bytes, path: str) -> str:
    """``UnreadableReportError`` where ``data`` is not UTF-8, or no text."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise UnreadableReportError(
            f"{path} is not UTF-8 (byte {error.start}): convert it, for instance with iconv -t UTF-8"
        ) from error
    if "\0" in text:
        raise UnreadableReportError(f"{path} holds a zero byte at {text.index(chr(0))}: it is no text file")
    return text


def blocks(text: str, body: Span) -> tuple[Block, ...]:
    """The blocks of ``text`` inside ``body``: a line each, or several in a hard-wrapped text."""
    return tuple(classify(span, span.of(text)) for span in _spans(text, body))


def classify(span: Span, line: str) -> Block:
    """What ``line``, which stands at ``span``, looks like."""
    if any(ends_sentence(part.rstrip()) for part in line.split("\n")) or is_long(line):
        return Block(span, "paragraph", line, run_in=run_in(line))
    if mark := section_mark(line):
        return Block(span, "section", line, mark)
    if not is_title(line):
        return Block(span, "paragraph", line, run_in=run_in(line))
    if mark := letter_mark(line):
        return Block(span, "letter", line, mark)
    return Block(span, "heading", line)


def section_mark(heading: str) -> str:
    """Number of the section that ``heading`` opens, or ""."""
    match = _SECTION.match(heading)
    return match[1] if match else ""


def letter_mark(heading: str) -> str:
    """Letter of the part that ``heading`` opens, or ""."""
    match = _LETTER.match(heading)
    return match[1] if match else ""


def ends_sentence(line: str) -> bool:
    return _SENTENCE_END.search(line[-8:]) is not None


def is_long(line: str) -> bool:
    """Whether ``line`` has more words than a heading."""
    return len(line.split(maxsplit=HEADING_WORDS)) > HEADING_WORDS


def is_title(line: str) -> bool:
    """Whether the words of ``line`` are written as those of a title."""
    words = _LETTER.sub("", line).split()
    lower = sum(word.islower() and word not in SMALL_WORDS for word in words)
    return lower <= LOWER_WORDS * len(words) and line[-1] not in ",;"


def run_in(line: str) -> int:
    """Characters of the heading that opens a paragraph, colon and white space included; 0 where there is none.

    Words before a quotation are its speaker, never a heading.
    """
    match = _RUN_IN.match(line)
    if not match:
        return 0
    words = match["heading"].split()
    titled = all(word in SMALL_WORDS or word[0].isupper() or word[0].isdigit() for word in words)
    return match.end() if titled and words[0] != "According" and len(words) <= RUN_IN_WORDS else 0


def _spans(text: str, body: Span) -> Iterator[Span]:
    """Visible lines, or blocks of lines in a hard-wrapped text, without white space around them."""
    lines = [(match.start(), match.end()) for match in re.finditer(r"[^\n]+", text[body.start : body.end])]
    wrapped = all(end - start <= WRAPPED_WIDTH for start, end in lines)
    pattern = r"\S(?:[^\n]|\n(?![^\S\n]*(?:\n|\Z)))*" if wrapped else r"\S[^\n]*"
    for match in re.finditer(pattern, text[body.start : body.end]):
        start = body.start + match.start()
        span = Span(start, start + len(match.group().rstrip()))
        if not is_boilerplate(span.of(text)):
            yield span
