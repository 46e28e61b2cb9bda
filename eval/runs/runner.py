"""Cases through the answering core into a folder; a run that was killed goes on where it stopped.

run.json       what was run (``eval.runs.provenance``)
cases.jsonl    the cases, each gold quote with its places
answers.jsonl  one line a case (``eval.cases.records``), while it runs in the order of completion, then of the cases
scores.jsonl   what each outcome is worth (``eval.scoring.scores``)
summary.json   the figures (``eval.scoring.summary``) and the latency
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

from pydantic import TypeAdapter, ValidationError

from eval.cases import gold as case_files
from eval.cases import records
from eval.cases.gold import Case
from eval.cases.library import Library
from eval.cases.records import Record, RecordError
from eval.runs import provenance
from eval.scoring import summary
from eval.scoring.scores import Judge, Scores, score
from eval.scoring.summary import Measured
from rag.errors import UsageError
from rag.interfaces import Drafter, Guard, PassageStore, Progress
from rag.types import Answer, Evidence, Filters

RUN, CASES, ANSWERS, SCORES, SUMMARY = "run.json", "cases.jsonl", "answers.jsonl", "scores.jsonl", "summary.json"


class Subject(Protocol):
    """What is evaluated: ``rag.answer.Answerer``, or anything like it."""

    @property
    def store(self) -> PassageStore: ...

    @property
    def drafter(self) -> Drafter: ...

    @property
    def guard(self) -> Guard: ...

    def trace(self, question: str, filters: Filters | None = None) -> tuple[Answer, Evidence]:
        """The answer, and what was ranked for it, also where it declines."""
        ...


@dataclass(frozen=True, slots=True)
class Run:
    """A finished run as its folder keeps it."""

    folder: Path
    description: Mapping[str, Any]
    measured: tuple[Measured, ...]
    summary: Mapping[str, Any]


def run(
    subject: Subject,
    files: Sequence[Path],
    out: Path,
    settings: Mapping[str, Any],
    *,
    workers: int = 1,
    seed: int = 0,
    fresh: bool = False,
    progress: Progress | None = None,
) -> Run:
    """Runs what is not yet in ``out``, scores everything, and returns it.

    ``fresh`` discards what ``out`` holds of an earlier run. Raises ``CaseError``, ``RecordError``, and what answering
    raises; what was answered before stays on disk.
    """
    library = Library(subject.store)
    cases = case_files.read(files, library)
    description = provenance.describe(settings, subject.store, subject.drafter, files, seed)
    _prepare(out, description, workers, fresh=fresh)
    answers = out / ANSWERS
    done = {record.case_id: record for record in records.read(answers)}
    records.write(answers, done.values())
    for record in _answered(subject, [case for case in cases if case.id not in done], workers):
        with answers.open("a", encoding="utf-8") as file:
            file.write(records.to_line(record))
        done[record.case_id] = record
        if progress:
            progress(len(done), len(cases))
    records.write(answers, [done[case.id] for case in cases])
    judge = Judge(library, subject.guard)
    measured = tuple(Measured(case, done[case.id], score(case, done[case.id], judge)) for case in cases)
    return _finish(out, measured, seed)


def load(folder: Path) -> Run:
    """A finished run; ``RecordError`` where the folder holds none."""
    description, kept = _json(folder / RUN), _json(folder / SUMMARY)
    cases = case_files.located(_lines(folder / CASES), str(folder / CASES))
    answers = {record.case_id: record for record in records.read(folder / ANSWERS)}
    adapter = TypeAdapter(Scores)
    try:
        scores = {one.case_id: one for one in map(adapter.validate_json, _lines(folder / SCORES))}
        measured = tuple(Measured(case, answers[case.id], scores[case.id]) for case in cases)
    except (ValidationError, KeyError) as error:
        raise RecordError(
            f"{folder} is not one whole run ({type(error).__name__}): run the evaluation again"
        ) from error
    return Run(folder, description, measured, kept)


def _prepare(out: Path, description: Mapping[str, Any], workers: int, *, fresh: bool) -> None:
    """The folder with ``description`` in it; ``UsageError`` where it holds another run."""
    out.mkdir(parents=True, exist_ok=True)
    path = out / RUN
    if path.exists() and not fresh:
        differing = provenance.differences(_json(path), description)
        if differing:
            raise UsageError(
                f"{out} holds a run that differs in {', '.join(differing)}: "
                "give another folder, or discard it with --fresh"
            )
        return
    for name in (ANSWERS, SCORES, SUMMARY, CASES):
        (out / name).unlink(missing_ok=True)
    started = datetime.now(UTC).isoformat(timespec="seconds")
    _write_json(path, {"started": started, "workers": workers, **description})


def _answered(subject: Subject, cases: Sequence[Case], workers: int) -> Iterator[Record]:
    def one(case: Case) -> Record:
        return records.record(case.id, *subject.trace(case.question, case.filters))

    if workers == 1:
        yield from map(one, cases)
        return
    with ThreadPoolExecutor(workers) as pool:
        yield from _as_completed(pool, one, cases, ahead=4 * workers)


def _as_completed(
    pool: ThreadPoolExecutor, one: Callable[[Case], Record], cases: Sequence[Case], ahead: int
) -> Iterator[Record]:
    """As each is done; a failure ends the run without starting what is not among the next ``ahead``."""
    waiting = list(reversed(cases))
    running: set[Future[Record]] = set()
    while waiting or running:
        while waiting and len(running) < ahead:
            running.add(pool.submit(one, waiting.pop()))
        ended, running = wait(running, return_when=FIRST_COMPLETED)
        for future in ended:
            yield future.result()


def _finish(out: Path, measured: tuple[Measured, ...], seed: int) -> Run:
    records.replace(out / CASES, [_line(case_files.to_json(one.case)) for one in measured])
    records.replace(out / SCORES, [_line(asdict(one.scores)) for one in measured])
    figures = {
        **summary.summarise(measured, seed),
        "latency_ms": summary.latency([one.record for one in measured]),
    }
    _write_json(out / SUMMARY, figures)
    return load(out)


def _line(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False) + "\n"


def _lines(path: Path) -> list[str]:
    try:
        return [line for line in path.read_text(encoding="utf-8").split("\n") if line]
    except OSError as error:
        raise RecordError(f"{path} cannot be read ({error.strerror}): give the folder of a finished run") from error


def _json(path: Path) -> dict[str, Any]:
    try:
        loaded: dict[str, Any] = json.loads("\n".join(_lines(path)))
    except ValueError as error:
        raise RecordError(f"{path} is no JSON ({error}): run the evaluation again with --fresh") from error
    return loaded


def _write_json(path: Path, value: Mapping[str, Any]) -> None:
    records.replace(path, [json.dumps(value, ensure_ascii=False, indent=2), "\n"])
