"""The published JSON of an answer, read strictly: nothing is converted, nothing unknown is let through.

``rag.types.Answer`` cannot hold what contradicts itself. This can, so that an edited answer is examined and not merely
refused.
"""

import json
from dataclasses import dataclass
from typing import Any, Literal, NoReturn

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from rag.errors import ReceiptError
from rag.types import Answer, DeclineReason


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


_HASH = Field(pattern=r"^[0-9a-f]{64}$")


class PublishedFilters(_Strict):
    countries: list[str]
    years: list[int]
    inferred: bool


class PublishedQuote(_Strict):
    report: str
    start: int
    end: int
    text: str
    section: str
    paragraph: int
    citation: str
    url: str | None
    report_sha256: str


class PublishedStatement(_Strict):
    text: str
    quotes: list[int]


class PublishedWithheld(_Strict):
    text: str
    verdict: str
    detail: str


class PublishedSilent(_Strict):
    report: str
    note: str = ""
    """Receipts of earlier versions have none."""


class PublishedSearch(_Strict):
    reports: int
    passages: int


class PublishedDecline(_Strict):
    reason: DeclineReason
    detail: str
    searched: PublishedSearch
    nearest: list[PublishedQuote]


class PublishedModel(_Strict):
    provider: str
    name: str
    degraded: bool


class PublishedIndex(_Strict):
    generation: str
    corpus_sha256: str = _HASH
    encoder: str


class PublishedAnswer(_Strict):
    """Field for field what ``--json`` prints and ``--save`` writes."""

    question: str
    standalone_question: str
    filters: PublishedFilters
    outcome: Literal["answered", "declined"]
    confidence: float = Field(ge=0, le=1)
    statements: list[PublishedStatement]
    quotes: list[PublishedQuote]
    withheld: list[PublishedWithheld]
    silent: list[PublishedSilent]
    decline: PublishedDecline | None
    model: PublishedModel
    prompt_sha256: str | None
    index: PublishedIndex
    timings_ms: dict[str, float]

    def answer(self) -> Answer:
        """As the product holds it; ``ReceiptError`` where it contradicts itself."""
        try:
            return TypeAdapter(Answer).validate_python(self.model_dump())
        except ValidationError as error:
            raise ReceiptError(f"the answer contradicts itself ({_fault(error.errors()[0])}): ask again") from error


@dataclass(frozen=True, slots=True)
class Reading:
    """A published answer as far as it could be read."""

    answer: PublishedAnswer | None
    """None where fields are missing or of another kind; unknown fields alone are left out of it."""
    faults: tuple[str, ...]
    """Every deviation from the schema, with its place."""


def read(text: str) -> Reading:
    """``ReceiptError`` where ``text`` is no JSON object at all."""
    repeated: list[str] = []

    def pairs(items: list[tuple[str, Any]]) -> dict[str, Any]:
        names = [name for name, _ in items]
        repeated.extend(f"{name}: stands there twice" for name in dict.fromkeys(names) if names.count(name) > 1)
        return dict(items)

    try:
        value = json.loads(text, object_pairs_hook=pairs, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise ReceiptError(f"this is no JSON ({error}): give a file that 'rapporteur ask --save' wrote") from error
    if not isinstance(value, dict):
        raise ReceiptError("this is JSON, but no answer: give a file that 'rapporteur ask --save' wrote")
    if set(value) == {"answer", "annotations"}:
        raise ReceiptError("this is an export with --format json: verify a file that 'rapporteur ask --save' wrote")
    try:
        return Reading(PublishedAnswer.model_validate(value), tuple(repeated))
    except ValidationError as error:
        faults = error.errors()
        found = (*repeated, *map(_fault, faults))
        if any(fault["type"] != "extra_forbidden" for fault in faults):
            return Reading(None, found)
        for fault in faults:
            _remove(value, fault["loc"])
        return Reading(PublishedAnswer.model_validate(value), found)


def _no_number(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no JSON number")


def _fault(fault: Any) -> str:
    return f"{'.'.join(str(part) for part in fault['loc']) or 'answer'}: {fault['msg']}"


def _remove(value: Any, place: tuple[int | str, ...]) -> None:
    *way, last = place
    for step in way:
        value = value[step]
    del value[last]
