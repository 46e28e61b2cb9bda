"""Errors as RFC 9457 problem JSON: one table for the product's own, and nothing in them that tells of the machine.

An error that the asker can mend says how, in its own words. Of all others a fixed sentence is told; what happened
stands in the log.
"""

from collections.abc import Mapping
from http import HTTPStatus
from types import MappingProxyType
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from api.server.request_context import request_id
from rag import errors

MEDIA_TYPE = "application/problem+json"

_INDEX = "The index cannot be used at the moment. Whoever runs this server finds the reason in its log."
_MODEL = "The language model did not do its part. Try again; whoever runs this server finds the reason in its log."
_SERVER = "Something failed here. Whoever runs this server finds the reason in its log, under this instance."

STATUS: Mapping[type[errors.RapporteurError], tuple[int, str, str | None]] = MappingProxyType(
    {
        errors.RapporteurError: (500, "Something failed", _SERVER),
        errors.UsageError: (422, "The request cannot be served as given", None),
        errors.QuestionError: (422, "This is no question", None),
        errors.UnknownReportError: (404, "There is no such report", None),
        errors.UnknownNameError: (422, "There is no such variant", None),
        errors.SettingError: (503, "The server is not set up", _SERVER),
        errors.CorpusError: (500, "A report cannot be used", _SERVER),
        errors.ManifestError: (500, "A report cannot be used", _SERVER),
        errors.UnreadableReportError: (500, "A report cannot be used", _SERVER),
        errors.DuplicateReportError: (500, "A report cannot be used", _SERVER),
        errors.StoreError: (503, "The index cannot be used", _INDEX),
        errors.IndexMissingError: (503, "There is no index", _INDEX),
        errors.IndexDamagedError: (503, "The index is damaged", _INDEX),
        errors.IndexFormatError: (503, "The index is of another version", _INDEX),
        errors.IndexBusyError: (503, "The index is being built", _INDEX),
        errors.StorageError: (503, "The index cannot be read", _INDEX),
        errors.EncoderError: (503, "The embedding model cannot be used", _INDEX),
        errors.ReceiptError: (422, "The saved answer cannot be read", None),
        errors.DraftError: (422, "The draft cannot be read", None),
        errors.MissingExtraError: (501, "This server lacks a package", None),
        errors.AbandonedError: (503, "The answer was given up", _SERVER),
        errors.ModelError: (502, "The language model failed", _MODEL),
        errors.ModelUnreachableError: (502, "The language model cannot be reached", _MODEL),
        errors.ModelTimeoutError: (504, "The language model was silent for too long", _MODEL),
        errors.ModelBusyError: (503, "The language model is busy", _MODEL),
        errors.ModelServerError: (502, "The language model's server failed", _MODEL),
        errors.ModelCutOffError: (502, "The language model's reply broke off", _MODEL),
        errors.ModelRestingError: (503, "The language model is left alone for a while", _MODEL),
        errors.ModelRequestError: (502, "The language model refuses the request", _MODEL),
        errors.ModelRefusedError: (502, "The language model declines", _MODEL),
        errors.ModelReplyError: (502, "The language model's reply cannot be read", _MODEL),
    }
)
"""Kind of error to status, title, and what is told; None: the error's own message, which is the asker's business."""


class Fault(BaseModel):
    """One thing that is wrong with a request."""

    place: str = Field(description="Where it stands", examples=["body.question"])
    message: str = Field(examples=["String should have at most 2000 characters"])


class Problem(BaseModel):
    """RFC 9457. ``instance`` is the request's id, as in X-Request-ID and in the log."""

    type: str = Field(examples=["about:blank"])
    title: str = Field(examples=["Unprocessable Content"])
    status: int = Field(examples=[422])
    detail: str = Field(examples=["The request does not have the form that it should have."])
    instance: str = Field(examples=["0d9c4a3e6f0b4f5c9a0e8a7d6b5c4d3e"])
    errors: list[Fault] | None = Field(default=None, description="Where the request's form is wrong")


class ProblemError(Exception):
    """Raised to answer with a status and words of one's own."""

    def __init__(self, status: int, detail: str, headers: Mapping[str, str] | None = None, title: str = "") -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.headers = headers
        self.title = title or HTTPStatus(status).phrase


def problem(error: Exception, instance: str) -> Problem:
    """What the asker is told of any error."""
    if isinstance(error, ProblemError):
        return _problem(error.status, error.title, error.detail, instance)
    if isinstance(error, errors.RapporteurError):
        kind = next(kind for kind in type(error).__mro__ if kind in STATUS)
        status, title, told = STATUS[kind]
        return _problem(status, title, told or str(error), instance, _urn(kind))
    if isinstance(error, RequestValidationError):
        faults = [Fault(place=".".join(map(str, one["loc"])), message=one["msg"]) for one in error.errors()[:20]]
        told = "The request does not have the form that it should have: see errors, and /openapi.json."
        return _problem(422, HTTPStatus(422).phrase, told, instance, errors=faults)
    if isinstance(error, HTTPException):
        phrase = HTTPStatus(error.status_code).phrase
        return _problem(error.status_code, phrase, _DETAILS.get(error.status_code, phrase), instance)
    return _problem(500, "Something failed", _SERVER, instance)


_DETAILS = {
    400: "The request's body cannot be read: send JSON in UTF-8.",
    404: "There is nothing here: see /openapi.json for what there is.",
    405: "This place does not take that method: see /openapi.json.",
    413: "The request's body is too large.",
}


def response(error: Exception, instance: str) -> Response:
    told = problem(error, instance)
    headers = dict(getattr(error, "headers", None) or {})
    if told.status == 503:
        headers.setdefault("Retry-After", _pause(error))
    return JSONResponse(told.model_dump(exclude_none=True), told.status, headers, MEDIA_TYPE)


def install(app: FastAPI) -> None:
    """Every error that leaves a route becomes a problem."""

    async def handle(request: Request, error: Exception) -> Response:
        request.state.error = error
        return response(error, request_id(request.scope))

    for kind in (errors.RapporteurError, ProblemError, RequestValidationError, HTTPException):
        app.add_exception_handler(kind, handle)


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The ``responses`` of an operation that may answer with these problems, besides those of every one."""
    return {status: {"model": Problem, "description": HTTPStatus(status).phrase} for status in statuses}


EVERYWHERE = documented(400, 413, 421, 422, 500, 503)
"""Of every operation."""
GUARDED = EVERYWHERE | documented(401, 429)
"""Of every operation under /v1."""


def described(document: dict[str, Any]) -> dict[str, Any]:
    """An OpenAPI document that tells the media type of problems, for which FastAPI has no word."""
    for path in document["paths"].values():
        for operation in path.values():
            for told in operation["responses"].values():
                schemas = [content.get("schema", {}) for content in told.get("content", {}).values()]
                if any(schema.get("$ref", "").endswith("/Problem") for schema in schemas):
                    told["content"] = {MEDIA_TYPE: {"schema": schemas[0]}}
    return document


def _pause(error: Exception) -> str:
    wait = getattr(error, "wait", None)
    return str(round(wait) if wait else 5)


def _urn(kind: type[errors.RapporteurError]) -> str:
    return f"urn:rapporteur:problem:{kind.__name__.removesuffix('Error')}"


def _problem(
    status: int, title: str, detail: str, instance: str, kind: str = "about:blank", errors: list[Fault] | None = None
) -> Problem:
    return Problem(type=kind, title=title, status=status, detail=detail, instance=instance, errors=errors)
