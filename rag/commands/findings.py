"""What ``rapporteur verify`` prints."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import typer

from rag.commands.options import plain, print_json
from rag.document import CODES, Entry
from rag.export.cells import table
from rag.quotes import Nearest, Place, QuoteVerdict
from rag.quotes.citation import cite
from rag.records.report_texts import ReportTexts
from rag.records.verification import UNCHECKED, VERDICTS, Verification
from rag.text.invisible import shown

COLUMNS = (
    "place", "quotation", "cited", "verdict", "notes", "report", "start", "end", "citation",
    "before", "left_out", "after", "lost", "places", "nearest", "nearest_citation",
)  # fmt: skip
"""Of the ledger as CSV."""


def answer(checked: Verification, *, json: bool) -> None:
    """A saved answer's parts, each with its verdict."""
    if json:
        print_json(of_answer(checked))
        return
    for part in checked.parts:
        typer.echo(shown(f"{part.part:13} {part.verdict:15} {part.citation}".rstrip()))
        for detail in part.details:
            typer.echo(shown(f"{'':13} {detail}"))
    for note in checked.notes:
        typer.echo(f"note: {note}")
    typer.echo(f"\n{checked.verdict}: {VERDICTS[checked.verdict][1]}")
    typer.echo(f"The reports cannot tell: {', '.join(UNCHECKED)}.")


def quotation(found: QuoteVerdict, held: ReportTexts, *, json: bool) -> None:
    """A foreign quotation's verdict and every place where it stands."""
    if json:
        print_json(of_quotation(found, held))
        return
    typer.echo(f"{found.verdict}: {CODES[found.verdict][1]}")
    for place in found.places:
        _echo(_stands(place, _cite(place, held)))
    if found.nearest:
        _echo(_nearest(found.nearest, _cite(found.nearest, held)))


def of_answer(checked: Verification) -> dict[str, Any]:
    """The published JSON of a saved answer's check."""
    return {**plain(checked), "exit_code": checked.exit_code, "unchecked": UNCHECKED}


def of_quotation(found: QuoteVerdict, held: ReportTexts) -> dict[str, Any]:
    """The published JSON of a verdict on a quotation."""
    nearest = {**plain(found.nearest), "citation": _cite(found.nearest, held)} if found.nearest else None
    places = [{**plain(place), "citation": _cite(place, held)} for place in found.places]
    return {**plain(found), "exit_code": CODES[found.verdict][0], "places": places, "nearest": nearest}


def ledger(entries: Sequence[Entry], held: ReportTexts, *, json: bool, csv: bool) -> None:
    """A draft's quotations, in order, and how many have which verdict."""
    counts = Counter(entry.verdict for entry in entries)
    summary = {verdict: counts[verdict] for verdict in CODES if counts[verdict]}
    if json:
        print_json(
            {"quotations": [plain(entry) for entry in entries], "verdicts": summary, "reports": list(held.infos)}
        )
    elif csv:
        typer.echo(table(COLUMNS, [list(_row(entry)) for entry in entries]), nl=False)
    else:
        for entry in entries:
            _echo([f"{entry.place:14} {entry.verdict:14} “{' '.join(entry.text.split())}”"], 0)
            if entry.cited:
                _echo([f"cited: {entry.cited}"])
            _echo(list(entry.notes))
            for place, citation in zip(entry.places[:1], entry.citations, strict=False):
                _echo(_stands(place, citation))
            if entry.count > 1:
                _echo([f"and in {entry.count - 1} other places"])
            if entry.nearest:
                _echo(_nearest(entry.nearest, entry.nearest_citation))
        told = ", ".join(f"{count} {verdict}" for verdict, count in summary.items())
        typer.echo(f"\n{len(entries)} quotations against {len(held.infos)} reports: {told or 'none found'}")


def _row(entry: Entry) -> Iterator[object]:
    best = entry.places[0] if entry.places else None
    yield from (entry.place, entry.text, str(entry.cited), entry.verdict, "; ".join(entry.notes))
    yield from (best.report, best.start, best.end, entry.citations[0]) if best else ("", "", "", "")
    yield from (best.before, " … ".join(best.omitted), best.after, " ".join(best.lost)) if best else ("", "", "", "")
    yield from (entry.count, entry.nearest.text if entry.nearest else "", entry.nearest_citation)


def _cite(place: Place | Nearest, held: ReportTexts) -> str:
    return cite(held.infos[place.report], place.section, place.paragraph)


def _stands(place: Place, citation: str) -> list[str]:
    lines = [f"stands ({place.verdict}): {citation} [{place.report} {place.start}-{place.end}]"]
    if place.verdict == "cut":
        parts = (("before it", place.before), ("left out", " … ".join(place.omitted)), ("after it", place.after))
        lines += [f"{where}: {text!r}" for where, text in parts if text]
    if place.lost:
        lines.append(f"what was cut holds: {', '.join(place.lost)}")
    return lines


def _nearest(nearest: Nearest, citation: str) -> list[str]:
    return [f"nearest true sentence, no verdict: “{nearest.text}”", citation]


def _echo(lines: Sequence[str], indent: int = 15) -> None:
    for line in lines:
        typer.echo(shown(f"{'':{indent}}{line}"))
