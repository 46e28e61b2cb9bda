"""The client of OpenAI-compatible servers over real HTTP on loopback: what it sends, what it makes of every reply."""

import logging
import os
import shutil
import ssl
import subprocess
import threading
import time
import tracemalloc
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx
import pytest
from pydantic import SecretStr

from rag import errors
from rag.interfaces import Message
from rag.models import openai, requests, sse
from rag.models.ollama import address
from rag.models.openai import TRANSLATIONS, OpenAIModel, translated
from rag.models.requests import Server, checked_key, checked_url, seconds
from rag.settings import Settings
from tests.scripted_server import Cut, Finish, Raw, ScriptedServer, Socket, Status, Wait, lines, rounds

KEY = "sk-canary-4711-secret"
ASKED = [Message("system", "Be brief."), Message("user", "Why?")]


def model_at(url, timeout=5.0, key=KEY):
    return OpenAIModel("openai", Server(f"openai:scripted at {url}", "scripted", url, SecretStr(key), timeout))


@pytest.fixture
def ask():
    """Asks a server that plays the script; returns (server, text or error, seconds)."""
    opened = []

    def play(script, timeout=5.0):
        server = ScriptedServer(script).__enter__()
        model = model_at(server.url, timeout)
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


@pytest.fixture(autouse=True)
def _quick(monkeypatch):
    monkeypatch.setattr(requests, "uniform", lambda low, high: 0.01)


def test_the_request_is_the_protocols(ask):
    server, found, _ = ask(lines("In 2020 it rained. [1]", "Often. [2]"))
    assert found == "In 2020 it rained. [1]\nOften. [2]\n"
    (request,) = server.requests
    assert request["messages"] == [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Why?"}]
    assert request["model"] == "scripted"
    assert request["stream"] is True
    assert server.headers[0]["Authorization"] == f"Bearer {KEY}"
    assert server.headers[0]["Accept-Encoding"] == "identity"


def test_connections_are_used_again():
    with ScriptedServer(lines("Yes. [1]")) as server:
        model = model_at(server.url)
        for _ in range(5):
            assert list(model.reply(ASKED)) == ["Yes. [1]\n"]
            time.sleep(0.05)
        model.close()
        assert len(server.connections) == 1


def test_a_server_that_does_not_stream_is_read_whole(ask):
    body = b'{"choices": [{"message": {"content": "Yes. [1]"}, "finish_reason": "stop"}]}'
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body)
    assert ask(lambda _: [Socket([head + body])])[1] == "Yes. [1]"


CRLF = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n"
FAILURES = {
    "key refused": (lambda _: [Status(401)], errors.ModelRequestError, "key"),
    "unknown model": (lambda _: [Status(404)], errors.ModelRequestError, "rapporteur models"),
    "too long a prompt": (lambda _: [Status(400, b'{"error": {"message": "context length"}}')], errors.ModelRequestError, "context length"),
    "redirect": (lambda _: [Status(307)], errors.ModelRequestError, "307"),
    "rate limit": (lambda _: [Status(429, retry_after="0")], errors.ModelBusyError, "busy"),
    "overloaded": (lambda _: [Status(503)], errors.ModelBusyError, "busy"),
    "server error": (lambda _: [Status(500, b"<html>oops</html>")], errors.ModelServerError, "oops"),
    "cut off": (lambda _: ["In 2020", Cut()], errors.ModelCutOffError, "broke off"),
    "cut off at once": (lambda _: [Cut()], errors.ModelCutOffError, "broke off"),
    "ends without an end": (lambda _: [Socket([CRLF, b'data: {"choices": [{"delta": {"content": "x"}}]}\n\n'])], errors.ModelCutOffError, "ended before"),
    "no HTTP": (lambda _: [Socket([b"SSH-2.0-OpenSSH_9.2\r\n"])], errors.ModelCutOffError, "broke off"),
    "no JSON": (lambda _: [Raw(b"data: pong\n\n")], errors.ModelReplyError, "protocol"),
    "other JSON": (lambda _: [Raw(b'data: {"choices": "none"}\n\n')], errors.ModelReplyError, "protocol"),
    "no UTF-8": (lambda _: [Raw(b"data: \xff\xfe\n\n")], errors.ModelReplyError, "UTF-8"),
    "error amid the reply": (lambda _: ["In ", Raw(b'data: {"error": {"message": "out of memory"}}\n\n')], errors.ModelServerError, "out of memory"),
    "filtered": (lambda _: ["In ", Finish("content_filter")], errors.ModelRefusedError, "filter"),
    "refused": (lambda _: [Raw(b'data: {"choices": [{"delta": {"refusal": "I cannot."}}]}\n\n')], errors.ModelRefusedError, "I cannot"),
    "compressed": (lambda _: [Socket([b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n\x1f\x8b"])], errors.ModelReplyError, "compresses"),
}  # fmt: skip


@pytest.mark.parametrize(("script", "kind", "says"), FAILURES.values(), ids=FAILURES.keys())
def test_each_failure_has_its_own_error(ask, script, kind, says):
    _, found, spent = ask(script)
    assert type(found) is kind
    assert says in str(found)
    assert spent < 3


def test_only_what_may_pass_is_asked_again(ask):
    assert len(ask(lambda _: [Status(401)])[0].requests) == 1
    assert len(ask(lambda _: ["x", Cut()])[0].requests) == 1
    assert len(ask(lambda _: [Status(500)])[0].requests) == 3
    server, found, _ = ask(rounds(lambda _: [Status(429)], lambda _: [Status(502)], lines("Yes. [1]")))
    assert (found, len(server.requests)) == ("Yes. [1]\n", 3)


def test_a_pause_that_the_server_asks_for_is_kept_up_to_a_cap(ask):
    server, found, spent = ask(rounds(lambda _: [Status(429, retry_after="1")], lines("Yes. [1]")))
    assert found == "Yes. [1]\n"
    assert 1 <= spent < 2
    server, found, spent = ask(lambda _: [Status(429, retry_after="3600")])
    assert isinstance(found, errors.ModelBusyError)
    assert found.wait == 3600
    assert spent < 0.5
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("header", "wait"),
    [
        (None, None),
        ("7", 7.0),
        ("0.5", 0.5),
        (format_datetime(datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=9), usegmt=True), 9.0),
        ("Thu, 01 Jan 1970 00:00:00 GMT", 0.0),
        ("soon", None),
        ("-5", None),
        ("9" * 400, None),
    ],
)
def test_retry_after_has_two_forms(header, wait):
    assert seconds(header, datetime(2026, 1, 1, tzinfo=UTC)) == wait


def test_a_dead_address_is_unreachable():
    with ScriptedServer(lines("x")) as server:
        url = server.url
    model = model_at(url)
    with pytest.raises(errors.ModelUnreachableError, match="is it running"):
        list(model.reply(ASKED))
    model.close()


def _trickle(head):
    return lambda _: [Socket((bytes([byte]) for byte in head + b"x" * 60), 1.0)]


ENDLESS = {
    "a byte a second from the start": _trickle(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n"),
    "a byte a second of the body": lambda _: (step for byte in range(60) for step in (Raw(b"d"), Wait(1))),
    "a letter a second": lambda _: (step for byte in range(60) for step in ("x", Wait(1))),
    "silence": lambda _: [Wait(60)],
}


@pytest.mark.parametrize("script", ENDLESS.values(), ids=ENDLESS.keys())
def test_no_server_holds_its_asker_longer_than_the_time_out(ask, script):
    _, found, spent = ask(script, timeout=1.5)
    assert type(found) is errors.ModelTimeoutError
    assert "RAPPORTEUR_TIMEOUT" in str(found)
    assert 1.4 <= spent < 2.2


EVENT = b'data: {"choices": [{"delta": {"content": "word "}}]}\n\n'


@pytest.mark.parametrize(
    ("script", "says"),
    [
        pytest.param(lambda _: (Raw(b"x" * 1_000_000) for _ in range(100)), "line of more than", id="100 MB in a line"),
        pytest.param(lambda _: (Raw(EVENT * 2_000) for _ in iter(int, 1)), "does not end", id="endless"),
        pytest.param(
            lambda _: (Raw(b": ping\n" * 10_000) for _ in iter(int, 1)), "does not end", id="endless comments"
        ),
    ],
)
def test_memory_is_bounded(ask, script, says):
    tracemalloc.start()
    _, found, spent = ask(script, timeout=20)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert type(found) is errors.ModelReplyError
    assert says in str(found)
    assert spent < 15
    assert peak < 40_000_000


def test_closing_a_reply_closes_its_connection_even_while_it_is_silent():
    with ScriptedServer(lambda _: ["one\n", Wait(0.3), *["more\n", Wait(0.1)] * 100]) as server:
        model = model_at(server.url, timeout=30)
        reply = model.reply(ASKED)
        assert next(reply) == "one\n"
        reply.close()
        until = time.monotonic() + 3
        while not server.hung_up and time.monotonic() < until:
            time.sleep(0.02)
        assert server.hung_up == 1
        model.close()


def test_no_thread_is_left_behind(ask):
    before = threading.active_count()
    for script in (lines("Yes. [1]"), lambda _: [Status(500)], lambda _: ["x", Cut()], lambda _: [Status(401)]):
        ask(script)
    until = time.monotonic() + 3
    while [one for one in threading.enumerate() if one.name.startswith("reply of")] and time.monotonic() < until:
        time.sleep(0.02)
    assert not [one for one in threading.enumerate() if one.name.startswith("reply of")], before


def test_every_error_of_the_library_has_a_translation():
    found = {
        kind
        for kind in vars(httpx).values()
        if isinstance(kind, type) and issubclass(kind, (httpx.HTTPError, httpx.StreamError))
    }
    # The bases are never raised themselves, and no status is raised as an exception.
    for kind in found - {
        httpx.HTTPError,
        httpx.RequestError,
        httpx.TransportError,
        httpx.ProtocolError,
        httpx.HTTPStatusError,
    }:
        error = kind.__new__(kind)
        assert isinstance(translated(error, "who"), errors.ModelError), kind
    assert all(issubclass(theirs, (httpx.HTTPError, httpx.StreamError)) for theirs, _ in TRANSLATIONS)


def test_the_key_shows_nowhere(ask, caplog, capfd):
    caplog.set_level(logging.DEBUG)
    echo = f'{{"error": {{"message": "Incorrect API key provided: {KEY}"}}}}'.encode()
    server, found, _ = ask(lambda _: [Status(401, echo)])
    assert "Incorrect API key provided: ***" in str(found)
    ask(lines("Yes. [1]"))
    model = model_at(server.url)
    loaded = Settings(index="x").model_copy(update={"openai_api_key": SecretStr(KEY)})
    shown = [
        repr(model),
        repr(vars(model)),
        repr(model._server),
        repr(loaded),
        loaded.model_dump_json(),
        repr(found.__cause__),
    ]
    model.close()
    out, err = capfd.readouterr()
    assert KEY not in "".join([*shown, caplog.text, out, err])


@pytest.mark.parametrize("key", ["sk-one\nsk-two", "sk-\u200bx", "schlüssel", "two words"])
def test_a_key_that_no_header_can_carry_is_refused_without_showing_it(key):
    with pytest.raises(errors.SettingError) as refused:
        checked_key(SecretStr(key), "OPENAI_API_KEY")
    assert "OPENAI_API_KEY" in str(refused.value)
    assert key not in str(refused.value)
    assert refused.value.__cause__ is None


def test_white_space_round_a_key_is_no_part_of_it():
    assert checked_key(SecretStr(" sk-1\n"), "X").get_secret_value() == "sk-1"
    assert checked_key(SecretStr("  "), "X") is None
    assert checked_key(None, "X") is None


@pytest.mark.parametrize(
    "url",
    [
        "",
        "api.openai.routes.com/v1",
        "ftp://x/v1",
        "http://",
        "http://u:hunter2@x/v1",
        "http://x:99999/",
        "http://x/?key=1",
    ],
)
def test_an_address_that_is_none_is_refused_without_showing_a_password(url):
    with pytest.raises(errors.SettingError) as refused:
        checked_url(url, "OPENAI_BASE_URL")
    assert "OPENAI_BASE_URL" in str(refused.value)
    assert "hunter2" not in str(refused.value)


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("localhost", "http://localhost:11434/v1"),
        ("0.0.0.0:8080", "http://127.0.0.1:8080/v1"),
        ("http://box:11434/", "http://box:11434/v1"),
        ("https://ollama.example", "https://ollama.example:443/v1"),
        ("[::1]", "http://[::1]:11434/v1"),
    ],
)
def test_the_address_of_ollama_is_read_as_it_reads_it(host, url):
    assert address(host) == url


def test_proxies_come_from_the_environment_but_not_for_loopback(monkeypatch):
    with ScriptedServer(lines("By proxy. [1]")) as proxy, ScriptedServer(lines("Direct. [1]")) as direct:
        for name in ("HTTP_PROXY", "http_proxy"):
            monkeypatch.setenv(name, proxy.root)
        for name in ("NO_PROXY", "no_proxy"):
            monkeypatch.delenv(name, raising=False)
        far, near = model_at("http://model.example/v1"), model_at(direct.url)
        assert "".join(far.reply(ASKED)) == "By proxy. [1]\n"
        assert "".join(near.reply(ASKED)) == "Direct. [1]\n"
        far.close()
        near.close()


def test_a_broken_proxy_or_certificate_setting_is_named(monkeypatch, tmp_path):
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "none.pem"))
    with pytest.raises(errors.SettingError, match="SSL_CERT_FILE"):
        model_at("https://model.example/v1")


@pytest.mark.skipif(shutil.which("openssl") is None, reason="no openssl to make a certificate with")
def test_an_own_certificate_authority_comes_from_the_environment(monkeypatch, tmp_path):
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1",
         "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out", str(certificate)],
        check=True, capture_output=True, env={**os.environ},
    )  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server = ScriptedServer(lines("Safe. [1]"))
    server.socket = context.wrap_socket(server.socket, server_side=True)
    with server:
        url = server.url.replace("http:", "https:")
        stranger = model_at(url)
        with pytest.raises(errors.ModelUnreachableError):
            list(stranger.reply(ASKED))
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        friend = model_at(url)
        assert "".join(friend.reply(ASKED)) == "Safe. [1]\n"
        stranger.close()
        friend.close()


def test_probe_tells_whether_the_server_has_the_model():
    with ScriptedServer(lines("x"), models=("other",)) as server:
        model = model_at(server.url)
        assert "does not list 'scripted'" in model.probe()
        server.models = ("scripted",)
        assert model.probe() == f"openai:scripted at {server.url} answers"
        model.close()


def test_official_parameters_differ():
    settings = Settings(index="x").model_copy(update={"openai_api_key": SecretStr("k")})
    model = openai.connect("gpt-5", settings)
    payload = model._payload(ASKED)
    model.close()
    assert "max_completion_tokens" in payload
    assert not {"temperature", "max_tokens"} & set(payload)


def test_a_missing_key_is_named_only_where_one_is_needed():
    with pytest.raises(errors.SettingError, match="OPENAI_API_KEY is not set"):
        openai.connect("gpt-5", Settings(index="x"))
    openai.connect("any", Settings(index="x").model_copy(update={"openai_base_url": "http://127.0.0.1:1/v1"})).close()


def test_events_come_as_soon_as_their_line_ends_however_the_bytes_are_cut():
    whole = b": hello\r\nevent: x\r\ndata: one\r\n\r\ndata:two\n\ndata: thr\xc3\xa9e"
    for size in (1, 2, 3, 7, 100):
        chunks = [whole[at : at + size] for at in range(0, len(whole), size)]
        assert list(sse.events(chunks)) == ["one", "two", "thr\u00e9e"]
