"""How answers, passages and reports look in a terminal."""

from collections.abc import Sequence

from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from rag.models.draft import MODEL_FAILED
from rag.records import silence
from rag.text import invisible
from rag.types import Answer, Decline, Hit, Passage, Quote, ReportInfo, Statement

INDENT = 4
_ONE_SPACE = str.maketrans("\r\v\f", "   ")


def answer(console: Console, found: Answer) -> None:
    """An answer with its quotes and their citations, or why there is none."""
    if found.decline:
        _decline(console, found.decline)
    shown = [[found.quotes[position] for position in statement.quotes] for statement in found.statements]
    for number, (statement, quotes) in enumerate(zip(found.statements, shown, strict=True), start=1):
        follows = shown[number][0].citation if number < len(shown) else None
        _statement(console, number, statement, quotes, cited=quotes[0].citation != follows)
    for silent in found.silent:
        console.print(silent.told, style="yellow", markup=False)
    failures = [withheld for withheld in found.withheld if withheld.verdict == MODEL_FAILED]
    for failure in failures:
        console.print(f"{escape(failure.text)} is missing: {escape(failure.detail)}", style="yellow")
    if judged := [withheld for withheld in found.withheld if withheld not in failures]:
        console.print(f"{len(judged)} withheld, because the quotes do not support it:", style="yellow")
        for withheld in judged:
            reason = (f" ({withheld.verdict}: {withheld.detail})", "dim")
            _indented(console, Text.assemble(withheld.text, reason), 2)
    if found.statements:
        console.print(f"{likelihood(found.confidence)} · {_model(found)}", style="dim", markup=False)


def likelihood(confidence: float) -> str:
    """A confidence of 0..1 in words; the bounds are those at which the share of answered questions changes its name."""
    if confidence >= 0.9:
        return "The reports very probably answer this"
    if confidence >= 0.7:
        return "The reports probably answer this"
    if confidence >= 0.5:
        return "The reports may answer this: read the quotes in their context"
    return "The reports may not answer this: read the quotes in their context"


def hits(console: Console, found: Sequence[Hit], citations: Sequence[str]) -> None:
    for number, (hit, citation) in enumerate(zip(found, citations, strict=True), start=1):
        place = (f" ({hit.passage.report}, {hit.passage.start})", "dim")
        _indented(console, Text.assemble((f"{number}. ", "bold"), citation, place), 0)
        _indented(console, Text(invisible.shown(hit.passage.text)))
        console.print()


def reports(console: Console, held: Sequence[ReportInfo], passages: Sequence[int]) -> None:
    table = Table(box=None, pad_edge=False)
    for column in ("id", "country", "year", "publisher", "passages", "holds"):
        table.add_column(column, justify="right" if column in ("year", "passages") else "left")
    for report, count in zip(held, passages, strict=True):
        holds = silence.in_words(numbers) if (numbers := silence.numbered(report)) else ""
        row = (report.id, report.country, str(report.year), report.publisher, f"{count:,}", holds)
        table.add_row(*map(Text, row))
    console.print(table)


def report(console: Console, info: ReportInfo, passages: Sequence[Passage], marked: range) -> None:
    """A report's paragraphs, numbered, under their certain headings; the code points ``marked`` are highlighted."""
    console.print(f"[bold]{escape(info.title)}[/]\n{escape(info.publisher)} · {escape(info.licence)}")
    for address in filter(None, (info.url, info.pdf)):
        console.print(Text(address, style="dim"), soft_wrap=True)
    outline: tuple[str, ...] = ()
    shown = -1
    for passage in passages:
        for depth, heading in enumerate(passage.outline):
            if passage.outline[: depth + 1] != outline[: depth + 1] and not passage.text.startswith(heading):
                console.print(f"\n[bold]{'  ' * depth}{escape(heading)}[/]")
        outline = passage.outline
        start = max(passage.start, shown)
        left = passage.text[start - passage.start :].lstrip()
        offset = passage.end - len(left)
        # Line ends of other systems would be dropped, and what follows them moved.
        text = Text(invisible.shown(left).translate(_ONE_SPACE))
        text.stylize("reverse", max(0, marked.start - offset), max(0, marked.stop - offset))
        _indented(console, Text.assemble((f"{passage.paragraph}. ", "dim"), text))
        shown = passage.end


def _statement(console: Console, number: int, statement: Statement, quotes: Sequence[Quote], *, cited: bool) -> None:
    """``cited``: whether its citation is told; a run of statements out of one paragraph tells it once, at its end."""
    first, *others = quotes
    alike = [quote for quote in others if quote.text == first.text]
    _indented(console, Text.assemble((f"{number}. ", "bold"), statement.text), 0)
    if first.text != statement.text:
        _indented(console, Text(f"“{first.text}”"))
    for quote in [first, *alike] if cited or alike else ():
        _indented(console, Text(quote.citation, style="dim"))
    for quote in (quote for quote in others if quote not in alike):
        lead = "before it: " if quote.report == first.report and quote.paragraph == first.paragraph else ""
        _indented(console, Text(f"{lead}“{quote.text}”", style="dim italic"))
    console.print()


def _decline(console: Console, decline: Decline) -> None:
    lead = "" if decline.reason == "about_the_reports" else "No answer. "
    _indented(console, Text.assemble((lead, "bold"), decline.detail), 0)
    searched = decline.searched
    console.print(f"[dim]Searched {searched.passages:,} passages of {searched.reports:,} reports.[/]\n")
    if decline.nearest:
        console.print("The nearest passages:")
        for quote in decline.nearest:
            _indented(console, Text(quote.citation, style="dim"), 2)
            _indented(console, Text(quote.text))
            console.print()


def _indented(console: Console, text: Text, indent: int = INDENT) -> None:
    """Wraps to a terminal; a file or pipe gets one line, so that what is pasted from it holds no breaks."""
    lines = text.wrap(console, max(20, console.width - indent)) if console.is_terminal else [text]
    for line in lines:
        line.rstrip()
        console.print(Text(" " * indent).append_text(line), soft_wrap=True)


def _model(found: Answer) -> str:
    name = (
        found.model.name if found.model.name == found.model.provider else f"{found.model.provider}:{found.model.name}"
    )
    if found.model.degraded:
        return f"{name} (stands in for the model that failed)"
    passages = found.timings_ms.get("passages_read")
    return f"{name}, which read {passages:.0f} passages" if passages is not None else name
