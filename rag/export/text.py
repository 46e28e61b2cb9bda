"""Markdown."""

import re
from collections.abc import Iterator

from rag.export.anchors import link
from rag.export.material import Material
from rag.types import Quote

_MARKUP = re.compile(r"([\\`*_\[\]<>&|~#])")
_LINE_START = re.compile(r"^(\s*)([-+=]|\d+(?=[.)]))", re.MULTILINE)


def markdown(material: Material) -> str:
    """Statements with their quotes as block quotes; what report or question says is never read as markup."""
    return "\n".join(_lines(material)) + "\n"


def escaped(text: str) -> str:
    """``text`` so that Markdown shows it as it is."""
    return _LINE_START.sub(_set_off, _MARKUP.sub(r"\\\1", text))


def _set_off(match: re.Match[str]) -> str:
    mark = match[2]
    return f"{match[1]}{mark[:-1]}&#{ord(mark[-1])};" if mark.isdigit() else f"{match[1]}\\{mark}"


def _lines(material: Material) -> Iterator[str]:
    answer = material.answer
    yield from (f"# {_one_line(answer.question)}", "")
    if answer.decline:
        searched = answer.decline.searched
        yield from (f"**No answer.** {_one_line(answer.decline.detail)}", "")
        yield f"Searched {searched.passages:,} passages of {searched.reports:,} reports."
        if material.quotes:
            yield from ("", "The nearest passages:", "")
            for quote in material.quotes:
                yield from _quoted(quote, material)
    for number, statement in enumerate(answer.statements, start=1):
        yield from (f"{number}. {_one_line(statement.text)}", "")
        for position in statement.quotes:
            yield from (f"   {line}".rstrip() for line in _quoted(answer.quotes[position], material))
    for silent in answer.silent:
        yield from (_one_line(silent.told), "")
    if answer.withheld:
        yield from (f"{len(answer.withheld)} withheld, because the quotes do not support it.", "")


def _quoted(quote: Quote, material: Material) -> Iterator[str]:
    for line in f"“{quote.text}”".split("\n"):
        yield f"> {escaped(line)}"
    address = link(quote, material.reports[quote.report])
    cited = _one_line(quote.citation)
    yield ">"
    yield f"> — [{cited}](<{address}>)" if address else f"> — {cited}"
    yield ""


def _one_line(text: str) -> str:
    return escaped(" ".join(text.split()))
