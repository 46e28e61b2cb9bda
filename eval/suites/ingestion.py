"""Holds what the reader of web pages stores against the pages themselves.

    python -m eval.suites.ingestion PATH…

Three checks, none of which goes the reader's own way through a page: every stored paragraph stands in the page's
visible text as the standard library's parser sees it; none is a line of the site's navigation or holds a script; and on
a sample of pages the paragraphs are those that trafilatura finds (Barbaresi, ACL 2021), where that package is
installed. The exit code is 1 where a file is refused or one of the first two checks fails.
"""

import random
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html.parser import HTMLParser
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import typer

from rag.corpus import Refusal
from rag.corpus.collection import report
from rag.corpus.sources import files
from rag.errors import CorpusError, MissingExtraError
from rag.types import Report

SAMPLE, SEED = 200, 11
LONG = 8
"""Words from which on a line of the other extractor counts as a paragraph."""

_UNSEEN = frozenset("script style noscript template head title svg".split())
_SITE = frozenset("nav header footer form button select aside".split())
_INLINE = frozenset("a abbr b bdi cite code em font i input img mark q s small span strong sub sup tt u var".split())
_VOID = frozenset("area base br col embed hr img input link meta source track wbr".split())
_CODE = re.compile(r"function\s*\(|\bvar \w+\s*=|\b(?:window|document)\.\w|gtag\(|\{\s*[\w-]+\s*:|=>\s*\{|</?\w+[^>]*>")


@dataclass(frozen=True, slots=True)
class Page:
    """A page as the standard library's parser sees it, white space as single blanks."""

    visible: str
    site: frozenset[str]
    """Texts inside elements that are the site's by their names."""


@dataclass(frozen=True, slots=True)
class Fault:
    report: str
    what: str
    paragraph: str


@dataclass(frozen=True, slots=True)
class Agreement:
    """Paragraphs of one page in both extractions."""

    found: int
    """Of the other extractor's paragraphs, those that are stored."""
    theirs: int
    confirmed: int
    """Of the stored paragraphs, those that the other extractor has."""
    ours: int
    missed: tuple[str, ...]


class _Seen(HTMLParser):
    """Gathers the visible text, and that of the site's elements."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.visible: list[str] = []
        self.site: list[str] = []
        self._unseen = 0
        self._site = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - the base's names
        self._count(tag, 1)

    def handle_endtag(self, tag: str) -> None:
        self._count(tag, -1)

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self.visible.append(data)
            if self._site:
                self.site.append(data)

    def _count(self, tag: str, step: int) -> None:
        if tag in _UNSEEN:
            self._unseen = max(0, self._unseen + step)
        if tag in _SITE:
            self._site = max(0, self._site + step)
        if tag not in _INLINE:
            self.visible.append(" ")
            self.site.append("\n")


def page(source: str) -> Page:
    seen = _Seen()
    seen.feed(source)
    seen.close()
    site = {folded(line) for line in "".join(seen.site).split("\n")}
    return Page(folded("".join(seen.visible)), frozenset(line for line in site if line))


def faults(found: Report, seen: Page) -> Iterator[Fault]:
    """Paragraphs that the page does not show, or that are not the report's."""
    for paragraph in found.paragraphs:
        text = found.text[paragraph.start : paragraph.end]
        if any(folded(cell) not in seen.visible for cell in text.split(" | ")):
            yield Fault(found.info.id, "not in the visible text", text)
        if folded(text) in seen.site:
            yield Fault(found.info.id, "navigation", text)
        if _CODE.search(text):
            yield Fault(found.info.id, "script", text)


def agreement(found: Report, extracted: str) -> Agreement:
    """How far an independent extraction, a paragraph a line, agrees with what is stored."""
    ours = [folded(found.text[each.start : each.end]) for each in found.paragraphs]
    theirs = [line for line in map(folded, extracted.split("\n")) if len(line.split()) >= LONG]
    stored, other = folded(f"{found.info.title} {found.text}"), folded(extracted)
    missed = tuple(line for line in theirs if line.removeprefix("- ") not in stored)
    confirmed = sum(paragraph in other for paragraph in ours)
    return Agreement(len(theirs) - len(missed), len(theirs), confirmed, len(ours), missed)


def main_part(source: str) -> str:
    """The page's ``main`` without navigation and forms, which the other extractor takes for text on these pages."""
    inner = re.search(r"<main\b.*?</main>", source, re.DOTALL)
    body = re.sub(r"<(nav|form)\b.*?</\1>", "", inner.group() if inner else source, flags=re.DOTALL)
    return f"<html><body>{body}</body></html>"


def folded(text: str) -> str:
    """White space as single blanks, the no-break space included."""
    return " ".join(text.split())


def main(
    paths: Annotated[list[Path], typer.Argument(help="Pages: files, folders, archives.")],
    sample: Annotated[int, typer.Option(min=0, help="Pages to hold against trafilatura.")] = SAMPLE,
    seed: Annotated[int, typer.Option(help="Of the sample.")] = SEED,
) -> None:
    """Print what was read, what was wrong, and how far another extractor agrees."""
    reports: list[tuple[Report, str]] = []
    refused: list[Refusal] = []
    seconds = 0.0
    for file in (each for path in paths for each in files(path)):
        began = time.process_time()
        try:
            if isinstance(file, Refusal):
                refused.append(file)
            else:
                reports.append((report(file), file.data.decode("utf-8", "replace")))
        except (CorpusError, MissingExtraError) as error:
            refused.append(Refusal(getattr(file, "path", ""), str(error)))
        seconds += time.process_time() - began
    paragraphs = sum(len(found.paragraphs) for found, _ in reports)
    typer.echo(
        f"{len(reports)} reports, {paragraphs:,} paragraphs, {len(refused)} refused, {seconds:.1f} s of one core"
    )
    for refusal in refused:
        typer.echo(f"  refused: {refusal.reason}")
    wrong = [fault for found, source in reports for fault in faults(found, page(source))]
    for what in ("not in the visible text", "navigation", "script"):
        those = [fault for fault in wrong if fault.what == what]
        typer.echo(f"{what}: {len(those)} paragraphs")
        for fault in those[:10]:
            typer.echo(f"  {fault.report}: {fault.paragraph[:160]!r}")
    _compared(random.Random(seed).sample(reports, min(sample, len(reports))))  # noqa: S311 - a sample, no secret
    if refused or wrong or not reports:
        raise typer.Exit(1)


def _compared(sample: Sequence[tuple[Report, str]]) -> None:
    try:
        trafilatura: Any = import_module("trafilatura")
    except ImportError:
        typer.echo("trafilatura is not installed: nothing to compare with (pip install trafilatura)")
        return
    results = [
        (found.info.id, agreement(found, trafilatura.extract(main_part(source), include_comments=False) or ""))
        for found, source in sample
    ]
    total = [sum(getattr(one, name) for _, one in results) for name in ("found", "theirs", "confirmed", "ours")]
    recall, precision = total[0] / max(1, total[1]), total[2] / max(1, total[3])
    typer.echo(
        f"{len(results)} pages against trafilatura: recall {total[0]:,} of {total[1]:,} = {recall:.4f}, "
        f"precision {total[2]:,} of {total[3]:,} = {precision:.4f}"
    )
    for name, one in results:
        for line in one.missed[:3]:
            typer.echo(f"  {name} has not: {line[:160]!r}")


if __name__ == "__main__":
    typer.run(main)
