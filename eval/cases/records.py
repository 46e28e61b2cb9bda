"""One line a case: the published answer, with the ranked passages and sentences that led to it.

Invariant of a file of records: every line but the last is whole. A last line without its line end was torn by a kill
and counts as never written.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from eval.cases.places import Place
from rag.errors import UsageError
from rag.types import Answer, Evidence

KEPT = 20
"""Passages and sentences that a record keeps of a ranking."""


class RecordError(UsageError):
    """A file of records was altered, or belongs to something else."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """A passage or sentence as it was ranked."""

    report: str
    start: int
    end: int
    text: str
    score: float

    @property
    def place(self) -> Place:
        return Place(self.report, self.start, self.end)


@dataclass(frozen=True, slots=True)
class Record:
    case_id: str
    answer: Answer
    hits: tuple[Ranked, ...]
    """Passages, best first."""
    sentences: tuple[Ranked, ...]
    """Candidate sentences, best first, also where the question was declined."""


_ANSWER = TypeAdapter(Answer)
_RANKED = TypeAdapter(tuple[Ranked, ...])


def record(case_id: str, answer: Answer, evidence: Evidence) -> Record:
    hits = tuple(
        Ranked(hit.passage.report, hit.passage.start, hit.passage.end, hit.passage.text, round(hit.score, 6))
        for hit in evidence.hits[:KEPT]
    )
    sentences = tuple(
        Ranked(one.hit.passage.report, one.span.start, one.span.end, one.text, round(one.score, 6))
        for one in evidence.sentences[:KEPT]
    )
    return Record(case_id, answer, hits, sentences)


def to_line(kept: Record) -> str:
    """JSON on one line, with its line end."""
    answer = asdict(kept.answer)
    ranked = {"hits": [asdict(hit) for hit in kept.hits], "sentences": [asdict(one) for one in kept.sentences]}
    return json.dumps({"case_id": kept.case_id, **answer, **ranked}, ensure_ascii=False) + "\n"


def from_line(line: str) -> Record:
    """Inverse of ``to_line``; raises ``ValueError``."""
    fields: dict[str, Any] = json.loads(line)
    try:
        case_id, hits, sentences = fields.pop("case_id"), fields.pop("hits"), fields.pop("sentences")
    except (KeyError, AttributeError) as error:
        raise ValueError(f"{error} is missing") from error
    return Record(
        str(case_id), _ANSWER.validate_python(fields), _RANKED.validate_python(hits), _RANKED.validate_python(sentences)
    )


def read(path: Path) -> list[Record]:
    """The whole lines of ``path``; none where there is no file. ``RecordError`` for a line out of form."""
    whole = path.read_bytes().rpartition(b"\n")[0].split(b"\n") if path.exists() else []
    found: dict[str, Record] = {}
    for number, line in enumerate(whole, start=1):
        if not line:
            continue
        try:
            kept = from_line(line.decode("utf-8"))
        except (ValueError, ValidationError) as error:
            reason = str(error).splitlines()[0]
            raise RecordError(f"{path} line {number} is no answer ({reason}): remove the line and run again") from error
        if kept.case_id in found:
            raise RecordError(f"{path} line {number} repeats case {kept.case_id!r}: remove one and run again")
        found[kept.case_id] = kept
    return list(found.values())


def write(path: Path, kept: Iterable[Record]) -> None:
    """Replaces the file at once, so that a kill leaves the old or the new one."""
    replace(path, [to_line(one) for one in kept])


def replace(path: Path, lines: Sequence[str]) -> None:
    beside = path.with_suffix(path.suffix + ".new")
    beside.write_text("".join(lines), encoding="utf-8")
    beside.replace(path)
