"""Whether the server lives, whether it can answer, and its figures."""

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from api.server import metrics, problems
from api.server.dependencies import Now, state
from api.server.problems import ProblemError
from rag.errors import RapporteurError

router = APIRouter(tags=["operation"])


class Alive(BaseModel):
    status: str = Field(examples=["ok"])


class Ready(BaseModel):
    """What answers now."""

    status: str = Field(examples=["ok"])
    index: str = Field(description="Generation that serves")
    model: str = Field(examples=["extractive"])
    newer_index: str | None = Field(default=None, description="Why a newer generation does not serve")


@router.get("/healthz")
async def healthz() -> Alive:
    """The process lives."""
    return Alive(status="ok")


@router.get("/readyz", responses=problems.documented(502, 504))
async def readyz(request: Request, now: Now) -> Ready:
    """Index and configured model can be used; the problem says which one cannot."""
    found = state(request)
    try:
        await found.model_check.check(found.lanes.wait)
    except RapporteurError as error:
        request.state.error = error
        raise ProblemError(503, problems.problem(error, "").title, title="Not ready") from error
    fault = found.source.fault
    return Ready(
        status="ok",
        index=now.answerer.store.info.generation,
        model=found.settings.model,
        newer_index=problems.problem(fault, "").title if fault else None,
    )


@router.get("/metrics", response_class=Response, responses={200: {"content": {"text/plain": {}}}})
async def figures(request: Request) -> Response:
    """For Prometheus, over all workers."""
    return Response(state(request).metrics.text(), media_type=metrics.CONTENT_TYPE)
