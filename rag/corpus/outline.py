"""A report's lines as headings and paragraphs, each paragraph under the headings that are certain.

Some captures lost headings. Then "the last heading seen" names the wrong topic, so in a section that shows signs of
loss a heading is believed only as far as it can be proved, and the outline ends early instead of guessing.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from rag.corpus.boilerplate import is_boilerplate
from rag.types import Paragraph, Span

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
_SMALL_WORDS = frozenset("a an and against as at before by for from in into of on or over the to with".split())


@dataclass(frozen=True, slots=True)
class _Line:
    span: Span
    kind: Literal["section", "letter", "heading", "paragraph"]
    text: str
    mark: str = ""
    """Number of a section, letter of a lettered heading."""


def paragraphs(text: str, body: Span) -> tuple[Paragraph, ...]:
    """Paragraphs of ``text`` inside ``body``, numbered from 1."""
    found: list[Paragraph] = []
    for section in _sections(_lines(text, body)):
        for line, above in _certain(section):
            run_in = _run_in(line.text)
            found.append(
                Paragraph(
                    number=len(found) + 1,
                    start=line.span.start,
                    body_start=line.span.start + (run_in.end() if run_in else 0),
                    end=line.span.end,
                    section=_label(above),
                    outline=(*(heading.text for heading in above), *([run_in["heading"] + ":"] if run_in else [])),
                )
            )
    return tuple(found)


def titles(text: str, body: Span) -> list[str]:
    """Headings of ``text`` inside ``body`` that have neither number nor letter and stand on their own line."""
    return [line.text for line in _lines(text, body) if line.kind == "heading"]


def _lines(text: str, body: Span) -> list[_Line]:
    return [_classify(span, span.of(text)) for span in _blocks(text, body)]


def _blocks(text: str, body: Span) -> Iterator[Span]:
    """Visible lines, or blocks of lines in a hard-wrapped text, without white space around them."""
    lines = [(match.start(), match.end()) for match in re.finditer(r"[^\n]+", text[body.start : body.end])]
    wrapped = all(end - start <= WRAPPED_WIDTH for start, end in lines)
    pattern = r"\S(?:[^\n]|\n(?![^\S\n]*(?:\n|\Z)))*" if wrapped else r"\S[^\n]*"
    for match in re.finditer(pattern, text[body.start : body.end]):
        start = body.start + match.start()
        span = Span(start, start + len(match.group().rstrip()))
        if not is_boilerplate(span.of(text)):
            yield span


def _classify(span: Span, line: str) -> _Line:
    ends = any(_SENTENCE_END.search(part.rstrip()[-8:]) for part in line.split("\n"))
    if ends or len(line.split(maxsplit=HEADING_WORDS)) > HEADING_WORDS:
        return _Line(span, "paragraph", line)
    if match := _SECTION.match(line):
        return _Line(span, "section", line, match[1])
    if not _is_title(line):
        return _Line(span, "paragraph", line)
    if match := _LETTER.match(line):
        return _Line(span, "letter", line, match[1])
    return _Line(span, "heading", line)


def _is_title(line: str) -> bool:
    words = _LETTER.sub("", line).split()
    lower = sum(word.islower() and word not in _SMALL_WORDS for word in words)
    return lower <= LOWER_WORDS * len(words) and line[-1] not in ",;"


def _sections(lines: list[_Line]) -> Iterator[list[_Line]]:
    """Lines grouped so that each Section line begins a group."""
    group: list[_Line] = []
    for line in lines:
        if line.kind == "section" and group:
            yield group
            group = []
        group.append(line)
    if group:
        yield group


def _certain(section: list[_Line]) -> Iterator[tuple[_Line, tuple[_Line, ...]]]:
    """Each paragraph of one section with the headings that are certain, outermost first."""
    intact = _intact(section)
    letters = [line for line in section if line.kind == "letter"]
    complete = {line.span for line, following in pairwise(letters) if ord(following.mark) == ord(line.mark) + 1}
    top: list[_Line] = []
    letter: list[_Line] = []
    heading: list[_Line] = []
    for line in section:
        match line.kind:
            case "section":
                top = [line]
            case "letter":
                letter, heading = [line], []
            case "heading":
                heading = [line]
            case "paragraph":
                yield line, (*top, *letter, *heading)
                if not intact:
                    letter = [above for above in letter if above.span in complete]
                    heading = []


def _intact(section: list[_Line]) -> bool:
    """Whether the section lost none of its lettered headings.

    A Section line that ends in a colon announces them; they run from "a" without a gap.
    """
    letters = "".join(line.mark for line in section if line.kind == "letter")
    announced = section[0].kind == "section" and section[0].text.endswith(":")
    return "abcdefghijklmnopqrstuvwxyz".startswith(letters) and bool(letters or not announced)


def _label(above: tuple[_Line, ...]) -> str:
    if not above or above[0].kind != "section":
        return ""
    letter = next((f".{line.mark}." for line in above if line.kind == "letter"), "")
    return f"Section {above[0].mark}{letter}"


def _run_in(line: str) -> re.Match[str] | None:
    """The run-in heading that opens a paragraph. Words before a quotation are its speaker, never a heading."""
    match = _RUN_IN.match(line)
    if not match:
        return None
    words = match["heading"].split()
    titled = all(word in _SMALL_WORDS or word[0].isupper() or word[0].isdigit() for word in words)
    return match if titled and words[0] != "According" and len(words) <= RUN_IN_WORDS else None
