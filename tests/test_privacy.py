"""Nothing that the product uses reports home, or writes outside the documented folders."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def test_reporting_home_is_switched_off_before_anything_is_imported():
    """Whatever part of the product is imported first."""
    program = "import rag.types, os; print(os.environ['ORT_DISABLE_TELEMETRY'], os.environ['RAY_USAGE_STATS_ENABLED'])"
    clean = {name: value for name, value in os.environ.items() if name not in ("ORT_DISABLE_TELEMETRY", "DO_NOT_TRACK")}
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT, env=clean, check=True
    )
    assert run.stdout.split() == ["1", "0"]


@pytest.mark.slow
def test_asking_leaves_no_file_in_the_home_folder(tmp_path, real_index):
    """Onnxruntime keeps a diary of its runs there, unless it is told not to."""
    home = tmp_path / "home"
    home.mkdir()
    kept = ("PATH", "LANG", "OMP_NUM_THREADS")
    environment = {name: os.environ[name] for name in kept if name in os.environ}
    environment |= {"HOME": str(home), "RAPPORTEUR_INDEX": str(real_index), "PYTHONDONTWRITEBYTECODE": "1"}
    program = "from rag.cli import main; main()"
    run = subprocess.run(
        [sys.executable, "-c", program, "ask", "Who banned the Koshe Party?"],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=environment,
        check=False,
    )
    assert (run.returncode, run.stderr) == (0, "")
    assert list(home.rglob("*")) == []
