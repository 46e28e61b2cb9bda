"""Cells of a table that a spreadsheet will open."""

import csv
from collections.abc import Iterable, Sequence
from io import StringIO

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def safe(value: object) -> object:
    """``value``, with an apostrophe before a text that a spreadsheet would run as a formula.

    White space before the first mark hides nothing: spreadsheets skip it.

    >>> safe("=HYPERLINK(1)")
    "'=HYPERLINK(1)"
    """
    if isinstance(value, str) and (value.startswith(_FORMULA) or value.lstrip().startswith(_FORMULA)):
        return f"'{value}"
    return value


def table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Comma-separated values with safe cells and CR LF line ends, as RFC 4180 has them."""
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow(header)
    writer.writerows([safe(value) for value in row] for row in rows)
    return out.getvalue()
