"""The grounding-accuracy suite: how many false statements the guard shows, and how many true ones it withholds.

    python -m eval.suites.grounding [--reports FOLDER] [--statements FILE…] [--index FOLDER] [--sample N] [--json]

Statements are made from the reports (``eval.suites.grounding_cases``), read from files of hand-written ones, or both.
"""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from math import sqrt
from pathlib import Path

from eval.suites.grounding_cases import Case, generate
from rag.corpus import passages, read_folder
from rag.errors import UsageError
from rag.grounding.guard import DeterministicGuard
from rag.grounding.similarity import SentenceSimilarity
from rag.index.encoder import OnnxEncoder
from rag.interfaces import Guard
from rag.store import LocalStore
from rag.types import Draft, Passage, Report

SPECIFIC = frozenset(
    """number unit day month year place name_changed surname_invented wrong_edition wrong_country extra_specific
    forged_quotation unrelated person_swapped number_changed number_swapped unit_changed money_changed percent_changed
    date_changed month_changed year_changed place_changed inner_quote_forged wrong_report_year""".split()
)
"""Kinds of false statement that differ in something checkable: a number, date, name, quotation, report."""


@dataclass(frozen=True, slots=True)
class Rate:
    """A share with its 95 % Wilson interval."""

    count: int
    total: int
    low: float
    high: float

    @property
    def share(self) -> float:
        return self.count / self.total if self.total else 0.0


@dataclass(frozen=True, slots=True)
class Row:
    kind: str
    supported: bool
    wrong: Rate
    """False statements shown, or true ones withheld."""
    verdicts: tuple[tuple[str, int], ...]
    """Why statements of this kind were withheld, the most frequent first."""


@dataclass(frozen=True, slots=True)
class SuiteResult:
    rows: tuple[Row, ...]
    specific_shown: Rate
    unsupported_shown: Rate
    supported_shown: Rate


def wilson(count: int, total: int) -> Rate:
    """The share ``count`` of ``total``, between 0 and 1 where there is no case.

    >>> rate = wilson(0, 100)
    >>> round(rate.low, 3), round(rate.high, 3)
    (0.0, 0.037)
    """
    if not total:
        return Rate(0, 0, 0.0, 1.0)
    z, share = 1.96, count / total
    centre, scale = share + z * z / (2 * total), 1 + z * z / total
    reach = z * sqrt(share * (1 - share) / total + z * z / (4 * total * total))
    return Rate(count, total, max(0.0, (centre - reach) / scale), min(1.0, (centre + reach) / scale))


def run(
    reports: Sequence[Report],
    statements: Iterable[Path] = (),
    *,
    generated: bool = True,
    sample: int | None = None,
    guard: Guard | None = None,
) -> SuiteResult:
    """Judges every case; ``sample`` keeps at most so many of each generated kind, spread over the reports."""
    judge = guard or DeterministicGuard()
    infos = {report.info.id: report.info for report in reports}
    cases = _sampled(generate(reports), sample) if generated else []
    cases += [case for path in statements for case in read_statements(path, reports)]
    verdicts: dict[tuple[bool, str], list[str | None]] = {}
    for case in cases:
        withheld = judge.check(Draft(case.statement, case.cites), infos)
        verdicts.setdefault((case.supported, case.kind), []).append(withheld.verdict if withheld else None)
    rows = tuple(_row(kind, supported, found) for (supported, kind), found in sorted(verdicts.items()))
    return SuiteResult(
        rows,
        _total(row.wrong for row in rows if not row.supported and row.kind in SPECIFIC),
        _total(row.wrong for row in rows if not row.supported),
        _total(wilson(row.wrong.total - row.wrong.count, row.wrong.total) for row in rows if row.supported),
    )


def read_statements(path: Path, reports: Sequence[Report]) -> list[Case]:
    """Hand-written statements, a JSON object a line: statement, cites (report, text of a sentence), supported, kind."""
    places: dict[tuple[str, str], tuple[Passage, int]] = {}
    for report in reports:
        for passage in passages.split(report):
            for index in range(len(passage.sentences)):
                places.setdefault((passage.report, passage.sentence(index)), (passage, index))
    found = []
    for line in path.read_text(encoding="utf-8").splitlines():
        entry = json.loads(line)
        cites = tuple(
            _place(places, cite["report"], cite["text"], f"{path}: {entry['id']!r}") for cite in entry["cites"]
        )
        found.append(Case(entry["kind"], entry["supported"], entry["statement"], cites))
    return found


def _place(
    places: Mapping[tuple[str, str], tuple[Passage, int]], report: str, text: str, where: str
) -> tuple[Passage, int]:
    """The sentence ``text``, or the one that it is a part of."""
    if place := places.get((report, text)):
        return place
    for (name, sentence), place in places.items():
        if name == report and text in sentence:
            return place
    raise UsageError(f"{where} cites {text!r}, which is no sentence of {report!r}: copy it from the report")


def _sampled(cases: Iterator[Case], sample: int | None) -> list[Case]:
    listed = list(cases)
    if sample is None:
        return listed
    by_kind: dict[tuple[bool, str], list[Case]] = {}
    for case in listed:
        by_kind.setdefault((case.supported, case.kind), []).append(case)
    return [case for found in by_kind.values() for case in found[:: max(1, -(-len(found) // sample))]]


def _row(kind: str, supported: bool, verdicts: Sequence[str | None]) -> Row:
    reasons = Counter(verdict for verdict in verdicts if verdict)
    wrong = len(verdicts) - verdicts.count(None) if supported else verdicts.count(None)
    return Row(kind, supported, wilson(wrong, len(verdicts)), tuple(reasons.most_common()))


def _total(rates: Iterable[Rate]) -> Rate:
    listed = list(rates)
    return wilson(sum(rate.count for rate in listed), sum(rate.total for rate in listed))


def _print(result: SuiteResult) -> None:
    out = sys.stdout.write
    for supported, title in ((False, "false statements shown"), (True, "true statements withheld")):
        out(f"\n{title}\n")
        for row in result.rows:
            if row.supported == supported:
                reasons = ", ".join(f"{verdict} {count}" for verdict, count in row.verdicts[:3])
                out(f"  {row.kind:24} {_shown(row.wrong)}  {reasons}\n")
    out(f"\nfalse with a checkable specific, shown  {_shown(result.specific_shown)}\n")
    out(f"false of all kinds, shown               {_shown(result.unsupported_shown)}\n")
    out(f"true, shown                             {_shown(result.supported_shown)}\n")


def _shown(rate: Rate) -> str:
    return f"{rate.count:5} / {rate.total:5}  {rate.share:6.1%}  [{rate.low:.1%}, {rate.high:.1%}]"


def similarity(index: Path) -> SentenceSimilarity:
    store = LocalStore.open(index)
    return SentenceSimilarity(OnnxEncoder(store.folder, store.info.encoder))


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m eval.suites.grounding", description=__doc__.splitlines()[0])
    parser.add_argument("--reports", type=Path, default=Path("seeds"), help="folder of reports")
    parser.add_argument("--statements", type=Path, nargs="+", default=[], help="judge these hand-written files alone")
    parser.add_argument("--index", type=Path, help="an index, whose encoder tells the guard how alike texts are")
    parser.add_argument("--sample", type=int, help="at most so many generated statements of each kind")
    parser.add_argument("--json", action="store_true", help="print the result as JSON")
    options = parser.parse_args(arguments)
    reports = read_folder(options.reports)
    guard = DeterministicGuard(similarity(options.index) if options.index else None)
    result = run(reports, options.statements, generated=not options.statements, sample=options.sample, guard=guard)
    if options.json:
        sys.stdout.write(json.dumps(asdict(result), indent=2) + "\n")
    else:
        _print(result)
    return 0


if __name__ == "__main__":
    sys.exit(main())
