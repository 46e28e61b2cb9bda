"""The check of what is stored against the pages finds what it is there to find."""

import sys
from dataclasses import replace

import pytest
import typer

from eval.suites import ingestion
from rag.corpus.collection import report
from rag.corpus.sources import File
from rag.types import Paragraph
from tests.state_gov_page import PAGE, STORED

FOUND = report(File("/reports/chad.html", PAGE.encode(), None))


def spoiled(text):
    """The page's report with ``text`` as a paragraph more."""
    start = len(FOUND.text) + 2
    more = Paragraph(99, start, start, start + len(text), "", ())
    return replace(FOUND, text=f"{FOUND.text}\n\n{text}", paragraphs=(*FOUND.paragraphs, more))


def faults(found):
    return [fault.what for fault in ingestion.faults(found, ingestion.page(PAGE))]


def test_a_right_reading_has_no_fault():
    assert faults(FOUND) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Courts were quick.", ["not in the visible text"]),
        ("Police beat script.", ["not in the visible text"]),
        ("Section 1. Respect", ["navigation"]),
        ("U.S. Department of State", ["navigation"]),
        ("03 / Select Countries", ["navigation"]),
        ("window.dataLayer = window.dataLayer || []", ["not in the visible text", "script"]),
        ("function(a) { return a }", ["not in the visible text", "script"]),
        ("<p>Courts", ["not in the visible text", "script"]),
    ],
)
def test_each_fault_is_found(text, expected):
    assert faults(spoiled(text)) == expected


def test_agreement_counts_both_ways():
    """A line that is not stored lowers the one, a paragraph that nobody else has the other."""
    extracted = STORED.replace("\u00a0", " ")
    same = ingestion.agreement(FOUND, extracted)
    assert (same.found, same.confirmed) == (same.theirs, same.ours)
    more = ingestion.agreement(FOUND, extracted + "\nThis line of ten words is nowhere in the stored text.")
    assert (more.theirs - more.found, more.confirmed) == (1, more.ours)
    less = ingestion.agreement(spoiled("Courts were quick."), extracted)
    assert (less.found, less.ours - less.confirmed) == (less.theirs, 1)


def test_the_run_ends_with_an_error_where_something_is_wrong(tmp_path, capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "trafilatura", None)
    (tmp_path / "chad.html").write_text(PAGE)
    ingestion.main([tmp_path])
    assert "1 reports, 13 paragraphs, 0 refused" in (out := capsys.readouterr().out)
    assert "trafilatura is not installed" in out
    (tmp_path / "mali.html").write_text("<p>Nothing.</p>")
    with pytest.raises(typer.Exit):
        ingestion.main([tmp_path])
    assert "refused: " in capsys.readouterr().out
