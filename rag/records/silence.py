"""What a reader must know to weigh a report's silence: what the copy held lacks, and what its edition cut."""

import re
from collections.abc import Iterable

from rag.types import ReportInfo

SHORTENED = 2024
"""Edition with which the State Department cut and reordered its reports."""
WHOLE = range(1, 8)
"""Sections of a whole report of the State Department, before that edition."""

_NUMBER = re.compile(r"Section (\d+)\b")


def note(reports: Iterable[ReportInfo]) -> str:
    """Sentences on the silence of ``reports``; mostly none."""
    reports = list(reports)
    lines = [
        f"The copy of the {report.country} {report.year} report held here has {held} only."
        for report in reports
        if (held := excerpt(report))
    ]
    if any(report.year >= SHORTENED and "Department of State" in report.publisher for report in reports):
        lines.append(
            f"With the {SHORTENED} edition the State Department shortened and reordered its reports: "
            "silence may be a cut, not a change."
        )
    return " ".join(lines)


def excerpt(report: ReportInfo) -> str:
    """The sections that a copy holds, in words, where it is no whole report of the State Department; "" else.

    "Sections 1 and 3".
    """
    numbers = numbered(report)
    whole = report.year >= SHORTENED or "Department of State" not in report.publisher or set(WHOLE) <= set(numbers)
    return "" if whole or not numbers else in_words(numbers)


def numbered(report: ReportInfo) -> list[int]:
    """Numbers of the sections that a copy holds, in order; empty where its sections bear none."""
    found = (_NUMBER.match(heading) for heading in report.sections)
    return list(dict.fromkeys(int(match.group(1)) for match in found if match))


def in_words(numbers: list[int]) -> str:
    """Numbers of sections in words.

    >>> in_words([1, 2, 3, 5]), in_words([4])
    ('Sections 1, 2, 3 and 5', 'Section 4')
    """
    if len(numbers) == 1:
        return f"Section {numbers[0]}"
    return f"Sections {', '.join(map(str, numbers[:-1]))} and {numbers[-1]}"
