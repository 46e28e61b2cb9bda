"""The site's own words around a captured report; they must never be searched or quoted."""

import re

from rag.types import Span

LINES = frozenset(
    (
        "An official website of the United States Government Here's how you know",
        "Official websites use .gov",
        "A .gov website belongs to an official government organization in the United States.",
        "Secure .gov websites use HTTPS",
        (
            "A lock ( ) or https:// means you've safely connected to the .gov website. "
            "Share sensitive information only on official, secure websites."
        ),
        "Human Rights Reports",
        "Edit Your Custom Report",
        "01 / Select a Year",
        "02 / Select Sections",
        "03 / Select Countries You can add more than one country or area.",
        "U.S. Department of State",
        "The Lessons of 1989: Freedom and Our Future",
        "Download Report",
        "In This Section",
        "On This Page",
        "Tags",
        "Translations",
        "Share",
        "Print",
    )
)
_FOLDED = frozenset(line.casefold() for line in LINES)
_FOOTER = re.compile(r"^[^\S\n]*Human Rights Reports\s+Edit Your Custom Report[^\S\n]*$", re.MULTILINE | re.IGNORECASE)
_OTHERS = re.compile(r"read a? ?section\b.{,200}|.{,40}\bpage \\?\s?\* mergeformat.{,20}", re.IGNORECASE)
"""Ways to the other parts of a report, and orders of a word processor that were left in it."""
_LINE = re.compile(r"[^\n]+")


def is_boilerplate(line: str) -> bool:
    """Whether a whole line, apart from case and typography, is the site's and not the report's."""
    line = line.strip()
    return line.replace("’", "'").casefold() in _FOLDED or _OTHERS.fullmatch(line) is not None


def body(text: str, country: str) -> Span:
    """The report's own part of a capture: after the site's header and the bare country line, before its footer."""
    footer = _FOOTER.search(text)
    end = footer.start() if footer else len(text)
    start = 1 if text.startswith("\ufeff") else 0
    for match in _LINE.finditer(text, start, end):
        line = match.group().strip()
        if line and not is_boilerplate(line) and line.casefold() != country.casefold():
            break
        start = match.end()
    return Span(start, end)
