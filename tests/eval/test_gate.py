"""The gate fails on any figure below its floor, and on a single quote that is not the report's own."""

from dataclasses import replace

import pytest

from eval.runs import gate, runner
from eval.runs.gate import FloorError, Floors
from eval.scoring import summary
from tests.eval_fakes import WordSubject, write_cases


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("gate")
    return runner.run(WordSubject(), [write_cases(folder)], folder / "out", {})


def failed(summary, **limits):
    return [check.title for check in gate.check(summary, Floors(**limits)) if not check.passed]


@pytest.mark.parametrize(
    ("limits", "titles"),
    [
        pytest.param({}, [], id="no-floor"),
        pytest.param({"at_least": {"sentence_first": 0.8}}, [], id="just-reached"),
        pytest.param({"at_least": {"sentence_first": 0.81}}, ["sentence right first"], id="below"),
        pytest.param({"at_most": {"wrong_at_80": 1.0}}, [], id="under-the-ceiling"),
        pytest.param({"at_most": {"wrong_at_80": 0.0}}, ["wrong at 80 % coverage"], id="over-the-ceiling"),
    ],
)
def test_floors(run, limits, titles):
    """A figure passes at its limit and fails beyond it."""
    assert failed(run.summary, **limits) == titles


@pytest.mark.parametrize("verdict", ["fabricated", "misattributed", "cut"])
def test_zero_tolerance(run, verdict):
    """One such quote fails the gate, whatever the floors."""
    first, *rest = run.measured
    worse = replace(first, scores=replace(first.scores, quotes=("exact", verdict)))
    assert failed(summary.summarise([worse, *rest], 0)) == [verdict]


def test_not_applicable_does_not_pass(run):
    """A figure that applies to no case cannot reach a floor."""
    figures = {**run.summary["figures"], "auc": {"value": None}}
    assert failed({**run.summary, "figures": figures}, at_least={"auc": 0.5}) == ["abstention AUC"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("[at_least]\nauk = 0.5", "at_least has 'auk': choose from passage_first, ", id="unknown"),
        pytest.param("[at_least]\nwrong_at_80 = 0.5", "at_least has 'wrong_at_80'", id="wrong-side"),
        pytest.param("[at_most]\nauc = 0.5", "at_most has 'auc': choose from wrong_at_80, ", id="wrong-side-too"),
        pytest.param("[floor]\nauc = 0.5", "write tables at_least and at_most", id="unknown-table"),
        pytest.param("[at_least]\nauc = 'high'", "write tables at_least and at_most", id="no-number"),
        pytest.param("auc", "write tables at_least and at_most", id="no-toml"),
    ],
)
def test_refused_floors(tmp_path, text, message):
    """Floors that would never be checked are refused."""
    path = tmp_path / "floors.toml"
    path.write_text(text)
    with pytest.raises(FloorError) as refused:
        gate.floors(path)
    assert message in str(refused.value)


def test_committed_floors():
    """The committed floors are usable, and hold what must be perfect."""
    floors = gate.floors()
    assert floors.at_least["quote_exactness"] == 1.0
    assert floors.at_least["citation_recall"] == 1.0
