"""The OpenAPI document is true: whatever fits it is served as it says, whatever does not is refused as it says."""

import subprocess
import sys
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from tests.live_server import live
from tests.web import application, build_index


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    """With the report that the document's examples name."""
    return application(build_index(tmp_path_factory.mktemp("openapi") / "index", 2020, "Kazakhstan"))


MESSAGES = "/v1/chat/completions"


@pytest.mark.slow
@pytest.mark.parametrize(
    "options",
    [
        pytest.param(["--exclude-path", MESSAGES], id="own"),
        # Which message comes last, and other rules of that protocol, cannot be said in a schema.
        pytest.param(["--include-path", MESSAGES, "--exclude-checks", "positive_data_acceptance"], id="messages"),
    ],
)
def test_every_operation_does_what_the_document_says(app, tmp_path, options):
    """All of schemathesis's checks and phases, on requests that fit the document and on requests that do not."""
    tool = Path(sys.executable).with_name("schemathesis")
    with live(app) as address:
        command = [
            tool,
            "run",
            f"{address}/openapi.json",
            "--max-examples",
            "20",
            "--seed",
            "1",
            "--no-color",
            *options,
        ]
        run = subprocess.run(command, check=False, capture_output=True, text=True, timeout=280, cwd=tmp_path)
    assert run.returncode == 0, run.stdout[-8000:] + run.stderr[-2000:]


def test_every_operation_has_an_example_and_says_how_it_fails(app):
    with TestClient(app) as client:
        document = client.get("/openapi.json").json()
    for place, operations in document["paths"].items():
        for method, operation in operations.items():
            where = f"{method} {place}"
            assert operation["description"], where
            failures = operation["responses"].keys()
            assert {"422", "500", "503"} <= failures or {"4XX", "5XX"} <= failures, where
            for status, told in operation["responses"].items():
                assert told["description"], where
                if status[0] in "45" and not place.startswith("/v1/chat/completions"):
                    assert list(told["content"]), where


def test_no_documentation_that_loads_scripts_from_elsewhere_is_served(app):
    with TestClient(app) as client:
        assert [client.get(place).status_code for place in ("/docs", "/redoc")] == [200, 404]
        assert "//" not in client.get("/docs").text
