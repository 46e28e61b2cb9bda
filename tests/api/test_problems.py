"""Every failure is a problem in RFC 9457's form with the right status, and tells nothing about the machine."""

import inspect
import json
import logging
from dataclasses import replace

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.server.logs import JsonLines
from api.server.problems import MEDIA_TYPE, STATUS, problem
from rag import errors
from rag.errors import RapporteurError
from rag.settings import Settings
from rag.types import ModelInfo
from tests.web import ASKED, application, build_index

KINDS = [kind for _, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, RapporteurError)]
PRIVATE = "/home/somebody/.key sk-12345 http://10.0.0.7:8000"


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    return build_index(tmp_path_factory.mktemp("problems") / "index")


@pytest.fixture(scope="module")
def client(index):
    with TestClient(application(index)) as client:
        yield client


def failing(index, error):
    """A client of an application whose drafter raises ``error``."""

    class Failing:
        info = ModelInfo("extractive", "extractive")
        prompt_sha256 = None

        def draft(self, question, evidence):
            raise error
            yield

    return TestClient(application(index, lambda plain: replace(plain, drafter=Failing())))


def check(reply, status):
    """In form, with the same id in body and header."""
    assert reply.status_code == status
    assert reply.headers["content-type"] == MEDIA_TYPE
    told = reply.json()
    assert {"type", "title", "status", "detail", "instance"} <= told.keys()
    assert told["status"] == status
    assert told["instance"] == reply.headers["x-request-id"]
    assert all(told[part] for part in ("type", "title", "detail", "instance"))
    return told


def test_the_table_knows_every_kind_of_error():
    assert set(STATUS) == set(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_has_its_status_and_only_the_askers_own_errors_speak_for_themselves(kind):
    """A message that may name a path, a server or a variable is kept for the log."""
    told = problem(kind(PRIVATE), "id")
    status, _, fixed = STATUS[kind]
    assert told.status == status
    assert (PRIVATE in told.detail) == (fixed is None)
    assert fixed is not None or status in (404, 422, 501)


@pytest.mark.parametrize("kind", [errors.StoreError, errors.EncoderError, errors.ModelError, errors.CorpusError])
def test_faults_of_the_server_are_never_told_in_their_own_words(kind):
    assert all(STATUS[each][2] for each in KINDS if issubclass(each, kind))


def test_unknown_places_methods_and_forms(client):
    check(client.get("/v1/nothing"), 404)
    check(client.get("/v1/reports/nowhere-1900"), 404)
    check(client.get("/v1/reports/nowhere-1900/text"), 404)
    check(client.post("/v1/verify", json={"quote": "x", "report": "nowhere-1900"}), 404)
    assert "POST" in client.get("/v1/ask").headers["allow"]
    check(client.get("/v1/ask"), 405)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b'"x"',
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"question": ""}',
        b'{"question": "   "}',
        b'{"question": "?!"}',
        b'{"question": 7}',
        b'{"question": "\\ud800 who"}',
        b'{"question": "who", "more": 1}',
        b'{"question": "who", "filters": []}',
        b'{"question": "who", "filters": {"years": ["2020"]}}',
        b'{"question": "who", "filters": {"years": [1e999]}}',
        b'{"question": "who", "conversation": [{}]}',
        json.dumps({"question": "who " * 501}).encode(),
        json.dumps({"question": "who", "conversation": [{"question": "x"}] * 21}).encode(),
    ],
    ids=lambda body: body[:40],
)
def test_a_body_out_of_form_is_refused_and_not_repeated(client, body):
    """Not even its own words come back: they are nobody else's."""
    for place in ("/v1/ask", "/v1/chat"):
        reply = client.post(place, content=body, headers={"Content-Type": "application/json"})
        told = check(reply, 400 if body == b"[" * 100_000 else 422)
        assert told.get("errors") is None or all(set(fault) == {"place", "message"} for fault in told["errors"])


def test_an_error_within_is_told_in_general_and_logged_in_particular(index, caplog):
    """The log has what the asker is not told: the kind, and the places in the code, but no message of another's."""
    with failing(index, ZeroDivisionError(PRIVATE)) as client, caplog.at_level(logging.INFO, "rapporteur"):
        reply = client.post("/v1/ask", json={"question": ASKED}, headers={"X-Request-ID": "mine-1"})
    assert check(reply, 500)["instance"] == "mine-1"
    assert "sk-12345" not in reply.text
    (line,) = [json.loads(JsonLines().format(r)) for r in caplog.records if r.getMessage() == "request"]
    assert (line["request_id"], line["level"], line["error"]) == ("mine-1", "error", "ZeroDivisionError")
    assert any("draft" in place for place in line["places"])
    assert "sk-12345" not in json.dumps(line)


def test_a_failed_model_is_not_described_to_the_asker(index):
    with failing(index, errors.ModelTimeoutError(PRIVATE)) as client:
        told = check(client.post("/v1/ask", json={"question": ASKED}), 504)
    assert PRIVATE not in json.dumps(told)


def test_a_failure_after_the_headers_comes_as_an_event(index):
    """With the same problem that /v1/ask would answer."""
    with failing(index, errors.ModelUnreachableError(PRIVATE)) as client:
        reply = client.post("/v1/chat", json={"question": ASKED})
    assert reply.status_code == 200
    *_, last = reply.text.strip().split("\n\n")
    kind, data = last.split("\n")
    assert kind == "event: error"
    told = json.loads(data.removeprefix("data: "))
    assert (told["status"], told["instance"]) == (502, reply.headers["x-request-id"])
    assert PRIVATE not in reply.text


def test_without_an_index_it_says_so_and_lives(tmp_path):
    with TestClient(application(tmp_path / "none")) as client:
        assert client.get("/healthz").status_code == 200
        assert client.get("/").status_code == 200
        for reply in (
            client.get("/readyz"),
            client.get("/v1/reports"),
            client.post("/v1/ask", json={"question": "who"}),
        ):
            assert str(tmp_path) not in check(reply, 503)["detail"]
            assert int(reply.headers["retry-after"]) > 0


def test_an_unusable_setting_is_the_servers_fault(tmp_path):
    def unusable(settings):
        raise errors.UnknownNameError(PRIVATE)

    with TestClient(create_app(Settings(index=tmp_path), unusable)) as client:
        assert PRIVATE not in json.dumps(check(client.post("/v1/ask", json={"question": "who"}), 503))


@pytest.mark.parametrize(("given", "kept"), [("a-B.9:_", True), ("x" * 65, False), ('"><b>', False), ("", False)])
def test_a_sane_request_id_is_kept(client, given, kept):
    name = client.get("/healthz", headers={"X-Request-ID": given}).headers["x-request-id"]
    assert (name == given) == kept
    assert name


def logged(index, caplog, **settings):
    with TestClient(application(index, **settings)) as client, caplog.at_level(logging.INFO, "rapporteur"):
        client.post("/v1/ask", json={"question": ASKED}, headers={"X-Request-ID": "mine-2"})
        client.get("/v1/search", params={"q": ASKED})
        client.post("/v1/verify", json={"quote": ASKED})
    return [json.loads(JsonLines().format(record)) for record in caplog.records if record.name == "rapporteur"]


def test_the_log_tells_what_was_done_but_not_what_was_asked(index, caplog):
    lines = logged(index, caplog)
    assert "torture" not in json.dumps(lines)
    answer = next(line for line in lines if line["event"] == "answer")
    assert (answer["request_id"], answer["outcome"]) == ("mine-2", "answered")


def test_the_log_holds_questions_where_that_is_asked_for(index, caplog):
    (answer,) = [line for line in logged(index, caplog, log_questions=True) if line["event"] == "answer"]
    assert answer["question"] == ASKED
