"""What was read can be seen again: the stored text to the letter, where the report comes from, its pages in citations."""

import sys

import pytest

from rag import cli
from rag.corpus import read
from rag.document.ledger import _compatible
from rag.index import builder
from tests.fakes import HashEncoder
from tests.state_gov_page import PAGE, STORED


@pytest.fixture
def shown(tmp_path, monkeypatch, capsys):
    """Adds the page to an index and gives what ``reports show`` prints of it."""
    (tmp_path / "chad.html").write_text(PAGE)
    builder.build(list(read([tmp_path / "chad.html"])), tmp_path / "index", "hash", encoders=HashEncoder)
    monkeypatch.setenv("RAPPORTEUR_INDEX", str(tmp_path / "index"))
    monkeypatch.setenv("COLUMNS", "80")

    def show(*arguments):
        monkeypatch.setattr(sys, "argv", ["rapporteur", "reports", "show", "chad-2019", *arguments])
        monkeypatch.setattr(sys, "excepthook", sys.excepthook)
        with pytest.raises(SystemExit) as end:
            cli.main()
        assert not end.value.code
        return capsys.readouterr().out

    return show


def test_the_stored_text_is_shown_to_the_letter(shown):
    """So that offsets can be checked with any tool."""
    assert shown("--text") == STORED.replace("\n", "\n\n")


def test_a_report_names_its_page_and_its_pdf(shown):
    lines = shown().splitlines()
    assert "https://www.state.gov/reports/2019-country-reports-on-human-rights-practices/chad/" in lines
    assert "https://www.state.gov/wp-content/uploads/2020/03/CHAD.pdf" in lines


@pytest.mark.parametrize(
    ("cited", "section", "compatible"),
    [
        ("1.c", "Section 1.c., p. 12", True),
        ("1.c", "Section 1, pp. 3-4", True),
        ("1", "Section 1.c., p. 12", True),
        ("1.c", "p. 12", True),
        ("2", "Section 1.c., p. 2", False),
        ("1.c", "Section 1.d., p. 1", False),
    ],
)
def test_a_page_beside_the_section_does_not_contradict_a_citation(cited, section, compatible):
    assert _compatible(cited, section) is compatible
