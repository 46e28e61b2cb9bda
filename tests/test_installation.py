"""Messages about what is missing name this very distribution, in one line, before any work is done."""

import json
import re
import subprocess
import sys
import tomllib
from importlib.metadata import PathDistribution
from pathlib import Path

import pytest

from rag import installation

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

WITHOUT = {
    "anthropic": ("anthropic", ["ask", "Who?", "--model", "anthropic:claude"], {"ANTHROPIC_API_KEY": "key"}),
    "docx": ("docx", ["index", "add", "report.docx"], {}),
    "eval": ("matplotlib", ["eval", "run", "--cases", "cases.jsonl", "--out", "run"], {}),
    "mcp": ("mcp", ["mcp"], {}),
    "milvus": ("pymilvus", ["search", "prisons"], {"RAPPORTEUR_STORE": "milvus+http://127.0.0.1:1"}),
    "pdf": ("pypdf", ["index", "add", "report.pdf"], {}),
    "ray": ("ray", ["index", "build", "--ray", "127.0.0.1:1"], {}),
}
"""Extra to the package that it brings, a command that needs it, and the variables that this takes."""


def test_every_extra_is_tried():
    assert WITHOUT.keys() == PROJECT["optional-dependencies"].keys()


@pytest.mark.slow
@pytest.mark.parametrize("extra", WITHOUT)
def test_a_missing_extra_ends_in_one_line_that_says_what_to_install(extra, tmp_path, real_index):
    package, command, variables = WITHOUT[extra]
    (tmp_path / "report.pdf").write_bytes(b"%PDF-1.4")
    (tmp_path / "report.docx").write_bytes(b"PK")
    entry = '[[report]]\nfile = "report.{}"\ncountry = "Chad"\nyear = {}\ntitle = "T"\npublisher = "P"\nlicence = "L"\n'
    manifest = entry.format("pdf", 2019) + entry.format("docx", 2020)
    (tmp_path / "manifest.toml").write_text(manifest, encoding="utf-8")
    program = f"import sys; sys.modules[{package!r}] = None; from rag.cli import main; main()"
    index = {"RAPPORTEUR_INDEX": str(tmp_path / "new" if "index" in command else real_index.resolve())}
    run = subprocess.run(
        [sys.executable, "-c", program, *command],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={"PATH": "", "HOME": str(tmp_path), "PYTHONPATH": str(ROOT), **index, **variables},
        check=False,
    )
    assert (run.returncode, run.stdout) == (1, "")
    assert re.fullmatch(rf"rapporteur: .*: {re.escape(installation.installing(extra))}\n", run.stderr)


def installed(tmp_path, record=None, name="some-name"):
    folder = tmp_path / f"{name}-1.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.2\n")
    if record:
        (folder / "direct_url.json").write_text(json.dumps(record))
    return PathDistribution(folder)


@pytest.mark.parametrize(
    ("record", "hint"),
    [
        pytest.param(None, "pip install 'some-name[pdf]'", id="from-a-registry"),
        pytest.param(
            {"url": "file:///home/a%20b", "dir_info": {"editable": True}},
            "pip install '.[pdf]' in /home/a b",
            id="from-a-checkout",
        ),
        pytest.param(
            {"url": "https://example.org/x.whl", "archive_info": {}},
            "pip install 'some-name[pdf]'",
            id="from-an-archive",
        ),
    ],
)
def test_the_hint_fits_how_it_was_installed(tmp_path, monkeypatch, record, hint):
    found = installed(tmp_path, record)
    monkeypatch.setattr(installation, "distribution", lambda: found)
    assert installation.installing("pdf") == hint
    assert installation.version() == "1.2"


def test_without_an_installation_the_checkout_is_meant(monkeypatch):
    monkeypatch.setattr(installation, "distribution", lambda: None)
    assert installation.installing("pdf") == "pip install '.[pdf]'"
    assert installation.version() == "0"


def test_no_text_names_a_distribution_to_install_by_itself():
    """The registry's project of the command's name is a stranger's."""
    texts = [path for package in ("rag", "api", "eval", "prompts") for path in (ROOT / package).rglob("*.py")]
    texts += [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "eval" / "README.md", *(ROOT / "api").rglob("*.js")]
    named = {
        f"{path.relative_to(ROOT)}: {found}"
        for path in texts
        for found in re.findall(
            r"(?:pipx?|uv tool|uv) (?:pip )?install ['\"]?rapporteur\S*", path.read_text(encoding="utf-8")
        )
    }
    assert named == set()
