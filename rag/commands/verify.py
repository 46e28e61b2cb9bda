"""rapporteur verify"""

from pathlib import Path
from typing import Annotated

import typer

from rag import document
from rag.commands import findings
from rag.commands.first_index import ready
from rag.commands.options import Index, Json, configured
from rag.errors import UsageError
from rag.grounding.guard import DeterministicGuard
from rag.grounding.hidden_text import VisibleTextGuard
from rag.quotes import QuoteIndex
from rag.records import receipt, report_texts
from rag.records.report_texts import ReportTexts
from rag.records.verification import VERDICTS, verify
from rag.store.opening import opened


def _codes(codes: dict[str, tuple[int, str]]) -> str:
    return "\n\n".join(f"{code:>4}  {verdict}: {meaning}" for verdict, (code, meaning) in codes.items())


app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command(
    epilog=f"Exit codes for FILE, the gravest verdict's:\n\n{_codes(dict(VERDICTS))}\n\n"
    f"For --quote and --document:\n\n{_codes(dict(document.CODES))}\n\n   1  something failed\n\n   2  misuse"
)
def verify_command(
    file: Annotated[Path | None, typer.Argument(help="An answer that 'ask --save' wrote.")] = None,
    quote: Annotated[str | None, typer.Option("--quote", help="Judge this quotation instead.")] = None,
    draft: Annotated[
        Path | None, typer.Option("--document", help="Judge every quotation of this .md, .txt or .docx draft.")
    ] = None,
    report: Annotated[
        str | None, typer.Option("--report", help="Id of the report that --quote is said to be in.")
    ] = None,
    country: Annotated[
        str | None, typer.Option("--country", "-c", help="Country that --quote is said to be on.")
    ] = None,
    year: Annotated[int | None, typer.Option("--year", "-y", help="Edition that --quote is said to be in.")] = None,
    reports: Annotated[
        Path | None, typer.Option("--reports", help="Check against this folder of reports, not an index.")
    ] = None,
    json: Json = False,
    csv: Annotated[bool, typer.Option("--csv", help="Print the ledger of --document as CSV.")] = False,
    index: Index = None,
) -> None:
    """Check a saved answer, a quotation or a draft against the reports alone."""
    if [file, quote, draft].count(None) != 2:
        raise UsageError("give exactly one of: a saved answer, --quote TEXT, --document FILE")
    if quote is None and (report or country or year):
        raise UsageError("--report, --country and --year say where a --quote should stand: give a --quote")
    if csv and (draft is None or json):
        raise UsageError("--csv prints the ledger of a --document: give one, and no --json")
    held = _shelf(reports, index)
    if file:
        checked = verify(receipt.load(file), held, VisibleTextGuard(DeterministicGuard()))
        findings.answer(checked, json=json)
        raise typer.Exit(checked.exit_code)
    if draft:
        entries = document.check(document.read(draft), QuoteIndex(held.reports()), held.infos)
        findings.ledger(entries, held, json=json, csv=csv)
        raise typer.Exit(max((entry.exit_code for entry in entries), default=0))
    if report:
        held.report(report)
    found = QuoteIndex(held.reports()).judge(quote or "", report=report, country=country, year=year)
    findings.quotation(found, held, json=json)
    raise typer.Exit(document.CODES[found.verdict][0])


def _shelf(reports: Path | None, index: Path | None) -> ReportTexts:
    return report_texts.of_folder(reports) if reports else report_texts.of_store(opened(ready(configured(index))))
