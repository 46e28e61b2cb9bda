"""What every route needs, as dependencies: the answerer that serves now, and threads to call it in."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from api.server.live_answerer import AnswererSource, Serving
from api.server.metered_answerer import counted
from api.server.metrics import Metrics
from api.server.model_check import ModelCheck
from api.server.problems import ProblemError
from api.server.threads import Lane, Lanes
from rag import assemble
from rag.answer import Answerer
from rag.errors import UsageError
from rag.models.registry import EXTRACTIVE
from rag.settings import Settings


@dataclass(frozen=True, slots=True)
class State:
    """All that the server keeps, made once by ``over`` and found as ``request.app.state.rapporteur``."""

    settings: Settings
    source: AnswererSource
    lanes: Lanes
    metrics: Metrics
    model_check: ModelCheck


def over(settings: Settings, make: Callable[[Settings], Answerer] = assemble.answerer) -> State:
    """The state over ``settings``; ``make`` opens their live index, now and whenever another one is."""
    metrics = Metrics()

    def counting(settings: Settings) -> Answerer:
        return counted(make(settings), metrics, log_questions=settings.log_questions)

    return State(settings, AnswererSource(settings, counting), Lanes(), metrics, ModelCheck(settings))


def state(request: Request) -> State:
    found: State = request.app.state.rapporteur
    return found


def current(found: State) -> Serving:
    """What serves now; raises the reason why nothing does as a fault of the server, never of the asker."""
    try:
        return found.source.current()
    except UsageError as error:
        raise ProblemError(503, "This server is not set up. Whoever runs it finds the reason in its log.") from error


async def serving(request: Request) -> Serving:
    return current(state(request))


async def computing(request: Request) -> Lane:
    return state(request).lanes.compute


def answering_lane(found: State) -> Lane:
    """The lane for whoever asks a question: only with a language model is there anything to wait for."""
    return found.lanes.compute if current(found).answerer.drafter.info.provider == EXTRACTIVE else found.lanes.wait


async def answering(request: Request) -> Lane:
    return answering_lane(state(request))


Now = Annotated[Serving, Depends(serving)]
"""``Now.answerer`` answers; the whole request uses this one generation."""
Computing = Annotated[Lane, Depends(computing)]
"""``await lane.enter(call)`` runs what computes and waits for nobody."""
Answering = Annotated[Lane, Depends(answering)]
"""``await lane.enter(call)`` runs what may wait for a language model."""
