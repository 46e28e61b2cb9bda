"""Drafts in plain text, Markdown and Word, read as blocks."""

import html
import re
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from rag.document import word
from rag.document.block import Block, Draft, Kind
from rag.errors import DraftError, UnknownNameError, UsageError

LARGEST = 100_000_000
"""Bytes of a draft."""

_FENCE = re.compile(r"\s*(?:```|~~~)")
_QUOTED = re.compile(r"\s{0,3}>\s?")
_INDENTED = re.compile(r"(?: {4}|\t)")
_LIST = re.compile(r"\s*(?:[-*•–]|\(?(?:\d+|[a-z]{1,4})[.)])\s")
_NOTE = re.compile(r"\[\^([^\]\s]+)\]:[ \t]*")
_MARKUP = (
    (re.compile(r"!?\[([^\]^][^\]]*)\]\([^)\s]*(?:\s\"[^\"]*\")?\)"), r"\1"),
    (re.compile(r"<(?:https?:[^>\s]+|/?[a-zA-Z][^<>]*)>"), ""),
    (re.compile(r"(\*{1,3})(?=\S)([^*]+?)(?<=\S)\1"), r"\2"),
    (re.compile(r"(?<!\w)(_{1,3})(?=\S)([^_]+?)(?<=\S)\1(?!\w)"), r"\2"),
    (re.compile(r"\\([!-/:-@\[-`{-~])"), r"\1"),
)


def read(path: Path) -> Draft:
    """Blocks of a .md, .txt or .docx file. Raises ``UsageError`` or ``DraftError``."""
    readers = {".md": markdown, ".markdown": markdown, ".txt": plain, ".docx": None}
    suffix = path.suffix.lower()
    if suffix not in readers:
        raise UnknownNameError(f"{str(path)!r} ends in {suffix!r}: give a draft ending in {', '.join(readers)}")
    try:
        if path.stat().st_size > LARGEST:
            raise DraftError(f"{str(path)!r} is larger than {LARGEST:,} bytes: split it")
        data = path.read_bytes()
    except FileNotFoundError as error:
        raise UsageError(f"there is no file {str(path)!r}: give a draft") from error
    except OSError as error:
        raise DraftError(f"{str(path)!r} cannot be read ({error.strerror}): make it readable") from error
    reader = readers[suffix]
    if reader is None:
        return Draft(tuple(word.blocks(data, path)))
    try:
        return reader(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise DraftError(f"{str(path)!r} is not UTF-8 (byte {error.start}): save it as UTF-8") from error


def plain(text: str) -> Draft:
    """Paragraphs between blank lines; those set in by four blanks or a tab, and no list, are block quotes."""
    found = []
    for number, lines in _paragraphs(text):
        inset = all(_INDENTED.match(line) for line in lines) and not _LIST.match(lines[0])
        note = _NOTE.match(lines[0])
        found.append(_block(lines, "quote" if inset else "paragraph", number, note))
    return Draft(tuple(found))


def markdown(text: str) -> Draft:
    """Paragraphs, ``>`` block quotes and footnotes without their markup; fenced code is left out."""
    found = []
    for number, lines in _paragraphs(_without_code(text)):
        for quoted, group in groupby(enumerate(lines, start=number), key=lambda item: bool(_QUOTED.match(item[1]))):
            run = list(group)
            stripped = [_QUOTED.sub("", line) if quoted else line for _, line in run]
            first = run[0][0]
            if quoted:
                for offset, part in _paragraphs("\n".join(_unquoted(line) for line in stripped)):
                    found.append(_block([_bare(line) for line in part], "quote", first + offset - 1, None))
            else:
                found.append(
                    _block(_bare("\n".join(stripped)).split("\n"), "paragraph", first, _NOTE.match(stripped[0]))
                )
    return Draft(tuple(found))


def _unquoted(line: str) -> str:
    """A line of a block quote without the marks of further ones inside it."""
    while match := _QUOTED.match(line):
        line = line[match.end() :]
    return line


def _bare(text: str) -> str:
    for pattern, replacement in _MARKUP:
        text = pattern.sub(replacement, text)
    return html.unescape(text)


def _without_code(text: str) -> str:
    lines, inside = [], False
    for line in text.split("\n"):
        fence = bool(_FENCE.match(line))
        lines.append("" if fence or inside else line)
        inside ^= fence
    return "\n".join(lines)


def _paragraphs(text: str) -> Iterator[tuple[int, list[str]]]:
    """Runs of lines that are not blank, each with the number of its first line. A footnote begins a run."""
    lines: list[str] = []
    for number, line in enumerate([*text.replace("\r\n", "\n").replace("\r", "\n").split("\n"), ""], start=1):
        if lines and (not line.strip() or _NOTE.match(line)):
            yield number - len(lines), lines
            lines = []
        if line.strip():
            lines.append(line)


def _block(lines: list[str], kind: Kind, number: int, note: re.Match[str] | None) -> Block:
    text = "\n".join(lines)
    if note:
        return Block(_NOTE.sub("", text, count=1), "footnote", number, name=note.group(1))
    return Block(text, kind, number)
