"""The guard's accuracy on statements generated from the reports does not fall below what it has reached."""

import json
from pathlib import Path

import pytest

from eval.suites.grounding import main, read_statements, run, wilson
from rag.corpus import read_folder
from rag.errors import UsageError

ROOT = Path(__file__).parents[2]
REPORTS = read_folder(ROOT / "seeds")
DEV = ROOT / "eval" / "gold" / "statements-dev.jsonl"


def test_generated_statements():
    """Most false statements shown and fewest true ones, over at most 40 of each kind."""
    result = run(REPORTS, sample=40)
    assert result.specific_shown.total > 400
    assert result.specific_shown.share <= 0.02
    assert result.unsupported_shown.share <= 0.02
    assert result.supported_shown.share >= 0.99


@pytest.mark.parametrize(
    "kind", ["day", "month", "year", "unit", "place", "wrong_edition", "wrong_country", "forged_quotation", "unrelated"]
)
def test_kinds_that_are_always_caught(kind):
    rows = {row.kind: row for row in run(REPORTS, sample=40).rows}
    assert rows[kind].wrong.count == 0


@pytest.mark.parametrize(
    ("name", "specific", "unsupported", "supported"),
    [
        pytest.param("statements-dev", 0.01, 0.01, 0.99, id="first batch"),
        pytest.param("statements-dev2", 0.01, 0.035, 0.965, id="second batch"),
        pytest.param("statements-dev3", 0.005, 0.01, 0.975, id="third batch"),
        pytest.param("statements-dev4", 0.01, 0.025, 0.635, id="fourth batch: free paraphrase"),
        pytest.param("statements-dev5", 0.01, 0.03, 0.52, id="fifth batch: free paraphrase"),
        pytest.param("statements-dev6", 0.02, 0.09, 0.61, id="sixth batch: free paraphrase"),
    ],
)
def test_hand_written_statements(name, specific, unsupported, supported):
    """The most of the false ones that are shown, and the least of the true ones."""
    result = run(REPORTS, [DEV.with_name(f"{name}.jsonl")], generated=False)
    assert result.specific_shown.share <= specific
    assert result.unsupported_shown.share <= unsupported
    assert result.supported_shown.share >= supported


def test_wilson_intervals_by_hand():
    """8 of 10: centre (0.8 + 0.19208) / 1.38416, reach 1.96 * sqrt(0.016 + 0.009604) / 1.38416."""
    rate = wilson(8, 10)
    assert (round(rate.low, 3), round(rate.high, 3)) == (0.49, 0.943)
    assert wilson(0, 0).share == 0


def test_a_statement_must_cite_a_sentence_of_a_report(tmp_path):
    line = {
        "id": "x",
        "statement": "S.",
        "kind": "k",
        "supported": True,
        "cites": [{"report": "kazakhstan-2020", "text": "No."}],
    }
    path = tmp_path / "statements.jsonl"
    path.write_text(json.dumps(line), encoding="utf-8")
    with pytest.raises(UsageError, match="'x' cites"):
        read_statements(path, REPORTS)


def test_the_command_prints_three_headlines(capsys):
    assert main(["--reports", str(ROOT / "seeds"), "--statements", str(DEV)]) == 0
    assert capsys.readouterr().out.count("shown  ") >= 1
    assert main(["--reports", str(ROOT / "seeds"), "--statements", str(DEV), "--json"]) == 0
    assert set(json.loads(capsys.readouterr().out)) == {
        "rows",
        "specific_shown",
        "unsupported_shown",
        "supported_shown",
    }
