"""A silence is weighed by what the copy held lacks and what its edition cut."""

from dataclasses import replace

import pytest

from rag.records import silence
from tests.fakes import make_report

INFO = replace(make_report("Chad", 2019, ["Courts were slow."]).info, publisher="U.S. Department of State")


def numbered(*numbers):
    return tuple(f"Section {number}. Respect for Something" for number in numbers)


@pytest.mark.parametrize(
    ("info", "note"),
    [
        pytest.param(replace(INFO, sections=numbered(*range(1, 8))), "", id="whole"),
        pytest.param(replace(INFO, sections=("Executive Summary", *numbered(*range(1, 8)))), "", id="with-a-summary"),
        pytest.param(
            replace(INFO, sections=numbered(1, 3)),
            "The copy of the Chad 2019 report held here has Sections 1 and 3 only.",
            id="excerpt",
        ),
        pytest.param(replace(INFO, sections=()), "", id="nothing-certain"),
        pytest.param(replace(INFO, sections=numbered(1, 3), publisher="Somebody"), "", id="another-publisher"),
    ],
)
def test_an_excerpt_is_named_for_what_it_holds(info, note):
    assert silence.note([info]) == note


def test_the_shortened_edition_is_named_once():
    reports = [replace(INFO, year=2024, id=f"chad-{number}") for number in range(3)]
    assert silence.note(reports).count("2024 edition") == 1


def test_the_seed_of_2016_is_an_excerpt(seed_reports):
    assert silence.note([seed_reports["kazakhstan-2016"].info]).endswith("has Sections 1 and 3 only.")
