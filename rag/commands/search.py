"""rapporteur search"""

from typing import Annotated

import typer
from rich.console import Console

from rag import assemble
from rag.answer import checked
from rag.commands import display
from rag.commands.first_index import ready
from rag.commands.options import Country, Index, Json, Year, configured, filters, plain, print_json
from rag.errors import UnknownReportError
from rag.question import scope
from rag.quotes import citation
from rag.types import Evidence

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def search(
    question: Annotated[str, typer.Argument(help="What to look for.")],
    country: Country = None,
    year: Year = None,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, max=30, help="Passages to show.")] = 5,
    json: Json = False,
    index: Index = None,
) -> None:
    """Show the passages that a question finds, best first, without answering it."""
    answerer = assemble.answerer(ready(configured(index)))
    asked = filters(country, year)
    scoped = scope.read(checked(question), asked, answerer.store.reports)
    if not scoped.reports and scoped.refusal:
        raise UnknownReportError(scoped.refusal[1])
    # The first events come before anything is drafted.
    evidence = next(event for event in answerer.events(question, asked) if isinstance(event, Evidence))
    hits = evidence.hits[:limit]
    infos = {report.id: report for report in answerer.store.reports}
    citations = [citation.cite(infos[h.passage.report], h.passage.section, h.passage.paragraph) for h in hits]
    if json:
        print_json(
            [
                {"citation": cited, "score": hit.score, **plain(hit.passage)}
                for hit, cited in zip(hits, citations, strict=True)
            ]
        )
    else:
        display.hits(Console(highlight=False), hits, citations)
