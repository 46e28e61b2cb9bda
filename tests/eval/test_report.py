"""The report is one page that needs nothing else, shows every case behind every figure, and shows the worst first."""

import re
from html.parser import HTMLParser
from itertools import pairwise

import pytest

from eval.runs import plots, report, runner
from eval.scoring.figures import FIGURES, HEADLINES, PER_CASE
from tests.eval_fakes import CASES, WordSubject, case, write_cases

HOSTILE = case("hostile <b>&\"'", "Is <script>alert(1)</script> closed by the press council?")


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("report")
    path = write_cases(folder, [*CASES, HOSTILE])
    return runner.run(WordSubject(shown=2), [path], folder / "out", {"model": "extractive"})


@pytest.fixture(scope="module")
def page(run):
    return report.render(run)


class Outline(HTMLParser):
    """What the tests ask of a page."""

    VOID = frozenset("meta link img br input hr path use rect line circle polyline polygon".split())

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict]] = []
        self.text: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text.append(data)

    def of(self, *names):
        return [(tag, attrs) for tag, attrs in self.tags if tag in names]


def test_self_contained(page):
    """Nothing is requested from outside and nothing is run."""
    outline = Outline(page)
    assert not outline.of("script", "link", "iframe", "img", "object")
    references = [
        attrs[name] for _, attrs in outline.tags for name in ("src", "href", "xlink:href", "action") if name in attrs
    ]
    assert references
    assert all(reference.startswith("#") for reference in references)
    assert all(target.startswith("#") for target in re.findall(r"url\(([^)]*)\)", page))
    assert "@import" not in page
    assert any("default-src 'none'" in attrs.get("content", "") for _, attrs in outline.of("meta"))


def test_words_of_cases_are_text(page):
    """What cases and reports say is shown and never interpreted."""
    outline = Outline(page)
    assert "Is <script>alert(1)</script> closed" in "".join(outline.text)
    assert not outline.of("script", "b")


def test_headings_descend_one_at_a_time(page):
    """One h1, and no level is skipped."""
    levels = [int(tag[1]) for tag, _ in Outline(page).tags if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_tables_and_plots_are_described(page):
    """Every header cell has a scope, every drawing a description, every id is unique."""
    outline = Outline(page)
    assert all(attrs.get("scope") in {"row", "col"} for _, attrs in outline.of("th"))
    drawings = [attrs for _, attrs in outline.of("div") if attrs.get("role") == "img"]
    assert len(drawings) == len(outline.of("svg")) == 6
    assert all(len(attrs["aria-label"]) > 30 for attrs in drawings)
    ids = [attrs["id"] for _, attrs in outline.tags if "id" in attrs]
    assert len(ids) == len(set(ids))


def test_every_figure_leads_to_its_cases(page, run):
    """Each headline figure has a row, and links only to cases that the page holds."""
    outline = Outline(page)
    ids = {attrs["id"] for _, attrs in outline.tags if "id" in attrs}
    assert {f"figure-{name}" for name in HEADLINES} <= ids
    links = [attrs["href"][1:] for _, attrs in outline.of("a")]
    assert links
    assert set(links) <= ids
    rows = {row.name: row for row in report._rows(run.summary["figures"], report.worst_first(run.measured))}
    assert rows["unanswerable_declined"].behind == (("case-1", "mayor"),)
    assert rows["auc"].behind[0] == ("case-1", "mayor")
    assert rows["sentence_first"].behind == (("case-2", "inmates"),)


def test_worst_first(run):
    """Answers to the unanswerable first, then wrong, missed, incomplete, and at last what is right."""
    assert [one.case.id for one in report.worst_first(run.measured)] == [
        "mayor",
        "inmates",
        "slow",
        "beaten",
        "press",
        "complaints",
        "hostile <b>&\"'",
        "king",
    ]


def test_case_shows_what_led_to_it(page):
    """A case opens on its gold, verdicts, quotes, ranked sentences and passages."""
    text = "".join(Outline(page).text)
    for shown in (
        "group 2019",
        "Must contain: 125",
        "supported",
        "exact",
        "Declined (silent)",
        "Ranked passages",
        "gold",
    ):
        assert shown in text


def test_many_cases(run, monkeypatch):
    """Of many cases the best are left out, and the page says so."""
    monkeypatch.setattr(report, "SHOWN_CASES", 3)
    page = report.render(run)
    assert page.count('class="case"') == 3
    assert "The best 5 cases are left out" in page


def test_same_page_again(run, page):
    """The same run gives the same page, plots included."""
    assert report.render(run) == page


def test_written(run):
    """The page lies in the run's folder."""
    assert report.write(run).read_text(encoding="utf-8").startswith("<!doctype html>")


def test_only_unanswerable(tmp_path):
    """A run where most figures do not apply has a report all the same."""
    path = write_cases(tmp_path, [case("a", "Which king?"), case("b", "Which queen?")])
    run = runner.run(WordSubject(), [path], tmp_path / "out", {})
    assert run.summary["figures"]["auc"]["value"] is None
    assert "Which queen?" in report.render(run)


def test_plots_take_the_page_s_colours(run):
    """No colour is fixed, so that light and dark both read."""
    for plot in plots.of(run.summary, [1.0, 2.0]):
        assert not re.search(r"#[0-9a-f]{6}\b(?!-)", re.sub(r"(?:id=\"|url\(#|href=\"#)[^\")]*", "", plot.svg)), (
            plot.name
        )
        assert plot.rows
        assert all(len(row) == len(plot.columns) for row in plot.rows)


def test_figures_are_defined():
    """Every figure has a title of its own and a definition; headlines and means are among them."""
    assert set(HEADLINES) <= set(FIGURES)
    assert set(PER_CASE) <= set(FIGURES)
    assert len({meaning.title for meaning in FIGURES.values()}) == len(FIGURES)
