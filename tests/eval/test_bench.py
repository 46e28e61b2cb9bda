"""What a benchmark measures is what it says; how long anything takes is never asserted."""

import json

from eval.benchmarks import answering
from rag.corpus.passages import split
from tests.fakes import HashEncoder, make_report


def test_synthetic_collections_have_the_size_asked_for():
    """As many passages as asked, in reports of one hundred, the same each time."""
    reports = list(answering.synthetic(250))
    assert [len(split(report)) for report in reports] == [100, 100, 50]
    assert len({report.info.id for report in reports}) == 3
    assert [report.text for report in answering.synthetic(250)] == [report.text for report in reports]


def test_retrieval():
    """Searches with and without a filter are measured over all passages."""
    searched = answering.retrieval(300, HashEncoder(dimension=384))
    assert searched.passages == 300
    for spread in (searched.all_reports, searched.one_report):
        assert 0 < spread.p50 <= spread.p90 <= spread.p99
    assert searched.disk_mb > 0


def test_texts_embedded():
    """The encoder alone is given the texts of a build: passages and sentences, each once."""
    report = make_report("Chad", 2020, ["One is here. Two is here.", "Two is here."])
    assert answering._embedded([report]) == ["One is here. Two is here.", "Two is here.", "One is here."]


def test_written(tmp_path):
    """The figures as JSON, and a plot whose colours do not depend on a page."""
    spread = {"p50": 1.0, "p90": 2.0, "p99": 3.0}
    one = {"passages": 1000, "all_reports": spread, "one_report": spread}
    answering.write(tmp_path, {"retrieval": [one]})
    assert json.loads((tmp_path / "bench.json").read_text())["retrieval"] == [one]
    svg = (tmp_path / "bench.svg").read_text()
    assert svg.startswith("<svg ")
    assert "var(" not in svg
