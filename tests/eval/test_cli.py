"""The commands over the real index: a gate that fails, a run that survives being killed, a worse retriever found out."""

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from itertools import islice

import pytest
from typer.testing import CliRunner

from eval.cases.gold import CaseError
from eval.cli import app
from eval.runs import compare, runner
from rag import assemble
from rag.errors import UsageError
from rag.index.encoder import OnnxEncoder
from rag.settings import Settings
from rag.types import Hit
from tests.conftest import ROOT
from tests.eval_fakes import WordSubject, write_cases

DEV = ROOT / "eval" / "gold" / "seeds-dev.jsonl"


@pytest.fixture(scope="module")
def cases(tmp_path_factory):
    """Some of the development questions."""
    with DEV.open(encoding="utf-8") as lines:
        path = tmp_path_factory.mktemp("cases") / "some.jsonl"
        path.write_text("".join(islice(lines, 240)), encoding="utf-8")
    return path


def command(*arguments):
    return CliRunner().invoke(app, [str(argument) for argument in arguments], catch_exceptions=False)


@pytest.fixture(scope="module")
def whole(cases, real_index, tmp_path_factory):
    out = tmp_path_factory.mktemp("run") / "whole"
    assert command("run", "--cases", cases, "--index", real_index, "--out", out).exit_code == 0
    return runner.load(out)


@pytest.mark.slow
def test_run(whole):
    """A run leaves its description, answers, figures and report; what it displays is the reports' own."""
    names = {path.name for path in whole.folder.iterdir()}
    assert names == {"run.json", "cases.jsonl", "answers.jsonl", "scores.jsonl", "summary.json", "report.html"}
    assert set(whole.summary["zero_tolerance"].values()) == {0}
    assert whole.summary["figures"]["quote_exactness"]["value"] == 1.0
    for one in whole.measured:
        assert len(one.record.hits) >= 10
        assert len(one.record.sentences) >= 10


@pytest.mark.slow
def test_killed_run_goes_on(whole, cases, real_index, tmp_path):
    """A run killed without warning, then given the same command, ends with the figures of an undisturbed one."""
    out = tmp_path / "run"
    arguments = [sys.executable, "-m", "eval", "run", "--cases", cases, "--index", real_index, "--out", out]
    with subprocess.Popen(arguments, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        answers, deadline = out / "answers.jsonl", time.monotonic() + 120
        while not (answers.exists() and answers.read_bytes().count(b"\n") > 5) and time.monotonic() < deadline:
            time.sleep(0.01)
        os.kill(process.pid, signal.SIGKILL)
    kept = answers.read_bytes().count(b"\n")
    assert 5 < kept < 240
    subprocess.run(arguments, cwd=ROOT, check=True, capture_output=True)

    def figures(summary):
        return {name: value for name, value in summary.items() if name != "latency_ms"}

    assert figures(runner.load(out).summary) == figures(whole.summary)


@pytest.mark.slow
def test_gate(cases, real_index, tmp_path):
    """The gate's exit code is 0 where every floor is reached, and 1 where one is not, which it names."""
    floors = tmp_path / "floors.toml"
    common = ["gate", "--cases", cases, "--index", real_index, "--out", tmp_path / "out", "--floors", floors]
    floors.write_text("[at_least]\nquote_exactness = 1.0\n")
    assert command(*common).exit_code == 0
    floors.write_text("[at_least]\nsentence_first = 1.0\n")
    failed = command(*common)
    assert failed.exit_code == 1
    assert "FAILED" in failed.stdout


class DenseOne:
    """A deliberately worse retriever: the passage that is nearest by cosine, alone."""

    def __init__(self, store, encoder):
        self.store, self.encoder = store, encoder

    def spelled(self, question):
        return question

    def stands(self, word):
        return False

    def search(self, question, reports, *, balanced=False, limit=1):
        vector = self.encoder.encode([question])[0]
        ((number, score),) = self.store.similar(vector, 1, [report.id for report in reports])
        (passage,) = self.store.passages([number])
        return (Hit(passage, score, *self.store.similarities(vector, number)),)


@pytest.mark.slow
def test_worse_retriever(whole, cases, real_index, tmp_path):
    """Dense search of one passage is significantly worse, and the cases listed are those it lost."""
    ready = assemble.answerer(Settings(index=real_index))
    worse = replace(ready, retriever=DenseOne(ready.store, OnnxEncoder(ready.store.folder, "worse")))
    compared = compare.compare(whole, runner.run(worse, [cases], tmp_path / "worse", {"retriever": "dense, k = 1"}))
    by_name = {one.name: one for one in compared.differences}
    assert by_name["passage_any_at_5"].verdict == "worse"
    assert by_name["sentence_within_3"].verdict == "worse"
    lost, _ = compared.steps["passage_any_at_5"]
    before = {one.case.id: one.scores.values["passage_any_at_5"] for one in whole.measured}
    assert lost
    assert {before[case_id] for case_id in lost} == {1.0}


def test_report_and_compare(tmp_path):
    """A finished run is reported and compared again from its folder alone."""
    folder = runner.run(WordSubject(), [write_cases(tmp_path)], tmp_path / "out", {}).folder
    shown = command("report", folder)
    assert shown.exit_code == 0
    assert "sentence right first" in shown.stdout
    assert (folder / "report.html").exists()
    assert "No case came out otherwise." in command("compare", folder, folder).stdout
    assert command("compare", folder, folder, "--out", tmp_path / "pr.md").stdout == ""
    assert (tmp_path / "pr.md").read_text().startswith("## Evaluation")


def test_convert(tmp_path):
    """A conversion says what it made and what comes next."""
    question = {"id": "q", "question": "Where?", "answers": [{"text": "Egypt", "answer_start": 9}]}
    content = {"data": [{"title": "Bread", "paragraphs": [{"context": "Baked in Egypt.", "qas": [question]}]}]}
    (tmp_path / "squad2.json").write_text(json.dumps(content))
    shown = command("convert", "squad2", tmp_path, tmp_path / "out")
    assert "1 reports, 1 cases, 1 of them answerable; 0 left out" in shown.stdout
    assert "next: rapporteur index build" in shown.stdout


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        pytest.param(["bench", "--sizes", "1000,many"], UsageError, id="sizes"),
        pytest.param(["report", "nowhere"], UsageError, id="no-run"),
    ],
)
def test_refusals(arguments, error, tmp_path, monkeypatch):
    """Misuse is the product's own error, which the command line turns into one line."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(error):
        command(*arguments)


@pytest.mark.slow
def test_refusal_in_one_line(real_index, tmp_path):
    """``python -m eval`` names the line at fault, in one line, with exit code 2."""
    (tmp_path / "cases.jsonl").write_text("{}\n")
    arguments = [sys.executable, "-m", "eval", "run", "--cases", tmp_path / "cases.jsonl", "--out", tmp_path / "out"]
    done = subprocess.run([*arguments, "--index", real_index], cwd=ROOT, check=False, capture_output=True, text=True)
    assert done.returncode == 2
    assert done.stderr == "eval: cases.jsonl line 1: id: Field required: correct the line\n"
    assert issubclass(CaseError, UsageError)


def test_every_command_is_documented():
    """The README beside the package names every command."""
    readme = (ROOT / "eval" / "README.md").read_text(encoding="utf-8")
    for name in (command.name or command.callback.__name__ for command in app.registered_commands):
        assert f"rapporteur eval {name}" in readme
