"""What the index holds: searching it, listing it, and each report's outline and text."""

from dataclasses import asdict
from hashlib import sha256
from typing import Annotated

from fastapi import APIRouter, Header, Path, Query, Response
from fastapi.responses import PlainTextResponse

from api.server.dependencies import Computing, Now
from api.server.live_answerer import Serving
from api.server.problems import documented
from api.v1.bodies import (
    AskedText,
    Collection,
    CountryName,
    Edition,
    Found,
    FoundPassage,
    Heading,
    HeldReport,
    OutlinedReport,
    Place,
    ServedIndex,
    ServedModel,
    plain,
)
from rag.answer import checked
from rag.errors import UnknownReportError
from rag.question import scope
from rag.quotes import citation
from rag.types import Evidence, Filters, Paragraph, Report

router = APIRouter(prefix="/v1", tags=["reports"])

ReportId = Annotated[str, Path(description="Country and edition", examples=["kazakhstan-2020"], max_length=200)]


@router.get("/search", responses=documented(404))
async def search(
    q: Annotated[AskedText, Query(description="What to look for")],
    now: Now,
    lane: Computing,
    country: Annotated[list[CountryName], Query(description="Only these countries", max_length=300)] = [],  # noqa: B006
    year: Annotated[list[Edition], Query(description="Only these editions", max_length=300)] = [],  # noqa: B006
    limit: Annotated[int, Query(ge=1, le=30, description="Passages to return")] = 10,
) -> Found:
    """Passages that a question finds, best first, without an answer."""
    return await lane.enter(lambda: passages_for(now, plain(q), Filters(tuple(country), tuple(year)), limit))


@router.get("/reports")
async def reports(now: Now, lane: Computing) -> Collection:
    """What the index holds, and who writes the answers."""
    return await lane.enter(lambda: _collection(now))


@router.get("/reports/{report}", responses=documented(404))
async def report(report: ReportId, now: Now, lane: Computing) -> OutlinedReport:
    """A report's headings, and where its paragraphs stand."""
    return await lane.enter(lambda: _outlined(now.texts.report(report)))


@router.get("/reports/{report}/text", response_class=PlainTextResponse, responses={304: {}, **documented(404)})
async def text(
    report: ReportId, now: Now, lane: Computing, if_none_match: Annotated[str, Header(max_length=1000)] = ""
) -> Response:
    """The stored text, unchanged. Offsets everywhere count its code points. The ETag is its SHA-256."""
    content = await lane.enter(lambda: now.answerer.store.text(report).encode())
    tag = f'"{sha256(content).hexdigest()}"'
    headers = {"ETag": tag, "Cache-Control": "no-cache"}
    known = {one.strip().removeprefix("W/") for one in if_none_match.split(",")}
    if known & {tag, "*"}:
        return Response(status_code=304, headers=headers)
    return PlainTextResponse(content, headers=headers)


def passages_for(now: Serving, query: str, filters: Filters, limit: int) -> Found:
    """Passages for a query, best first; ``UnknownReportError`` where the filters admit no report."""
    answerer = now.answerer
    asked = checked(query)
    scoped = scope.read(asked, filters, answerer.store.reports)
    if not scoped.reports and scoped.refusal:
        raise UnknownReportError(scoped.refusal[1])
    # The first events come before anything is drafted.
    evidence = next(event for event in answerer.events(asked, filters) if isinstance(event, Evidence))
    infos = now.texts.infos
    hits = [
        FoundPassage(
            report=passage.report,
            paragraph=passage.paragraph,
            section=passage.section,
            start=passage.start,
            end=passage.end,
            text=passage.text,
            score=hit.score,
            citation=citation.cite(infos[passage.report], passage.section, passage.paragraph),
            url=infos[passage.report].url,
        )
        for hit in evidence.hits[:limit]
        for passage in (hit.passage,)
    ]
    return Found(query=query, hits=hits)


def _collection(now: Serving) -> Collection:
    answerer = now.answerer
    infos = answerer.store.reports
    return Collection(
        reports=[_held(now.texts.report(info.id)) for info in infos],
        countries=sorted({info.country for info in infos}),
        years=sorted({info.year for info in infos}),
        index=ServedIndex(**asdict(answerer.store.info)),
        model=ServedModel(provider=answerer.drafter.info.provider, name=answerer.drafter.info.name),
    )


def _held(held: Report) -> HeldReport:
    return HeldReport.model_validate({**asdict(held.info), "paragraphs": len(held.paragraphs)})


def _outlined(held: Report) -> OutlinedReport:
    places = [
        Place(number=p.number, start=p.start, end=p.end, section=p.section, outline=list(p.outline))
        for p in held.paragraphs
    ]
    return OutlinedReport(**asdict(held.info), outline=outline(held.paragraphs), paragraphs=places)


def outline(paragraphs: tuple[Paragraph, ...]) -> list[Heading]:
    """Each heading once, where the first paragraph under it stands."""
    headings: list[Heading] = []
    before: tuple[str, ...] = ()
    for paragraph in paragraphs:
        shared = 0
        while shared < min(len(before), len(paragraph.outline)) and before[shared] == paragraph.outline[shared]:
            shared += 1
        for level, heading in enumerate(paragraph.outline[shared:], start=shared + 1):
            headings.append(Heading(heading=heading, level=level, paragraph=paragraph.number))
        before = paragraph.outline
    return headings
