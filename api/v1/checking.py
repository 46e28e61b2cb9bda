"""Quotations and saved answers held against the reports, and answers in other programs' formats."""

import json
from typing import Any

from fastapi import APIRouter, Response

from api.server.dependencies import Computing, Now
from api.server.live_answerer import Serving
from api.server.problems import ProblemError, documented
from api.v1.bodies import ForeignQuote, SavedAnswer, Wanted
from rag.commands import findings
from rag.document import CODES
from rag.export import FORMATS, gather
from rag.records import schema
from rag.records.schema import Reading
from rag.records.verification import VERDICTS, Verification, verify

router = APIRouter(prefix="/v1", tags=["checking"])

MEDIA_TYPES = {
    "markdown": "text/markdown; charset=utf-8",
    "html": "text/html; charset=utf-8",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "bibtex": "application/x-bibtex; charset=utf-8",
    "csl-json": "application/vnd.citationstyles.csl+json",
}
"""Of each of ``FORMATS``."""


@router.post("/verify", responses=documented(404))
async def check(wanted: ForeignQuote | SavedAnswer, now: Now, lane: Computing) -> dict[str, Any]:
    """Whether a quotation stands in the reports as quoted, or whether each part of a saved answer still holds."""
    if isinstance(wanted, ForeignQuote):
        return await lane.enter(lambda: judged(now, wanted))
    return await lane.enter(lambda: _verified(now, wanted))


@router.post("/export", response_class=Response, responses={200: {"content": {}}, **documented(409, 501)})
async def export(wanted: Wanted, now: Now, lane: Computing) -> Response:
    """An answer as a file of another program, after all of it was checked; 409 where it does not hold."""
    content = await lane.enter(lambda: _exported(now, wanted))
    name = f"answer{FORMATS[wanted.format].suffix}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=MEDIA_TYPES[wanted.format], headers=headers)


def judged(now: Serving, wanted: ForeignQuote) -> dict[str, Any]:
    """What ``rapporteur verify --quote --json`` prints, with the verdict's meaning as ``detail``."""
    if wanted.report:
        now.texts.report(wanted.report)
    found = now.quotes.judge(wanted.quote, report=wanted.report, country=wanted.country, year=wanted.year)
    return {**findings.of_quotation(found, now.texts), "detail": CODES[found.verdict][1]}


def _verified(now: Serving, wanted: SavedAnswer) -> dict[str, Any]:
    _, checked = _checked(now, wanted.answer)
    return {**findings.of_answer(checked), "detail": VERDICTS[checked.verdict][1]}


def _exported(now: Serving, wanted: Wanted) -> bytes:
    reading, checked = _checked(now, wanted.answer)
    if checked.exit_code or reading.answer is None:
        parts = [f"{part.part}: {part.verdict}" for part in checked.parts if part.exit_code]
        raise ProblemError(
            409,
            f"This answer does not hold against the reports ({', '.join(parts[:5])}): see /v1/verify, or ask again.",
        )
    return FORMATS[wanted.format].encoded(gather(reading.answer.answer(), now.texts))


def _checked(now: Serving, answer: dict[str, Any]) -> tuple[Reading, Verification]:
    reading = schema.read(json.dumps(answer))
    return reading, verify(reading, now.texts, now.answerer.guard)
