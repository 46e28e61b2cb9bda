"""Which country and edition a question is taken to ask about: measured without an index, on wording alone.

    python -m eval.suites.naming [--split dev|test] [--failures]

Hand-written questions (``eval/gold/names-*.jsonl``) and generated ones: every country in every form of its name that
people use, with one letter wrong and in lower case, in questions of the split's own wording. They are asked of a
collection of the editions 2016 to 2020 that lacks some countries, or of the two seeds.
"""

import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Annotated

import typer
from pydantic import BaseModel, ConfigDict
from rich.console import Console
from rich.table import Table

from rag import countries
from rag.question import scope
from rag.types import Filters, ReportInfo

ABSENT = frozenset(
    """Antigua and Barbuda;Argentina;Barbados;Belarus;Benin;Canada;Cuba;Finland;Gabon;Holy See;Israel;Japan;Kyrgyzstan
    ;Libya;Luxembourg;Malawi;Mali;Marshall Islands;Moldova;Qatar;Russia;Saint Vincent and the Grenadines;Samoa;Senegal
    ;Timor-Leste;Tonga;Turks and Caicos Islands;Uganda;Ukraine;United Kingdom;United States;Uzbekistan;Vanuatu
    ;Venezuela;West Bank and Gaza;Zimbabwe""".replace("\n    ;", ";").split(";")
)
"""What the collection of many countries lacks, besides overseas territories."""

TEMPLATES = {
    "dev": (
        "How many people were detained in {}?",
        "Are strikes legal in {}?",
        "What did the government of {} do about overcrowded prisons?",
        "prison conditions in {}",
        "How does {} protect witnesses?",
        "Who investigates the police in {}, and who pays them?",
        "Did {} hold free elections in 2018?",
        "What does the 2019 report on {} say about bail?",
    ),
    "test": (
        "Is torture common in {}?",
        "By law, what is the minimum age for marriage in {}?",
        "Has {} ended child labor?",
        "journalists killed in {} 2017",
        "Which courts in {} try soldiers?",
        "What rights do prisoners have throughout {}?",
        "Must employers in {} pay for overtime?",
        "According to the 2016 edition for {}, who was arrested?",
    ),
}
ADJECTIVES = {
    "dev": ("What did {} police do to protesters?", "How long may {} courts hold a suspect?", "{} prisons in 2019"),
    "test": ("Which {} newspapers were closed?", "Does {} law punish rape?", "Were {} elections fair?"),
}


class Expected(BaseModel):
    """One line of a file of questions."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    group: str
    held: str = "many"
    question: str
    outcome: str
    """"search", or the reason of the refusal."""
    countries: list[str] = []
    """Those that the search is restricted to."""
    years: list[int] | None = None
    """Editions that are searched; not looked at where null."""
    compares: bool | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    expected: Expected
    right: bool
    found: str


def collections() -> dict[str, tuple[ReportInfo, ...]]:
    """Reports by name of the collection that holds them."""
    present = [one for one in countries.every() if one not in ABSENT and not countries.within(one)]
    many = [(country, year) for country in (*present, "Western Sahara") for year in range(2016, 2021)]
    seeds = [("Kazakhstan", 2016), ("Kazakhstan", 2020)]
    return {name: tuple(_info(*one) for one in held) for name, held in (("many", many), ("seeds", seeds))}


def written(split: str) -> list[Expected]:
    lines = resources.files("eval").joinpath(f"gold/names-{split}.jsonl").read_text(encoding="utf-8").splitlines()
    return [Expected.model_validate_json(line) for line in lines]


def generated(split: str) -> Iterator[Expected]:
    """Every country in every form, each in one question, the same at every run."""
    chance = random.Random(split)  # noqa: S311 - no secret
    for country in countries.every():
        for form, name in _forms(country, chance):
            wording = ADJECTIVES if form == "adjective" else TEMPLATES
            question = chance.choice(wording[split]).format(name)
            held = country not in ABSENT and not countries.within(country)
            over = countries.within(country)
            means = [country] if held or country == "Western Sahara" else [over] if over and over not in ABSENT else []
            outcome = "search" if means else "not_in_collection"
            yield Expected(id=f"{country} {form}", group=form, question=question, outcome=outcome, countries=means)


def judge(expected: Expected, held: Sequence[ReportInfo]) -> Judged:
    found = scope.read(expected.question, Filters(), held)
    outcome = found.refusal[0] if found.refusal else "search"
    restricted = found.filters.countries
    right = outcome == expected.outcome
    if right and outcome == "search":
        years = sorted({report.year for report in found.reports})
        right = (
            set(restricted) == set(expected.countries)
            and expected.years in (None, years)
            and expected.compares in (None, found.compares)
        )
    years_found = sorted({report.year for report in found.reports})
    return Judged(expected, right, f"{outcome} {', '.join(restricted)} {years_found} compares={found.compares}")


def rates(judged: Sequence[Judged]) -> dict[str, tuple[int, int]]:
    """Right ones and all, by group."""
    found: dict[str, tuple[int, int]] = {}
    for one in judged:
        right, every = found.get(one.expected.group, (0, 0))
        found[one.expected.group] = right + one.right, every + 1
    return found


def measure(split: str) -> list[Judged]:
    held = collections()
    return [judge(one, held[one.held]) for one in (*written(split), *generated(split))]


def _forms(country: str, chance: random.Random) -> Iterator[tuple[str, str]]:
    names, adjectives = countries.forms(country)
    yield "official name", country
    yield "lower case", country.lower()
    for name in names:
        if "(" not in name and "/" not in name and not name.isupper():
            yield "other name", name
    for adjective in adjectives:
        if not adjective.endswith(("s", "men", "man", "women", "woman")):
            yield "adjective", adjective
    longest = max(country.split(), key=len)
    if len(longest) > 6:
        yield "misspelt", country.replace(longest, _slip(longest, chance))


def _slip(word: str, chance: random.Random) -> str:
    """``word`` with a letter left out, doubled, or swapped with its neighbour, the first left alone."""
    at = chance.randrange(2, len(word) - 1)
    return chance.choice(
        (
            word[:at] + word[at + 1 :],
            word[:at] + word[at] + word[at:],
            word[: at - 1] + word[at] + word[at - 1] + word[at + 1 :],
        )
    )


def _info(country: str, year: int) -> ReportInfo:
    name = f"{countries.slug(country)}-{year}"
    return ReportInfo(name, country, year, country, "U.S. Department of State", "", None, f"{name}.html", "0" * 64)


def main(
    split: Annotated[str, typer.Option(help="dev or test.")] = "dev",
    failures: Annotated[bool, typer.Option("--failures", help="List every question taken wrongly.")] = False,
) -> None:
    """Print the share of questions that are taken as meant, by group."""
    judged = measure(split)
    table = Table("group", "right", "questions", "share", title=f"countries and editions, {split}")
    for group, (right, every) in rates(judged).items():
        table.add_row(group, str(right), str(every), f"{right / every:.3f}")
    right = sum(one.right for one in judged)
    table.add_row("all", str(right), str(len(judged)), f"{right / len(judged):.3f}")
    Console(highlight=False).print(table)
    for one in judged if failures else ():
        if not one.right:
            typer.echo(json.dumps({"question": one.expected.question, "found": one.found}, ensure_ascii=False))


if __name__ == "__main__":
    typer.run(main)
