"""Whoever asks first gets an answer: the packaged reports' index is built where there is none and none was named."""

import re
from functools import partial

import pytest

from rag import cli
from rag.commands import first_index, options
from rag.errors import IndexMissingError
from rag.index import builder
from rag.settings import load
from rag.store import LocalStore
from tests.fakes import HashEncoder


@pytest.fixture
def fresh(tmp_path, monkeypatch):
    """A user's data folder without an index; building takes no model."""
    monkeypatch.delenv("RAPPORTEUR_INDEX", raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.setattr(builder, "build", partial(builder.build, encoders=HashEncoder))
    return tmp_path / "rapporteur" / "index"


def test_the_first_question_builds_the_index_of_the_packaged_reports(fresh, capsys, seed_reports):
    """The builder's word goes to standard error, so that an answer in JSON stays whole."""
    settings = first_index.ready(load())
    assert {report.id for report in LocalStore.open(fresh).reports} == set(seed_reports)
    told = capsys.readouterr()
    assert (settings.index, told.out) == (fresh, "")
    assert told.err == "rapporteur: no index yet: building that of the two reports included\n"


def test_an_index_that_is_there_is_left_as_it_is(fresh, monkeypatch, capsys):
    first_index.ready(load())
    capsys.readouterr()
    monkeypatch.setattr(builder, "build", lambda *_: pytest.fail("built again"))
    first_index.ready(load())
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("by", ["variable", "option"])
def test_an_index_that_was_named_is_never_made_up(fresh, monkeypatch, by):
    """A slip in its name must not be answered from other reports."""
    other = fresh.parent / "other"
    if by == "variable":
        monkeypatch.setenv("RAPPORTEUR_INDEX", str(other))
    settings = first_index.ready(options.configured(other if by == "option" else None))
    with pytest.raises(IndexMissingError):
        LocalStore.open(settings.index)
    assert not fresh.exists()


def test_help_begins_with_the_five_commands_of_the_first_hour(capsys, monkeypatch):
    monkeypatch.setattr("sys.argv", ["rapporteur", "--help"])
    with pytest.raises(SystemExit):
        cli.main()
    listed = re.findall(r"^  (\w+)  +", capsys.readouterr().out.partition("Commands:")[2], re.MULTILINE)
    assert listed[:5] == ["ask", "chat", "serve", "verify", "index"]


@pytest.mark.parametrize("command", ["ask", "chat", "serve"])
def test_a_model_is_named_where_one_would_write_it(command, capsys, monkeypatch):
    monkeypatch.setattr("sys.argv", ["rapporteur", command, "--help"])
    with pytest.raises(SystemExit):
        cli.main()
    assert "--model" in capsys.readouterr().out
