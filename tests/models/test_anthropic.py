"""Anthropic's wire through its SDK, against the scripted server: the same bounds, errors and secrets as elsewhere."""

import logging
import time

import pytest

pytest.importorskip("anthropic")

import anthropic as sdk
from pydantic import SecretStr

from rag import errors
from rag.interfaces import Message
from rag.models import anthropic, requests
from rag.models.requests import Server
from rag.settings import Settings
from tests.scripted_server import Cut, Finish, Raw, ScriptedServer, Socket, Status, Wait, lines, rounds

KEY = "sk-ant-canary-4711"
ASKED = [
    Message("system", "Be brief."),
    Message("user", "Why?"),
    Message("assistant", "So."),
    Message("user", "Again?"),
]


@pytest.fixture(autouse=True)
def _quick(monkeypatch):
    monkeypatch.setattr(requests, "uniform", lambda low, high: 0.01)


@pytest.fixture
def ask():
    """Asks a server that plays the script; returns (server, text or error, seconds)."""
    opened = []

    def play(script, timeout=5.0):
        server = ScriptedServer(script).__enter__()
        who = f"anthropic:scripted at {server.root}"
        model = anthropic.AnthropicModel(Server(who, "scripted", server.root, SecretStr(KEY), timeout))
        opened.extend((model.close, lambda: server.__exit__(None, None, None)))
        started = time.perf_counter()
        try:
            found = "".join(model.reply(ASKED))
        except errors.ModelError as error:
            found = error
        return server, found, time.perf_counter() - started

    yield play
    for close in opened:
        close()


def test_the_request_is_the_protocols(ask):
    server, found, _ = ask(lines("In 2020 it rained. [1]"))
    assert found == "In 2020 it rained. [1]\n"
    (request,) = server.requests
    assert request["system"] == "Be brief."
    assert [message["role"] for message in request["messages"]] == ["user", "assistant", "user"]
    assert request["max_tokens"] == requests.REPLY_TOKENS
    headers = {name.lower(): value for name, value in server.headers[0].items()}
    assert KEY in (headers.get("x-api-key"), headers.get("authorization", "").removeprefix("Bearer "))
    assert headers["accept-encoding"] == "identity"


HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n"
OVERLOADED = b'{"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}'


@pytest.mark.parametrize(
    ("script", "kind", "says"),
    [
        pytest.param(lambda _: [Status(401)], errors.ModelRequestError, "key", id="key refused"),
        pytest.param(lambda _: [Status(404)], errors.ModelRequestError, "no such model", id="unknown model"),
        pytest.param(lambda _: [Status(400)], errors.ModelRequestError, "400", id="too long"),
        pytest.param(lambda _: [Status(429, retry_after="900")], errors.ModelBusyError, "busy", id="rate limit"),
        pytest.param(lambda _: [Status(529, OVERLOADED)], errors.ModelBusyError, "Overloaded", id="overloaded"),
        pytest.param(lambda _: [Status(500)], errors.ModelServerError, "500", id="server error"),
        pytest.param(lambda _: ["In 2020", Cut()], errors.ModelCutOffError, "broke off", id="cut off"),
        pytest.param(lambda _: [Socket([HEAD, b": ping\n\n"])], errors.ModelCutOffError, "ended before", id="no end"),
        pytest.param(lambda _: [Raw(b"data: pong\n\n")], errors.ModelReplyError, "protocol", id="no JSON"),
        pytest.param(
            lambda _: ["x", Raw(b"event: error\ndata: " + OVERLOADED + b"\n\n")],
            errors.ModelServerError,
            "Overloaded",
            id="error amid the reply",
        ),
        pytest.param(lambda _: ["x", Finish("content_filter")], errors.ModelRefusedError, "declines", id="refusal"),
        pytest.param(
            lambda _: (Raw(b"x" * 1_000_000) for _ in range(100)), errors.ModelReplyError, "line of more", id="100 MB"
        ),
    ],
)
def test_each_failure_has_its_own_error(ask, script, kind, says):
    _, found, spent = ask(script)
    assert type(found) is kind, repr(found)
    assert says in str(found)
    assert spent < 4


@pytest.mark.parametrize(
    "script",
    [
        pytest.param(lambda _: [Wait(30)], id="silence"),
        pytest.param(lambda _: (step for _ in range(30) for step in ("x", Wait(1))), id="a letter a second"),
        pytest.param(lambda _: [Socket((bytes([b]) for b in HEAD), 1.0)], id="a byte a second"),
    ],
)
def test_no_server_holds_its_asker_longer_than_the_time_out(ask, script):
    _, found, spent = ask(script, timeout=1.5)
    assert type(found) is errors.ModelTimeoutError
    assert spent < 2.2


def test_only_what_may_pass_is_asked_again(ask):
    server, found, _ = ask(rounds(lambda _: [Status(529)], lambda _: [Status(500)], lines("Yes. [1]")))
    assert (found, len(server.requests)) == ("Yes. [1]\n", 3)
    assert len(ask(lambda _: [Status(401)])[0].requests) == 1


def test_a_dead_address_is_unreachable():
    model = anthropic.AnthropicModel(Server("anthropic:x", "x", "http://127.0.0.1:9", SecretStr(KEY), 5))
    with pytest.raises(errors.ModelUnreachableError):
        list(model.reply(ASKED))
    model.close()


def test_closing_a_reply_closes_its_connection():
    with ScriptedServer(lambda _: ["one\n", *["more\n", Wait(0.1)] * 100]) as server:
        model = anthropic.AnthropicModel(Server("anthropic:x", "x", server.root, SecretStr(KEY), 30))
        reply = model.reply(ASKED)
        assert next(reply) == "one\n"
        reply.close()
        until = time.monotonic() + 3
        while not server.hung_up and time.monotonic() < until:
            time.sleep(0.02)
        assert server.hung_up == 1
        model.close()


def test_the_key_shows_nowhere(ask, caplog, capfd):
    caplog.set_level(logging.DEBUG)
    echo = f'{{"type": "error", "error": {{"type": "x", "message": "bad key {KEY}"}}}}'.encode()
    _, found, _ = ask(lambda _: [Status(401, echo)])
    assert "bad key ***" in str(found)
    model = anthropic.AnthropicModel(Server("anthropic:x", "x", "http://127.0.0.1:9", SecretStr(KEY), 5))
    shown = repr(model) + repr(vars(model)) + repr(model._server)
    model.close()
    assert KEY not in shown + caplog.text + "".join(capfd.readouterr())


def test_a_missing_key_is_named():
    with pytest.raises(errors.SettingError, match="ANTHROPIC_API_KEY is not set"):
        anthropic.connect("claude", Settings(index="x"))


def test_probe_asks_for_the_model():
    with ScriptedServer(lines("x")) as server:
        settings = Settings(index="x").model_copy(
            update={"anthropic_api_key": SecretStr(KEY), "anthropic_base_url": server.root}
        )
        model = anthropic.connect("scripted", settings)
        assert model.probe() == f"anthropic:scripted at {server.root} answers as scripted"
        model.close()


def test_every_error_of_the_sdk_has_a_translation():
    server = Server("who", "x", "http://127.0.0.1:9", None, 5)
    kinds = [kind for kind in vars(sdk).values() if isinstance(kind, type) and issubclass(kind, sdk.AnthropicError)]
    assert len(kinds) > 10
    for kind in kinds:
        error = kind.__new__(kind)
        if isinstance(error, sdk.APIStatusError):
            error.status_code, error.api_message = 500, "oops"
            error.response = type("Response", (), {"headers": {}})()
        assert isinstance(anthropic.translated(error, server), errors.ModelError), kind
