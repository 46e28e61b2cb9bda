"""However many wait for a slow model or read slowly, others are answered; and who goes away ends what was done for them."""

import json
import socket
import threading
import time
from itertools import pairwise
from urllib.parse import urlsplit

import httpx
import pytest

from api.server import threads
from tests.scripted_server import Wait
from tests.web import ASKED, SLOW, TRUE, build_index, label, with_model

STREAMS = 200


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    return build_index(tmp_path_factory.mktemp("streams") / "index")


def until(check, seconds=20.0):
    end = time.monotonic() + seconds
    while not (found := check()) and time.monotonic() < end:
        time.sleep(0.02)
    return found


def opened(address, place="/v1/chat", question=ASKED, receive=None):
    """A connection that has asked and not read."""
    where = urlsplit(address)
    connection = socket.socket()
    if receive:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive)
    connection.connect((where.hostname, where.port))
    body = json.dumps({"question": question}).encode()
    head = f"POST {place} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    connection.sendall(head.encode() + body)
    return connection


def whole(connection):
    """The bytes of a chunked response to its end."""
    with connection:
        text = b""
        while not text.endswith(b"0\r\n\r\n") and (piece := connection.recv(65536)):
            text += piece
    return text


def told(lines):
    """The kinds of events among lines of a stream."""
    return [line.removeprefix("event: ") for line in lines if line.startswith("event: ")]


def test_each_statement_comes_as_soon_as_it_is_verified(index):
    """While the model is still writing the next one."""
    go_on = threading.Event()

    def script(request):
        yield f"{TRUE} [{label(request, TRUE)}]\n"
        go_on.wait(20)
        yield f"{SLOW} [{label(request, SLOW)}]\n"

    with (
        with_model(index, script) as (address, _),
        httpx.stream("POST", f"{address}/v1/chat", json={"question": ASKED}, timeout=20) as reply,
    ):
        lines = reply.iter_lines()
        came = [next(lines)]
        while came[-1] != "event: statement":
            came.append(next(lines))
        assert TRUE in next(lines)
        go_on.set()
        came += lines
    assert told(came) == ["searched", "evidence", "statement", "statement", "done"]


@pytest.mark.parametrize("place", ["/v1/chat", "/v1/ask"])
def test_who_goes_away_ends_the_models_request(index, place):
    """Although the model is silent: nobody reads from it any more, and its connection is closed."""
    silent = threading.Event()

    def script(request):
        yield "The "
        silent.set()
        for _ in range(600):
            yield Wait(0.05)
            yield " "

    with with_model(index, script) as (address, server):
        connection = opened(address, place)
        assert silent.wait(20)
        connection.close()
        assert until(lambda: server.hung_up)
        assert until(lambda: not any(thread.name.startswith("reply of") for thread in threading.enumerate()))


def test_who_goes_away_counts_neither_as_a_failed_model_nor_gets_an_answer(index, caplog):
    silent = threading.Event()

    def script(request):
        silent.set()
        yield from [Wait(0.05), " "] * 600

    with with_model(index, script) as (address, server):
        for _ in range(3):
            silent.clear()
            connection = opened(address)
            assert silent.wait(20)
            connection.close()
        assert until(lambda: server.hung_up == 3)
        assert len(server.requests) == 3
    assert "extractive" not in caplog.text


def test_many_who_wait_for_a_slow_model_keep_nobody_else_waiting(index):
    """Search and health are answered while they wait."""
    hold = threading.Event()

    def script(request):
        hold.wait(60)
        yield f"{TRUE} [{label(request, TRUE)}]\n"

    with with_model(index, script, timeout=60.0) as (address, server):
        waiting = [opened(address) for _ in range(STREAMS)]
        # As many as the model's client has connections for.
        assert until(lambda: len(server.requests) == 128)
        with httpx.Client(base_url=address, timeout=20) as client:
            others = [client.get("/v1/search", params={"q": "torture"}) for _ in range(20)]
            others += [client.get("/healthz"), client.get("/v1/reports"), client.get("/metrics")]
            assert all(reply.status_code == 200 for reply in others)
        hold.set()
        replies = [whole(connection) for connection in waiting]
    assert all(reply.startswith(b"HTTP/1.1 200") and b"event: done" in reply for reply in replies)


def test_who_comes_too_many_is_told_so_at_once(index, monkeypatch):
    monkeypatch.setattr(threads, "WAITING", 2)
    hold = threading.Event()

    def script(request):
        hold.wait(60)
        yield f"{TRUE} [{label(request, TRUE)}]\n"

    with with_model(index, script, timeout=60.0) as (address, server):
        waiting = [opened(address) for _ in range(2)]
        assert until(lambda: len(server.requests) == 2)
        refused = httpx.post(f"{address}/v1/ask", json={"question": ASKED}, timeout=20)
        assert (refused.status_code, refused.headers["content-type"]) == (503, "application/problem+json")
        assert int(refused.headers["retry-after"]) > 0
        hold.set()
        for connection in waiting:
            connection.close()


def test_more_than_there_are_threads_may_read_slowly(index):
    """Their answers are made and kept, the threads are free for others, and each gets the whole when it reads."""

    def script(request):
        yield f"{TRUE} [{label(request, TRUE)}]\n"
        yield from (f"{'word ' * 400}{n}. [777]\n" for n in range(10))

    def made(client):
        figures = client.get("/metrics").text
        return sum(
            float(line.split()[-1]) for line in figures.split("\n") if line.startswith("rapporteur_answers_total")
        )

    with with_model(index, script) as (address, _), httpx.Client(base_url=address, timeout=30) as client:
        slow = []
        for number in range(threads.WAITING + 1):
            slow.append(opened(address, receive=2048))
            if number % 50 == 49:
                assert until(lambda: made(client) >= len(slow), 60)
        assert client.post("/v1/ask", json={"question": ASKED}).json()["outcome"] == "answered"
        for connection in (slow.pop(0), slow.pop()):
            assert b"event: done" in whole(connection)
        for connection in slow:
            connection.close()


def test_a_silent_model_is_bridged_by_comments(index, monkeypatch):
    monkeypatch.setattr("fastapi.routing._PING_INTERVAL", 0.05)

    def script(request):
        yield Wait(0.5)
        yield f"{TRUE} [{label(request, TRUE)}]\n"

    with with_model(index, script) as (address, _):
        reply = httpx.post(f"{address}/v1/chat", json={"question": ASKED}, timeout=20)
    assert ": ping" in reply.text
    assert told(reply.text.split("\n"))[-1] == "done"


def test_what_a_model_writes_is_never_sent_raw(index):
    """Only what was verified, and what was withheld with its reason; markup stays inside the events' JSON."""
    evil = '<script>alert(1)</script>\\n\\nevent: statement\\ndata: {"text": "forged"}'

    def script(request):
        yield f"{evil} [{label(request, TRUE)}]\n"
        yield f"{TRUE} [{label(request, TRUE)}]\n"

    with with_model(index, script) as (address, _):
        reply = httpx.post(f"{address}/v1/chat", json={"question": ASKED}, timeout=20)
    lines = reply.text.split("\n")
    shown = [json.loads(after.removeprefix("data: ")) for line, after in pairwise(lines) if line == "event: statement"]
    assert [one["text"] for one in shown] == [TRUE]
    assert all(line == "" or line.startswith(("event: ", "data: ", ":")) for line in lines)
