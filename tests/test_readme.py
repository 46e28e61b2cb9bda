"""The README is short, and what it says of modules, commands and settings is complete and true."""

import re
from importlib import import_module
from pathlib import Path

import pytest
import typer

from rag.cli import COMMANDS
from rag.settings import Settings

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
MAP = dict(re.findall(r"^\| `((?:rag|api|eval|prompts|seeds)/\S*)` \| (.+?) \|$", README, re.MULTILINE))

ROOMS = sorted(
    f"{folder.relative_to(ROOT)}/"
    for package in ("rag", "api")
    for folder in [ROOT / package, *(ROOT / package).iterdir()]
    if folder.is_dir() and any(folder.glob("*.py"))
)
MEASURING = sorted(folder.name for folder in (ROOT / "eval").iterdir() if folder.is_dir() and any(folder.glob("*.py")))


def test_it_is_short():
    assert len(README.splitlines()) <= 100


def test_it_begins_with_the_two_commands():
    """How to try it and how to test it come before anything else."""
    first = README.split("```")[1]
    assert "make ask" in first
    assert "make test" in first


@pytest.mark.parametrize("room", ROOMS)
def test_every_room_has_its_sentence_in_the_map(room):
    """What its modules are for stands in their docstrings."""
    assert room in MAP
    assert re.fullmatch(r"[A-Z].*\.", MAP[room])


def test_the_map_is_short():
    assert len(MAP) <= 25


@pytest.mark.parametrize("room", MEASURING)
def test_every_room_of_the_evaluation_is_in_its_readme(room):
    assert f"`{room}/`" in (ROOT / "eval" / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("part", MAP)
def test_the_map_names_nothing_that_is_gone(part):
    assert (ROOT / part).exists()


def commands():
    for name, (module, _) in COMMANDS.items():
        command = typer.main.get_command(import_module(module).app)
        below = getattr(command, "commands", {})
        yield from ((f"rapporteur {name} {sub}" for sub in below) if below else [f"rapporteur {name}"])


@pytest.mark.parametrize("command", list(commands()))
def test_every_command_is_mentioned(command):
    assert re.search(rf"{command}\b", README)


SETTINGS = {
    (str(field.validation_alias) if field.validation_alias else f"RAPPORTEUR_{name.upper()}"): field
    for name, field in Settings.model_fields.items()
}


@pytest.mark.parametrize("variable", SETTINGS)
def test_every_setting_is_mentioned(variable):
    assert f"`{variable}`" in README


@pytest.mark.parametrize("variable", SETTINGS)
def test_every_setting_says_what_it_is(variable):
    assert SETTINGS[variable].description


def test_no_setting_is_mentioned_that_is_gone():
    mentioned = set(re.findall(r"\bRAPPORTEUR_[A-Z_]+\b", README))
    assert mentioned <= set(SETTINGS) | {"RAPPORTEUR_DEBUG"}


def test_defaults_are_those_of_the_settings():
    for variable, default in re.findall(r"^\| `(\w+)` \| .+? \| `?([^|`]+?)`? \|$", README, re.MULTILINE):
        held = SETTINGS[variable].default
        if isinstance(held, float | int | str) and not isinstance(held, bool):
            assert str(held) == default or float(default) == float(held)


@pytest.mark.parametrize("target", sorted(set(re.findall(r"\]\((?!http)([^)#]+)", README))))
def test_links_lead_to_files(target):
    assert (ROOT / target).exists()


def test_exit_codes_are_told():
    assert "0 answered or declined, 1 something failed, 2 misuse" in README
