"""Models are chosen by name; commands say what is configured, what answers, and what to do."""

import json
import subprocess
import sys

import pytest
from typer.testing import CliRunner

from rag import assemble
from rag.commands import ask, doctor, models
from rag.errors import SettingError, UnknownNameError
from rag.grounding.guard import DeterministicGuard
from rag.installation import installing
from rag.models import registry
from rag.settings import Settings, load
from tests.scripted_server import ScriptedServer, Status, lines

CUSTOMARY = ("OPENAI_API_KEY", "OPENAI_BASE_URL", "ANTHROPIC_API_KEY", "ANTHROPIC_BASE_URL", "OLLAMA_HOST")
QUESTION = "How many complaints about torture did the ombudsman's office receive in the first ten months of 2020?"


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch):
    for name in CUSTOMARY:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("OLLAMA_HOST", "127.0.0.1:9")
    monkeypatch.delenv("RAPPORTEUR_MODEL", raising=False)


@pytest.mark.parametrize("setting", ["gpt-4", "foo:bar", "", "Extractive"])
def test_an_unknown_provider_lists_the_valid_ones(setting):
    with pytest.raises(UnknownNameError) as refused:
        registry.chosen(setting)
    for name in ("extractive", "openai:NAME", "ollama:NAME", "anthropic:NAME"):
        assert name in str(refused.value)


@pytest.mark.parametrize("setting", ["openai", "openai:", "ollama: "])
def test_a_missing_name_gives_an_example(setting):
    with pytest.raises(SettingError, match="such as"):
        registry.chosen(setting)


def test_names_may_hold_colons():
    assert registry.chosen("ollama:llama3.1:8b-instruct") == ("ollama", "llama3.1:8b-instruct")


@pytest.mark.parametrize(
    ("model", "says"),
    [("openai:gpt", "OPENAI_API_KEY"), ("anthropic:claude", "ANTHROPIC_API_KEY|rapporteur\\[anthropic")],
)
def test_what_is_missing_is_named_when_the_model_is_chosen(model, says):
    settings = Settings(index="x").model_copy(update={"model": model})
    with pytest.raises(Exception, match=says):
        assemble.writers(settings, DeterministicGuard())


def test_a_missing_extra_says_how_to_install_it():
    code = (
        "import sys; sys.modules['anthropic'] = None; from rag.models import registry; from rag.settings import load\n"
    )
    code += "registry.connect('anthropic:claude', load())"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert installing("anthropic") in done.stderr


def test_the_default_loads_no_client():
    code = "import sys, rag.assemble; print(sorted({'httpx', 'httpx2', 'jinja2', 'anthropic', 'openai'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_keys_are_secrets_in_the_settings(monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "sk-canary")
    monkeypatch.setenv("RAPPORTEUR_WINDOW", "12")
    with pytest.raises(SettingError) as refused:
        load()
    assert "RAPPORTEUR_WINDOW='12'" in str(refused.value)
    monkeypatch.delenv("RAPPORTEUR_WINDOW")
    loaded = load()
    assert "sk-canary" not in repr(loaded) + loaded.model_dump_json()
    assert loaded.openai_api_key.get_secret_value() == "sk-canary"


def test_models_tells_how_each_stands(monkeypatch):
    with ScriptedServer(lines("x")) as server:
        monkeypatch.setenv("RAPPORTEUR_MODEL", "openai:scripted")
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        done = CliRunner().invoke(models.app, ["--json"])
    assert done.exit_code == 0
    found = {one["provider"]: one for one in json.loads(done.stdout)}
    assert list(found) == ["extractive", "openai", "ollama", "anthropic"]
    assert [one["provider"] for one in found.values() if one["configured"]] == ["openai"]
    assert found["openai"]["state"] == "ready"
    assert found["openai"]["model"] == "openai:scripted"
    assert (found["ollama"]["state"], "cannot be reached" in found["ollama"]["detail"]) == ("unusable", True)
    assert found["anthropic"]["state"] == "unusable"
    assert "* openai:scripted" in CliRunner().invoke(models.app, ["--no-probe"]).stdout


def test_doctor_has_a_line_for_each_part(monkeypatch, real_index):
    monkeypatch.setenv("RAPPORTEUR_INDEX", str(real_index))
    done = CliRunner().invoke(doctor.app, [])
    assert done.exit_code == 0, done.stdout
    assert [line.split()[:2] for line in done.stdout.splitlines()] == [
        [name, "ok"] for name in ("settings", "index", "encoder", "model", "disk")
    ]


def test_doctor_says_what_to_do(monkeypatch, tmp_path):
    monkeypatch.setenv("RAPPORTEUR_INDEX", str(tmp_path / "none"))
    monkeypatch.setenv("RAPPORTEUR_MODEL", "ollama:llama3.1")
    done = CliRunner().invoke(doctor.app, [])
    assert done.exit_code == 1
    lines_of = {line.split()[0]: line for line in done.stdout.splitlines()}
    assert "FAULT" in lines_of["index"]
    assert "index build" in lines_of["index"]
    assert "is it running" in lines_of["model"]
    assert " ok " in lines_of["disk"]


def test_ask_falls_back_and_says_so_or_fails(monkeypatch, real_index):
    with ScriptedServer(lambda _: [Status(401)]) as server:
        monkeypatch.setenv("RAPPORTEUR_INDEX", str(real_index))
        monkeypatch.setenv("RAPPORTEUR_MODEL", "openai:scripted")
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        told = " ".join(CliRunner().invoke(ask.app, [QUESTION]).stdout.split())
        assert "refuses the key" in told
        assert "extractive (stands in for the model that failed)" in told
        found = json.loads(CliRunner().invoke(ask.app, [QUESTION, "--json"]).stdout)
        assert found["model"] == {"provider": "extractive", "name": "extractive", "degraded": True}
        failed = CliRunner().invoke(ask.app, [QUESTION, "--no-fallback"])
        assert "refuses the key" in str(failed.exception)
