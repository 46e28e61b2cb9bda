"""A chat server on loopback that plays what it is told: real HTTP, real sockets, every way of failing.

A script turns a request's JSON into steps. Each ``str`` step is text of the reply, sent as one event at once.
"""

import json
import socket
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import chain
from threading import Lock, Thread
from typing import Any, Self


@dataclass(frozen=True)
class Wait:
    seconds: float


@dataclass(frozen=True)
class Status:
    """Instead of a reply, and only as the first step."""

    code: int
    body: bytes = b'{"error": {"message": "scripted"}}'
    retry_after: str | None = None


@dataclass(frozen=True)
class Raw:
    """Bytes of the body as they are, outside any event."""

    data: bytes


@dataclass(frozen=True)
class Finish:
    """Ends the reply with this reason instead of "stop"."""

    reason: str


@dataclass(frozen=True)
class Cut:
    """The connection breaks."""


@dataclass(frozen=True)
class Socket:
    """The bare bytes of the whole response, each piece after its pause in seconds; only as the first step."""

    pieces: Iterable[bytes]
    pause: float = 0.0


Step = str | Wait | Status | Raw | Finish | Cut | Socket
Script = Callable[[dict[str, Any]], Iterable[Step]]


class ScriptedServer(ThreadingHTTPServer):
    """Speaks OpenAI's protocol under /v1/chat/completions and Anthropic's under /v1/messages."""

    daemon_threads = True
    request_queue_size = 256
    block_on_close = False

    def __init__(self, script: Script, models: Iterable[str] = ("scripted",)) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.script = script
        self.models = tuple(models)
        self.requests: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.connections: set[tuple[str, int]] = set()
        self.hung_up = 0
        """Replies that the client broke off."""
        self.line_ended: list[float] = []
        """``time.perf_counter`` when each text step that ends a line had been sent."""
        self.lock = Lock()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/v1"

    @property
    def root(self) -> str:
        return self.url.removesuffix("/v1")

    def __enter__(self) -> Self:
        Thread(target=self.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self.server_close()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is part of the play."""


def lines(*texts: str) -> Script:
    """Always the same reply, a line a text."""
    return lambda _: [f"{text}\n" for text in texts]


def rounds(*scripts: Script) -> Script:
    """Another script for each request, the last one from then on."""
    left = list(scripts)
    lock = Lock()

    def play(request: dict[str, Any]) -> Iterable[Step]:
        with lock:
            script = left.pop(0) if len(left) > 1 else left[0]
        return script(request)

    return play


def labelled(request: dict[str, Any]) -> dict[int, str]:
    """The sentences of a request's prompt by label."""
    found: dict[int, str] = {}
    for message in request["messages"]:
        if message["role"] == "user":
            for line in message["content"].split("\n"):
                label, closing, text = line.partition("] ")
                if label[:1] == "[" and closing and label[1:].isdecimal():
                    found.setdefault(int(label[1:]), text)
    return found


def question(request: dict[str, Any]) -> str:
    """The question of a request's prompt."""
    user = next(message["content"] for message in request["messages"] if message["role"] == "user")
    return str(user).rpartition("uestion: ")[2].strip()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: ScriptedServer

    def log_message(self, *_: object) -> None:
        """Tests read what they need from the server."""

    def setup(self) -> None:
        self.request.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        super().setup()

    def do_GET(self) -> None:
        names = self.server.models
        path = self.path.split("?")[0]
        if path == "/v1/models":
            self._json(200, json.dumps({"object": "list", "data": [{"id": name} for name in names]}).encode())
        elif path.removeprefix("/v1/models/") in names:
            name = path.removeprefix("/v1/models/")
            self._json(200, json.dumps({"id": name, "type": "model", "display_name": name}).encode())
        else:
            self._json(404, b'{"error": {"message": "no such place"}}')

    def do_POST(self) -> None:
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        with self.server.lock:
            self.server.requests.append(request)
            self.server.headers.append(dict(self.headers.items()))
            self.server.connections.add(self.client_address)
        steps = iter(self.server.script(request))
        first = next(steps, None)
        if isinstance(first, Status):
            self._json(first.code, first.body, first.retry_after)
        elif isinstance(first, Socket):
            self._bare(first)
        else:
            self._stream(first, steps)

    def _json(self, code: int, body: bytes, retry_after: str | None = None) -> None:
        self.send_response(code)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        if retry_after is not None:
            self.send_header("Retry-After", retry_after)
        self.end_headers()
        self.wfile.write(body)

    def _bare(self, step: Socket) -> None:
        self.close_connection = True
        try:
            for piece in step.pieces:
                self.wfile.write(piece)
                time.sleep(step.pause)
        except OSError:
            self._note_hanging_up()

    def _stream(self, first: Step | None, steps: Iterator[Step]) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        reason = "stop"
        try:
            for step in chain([] if first is None else [first], steps):
                reason = self._play(step) or reason
            self._chunk(self._ending(reason))
            self.wfile.write(b"0\r\n\r\n")
        except _BrokenError:
            self.close_connection = True
            with suppress(OSError):
                self.connection.shutdown(socket.SHUT_RDWR)
        except OSError:
            self._note_hanging_up()

    def _play(self, step: Step) -> str | None:
        if isinstance(step, str):
            self._chunk(self._event(step))
            if step.endswith("\n"):
                self.server.line_ended.append(time.perf_counter())
        elif isinstance(step, Wait):
            time.sleep(step.seconds)
        elif isinstance(step, Raw):
            self._chunk(step.data)
        elif isinstance(step, Finish):
            return step.reason
        elif isinstance(step, Cut):
            raise _BrokenError
        return None

    def _event(self, text: str) -> bytes:
        if self.path.endswith("/messages"):
            delta = {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": text}}
            return _anthropic(delta)
        return _data({"choices": [{"index": 0, "delta": {"content": text}, "finish_reason": None}]})

    def _ending(self, reason: str) -> bytes:
        if self.path.endswith("/messages"):
            ended = {"stop": "end_turn", "length": "max_tokens", "content_filter": "refusal"}[reason]
            return _anthropic({"type": "message_delta", "delta": {"stop_reason": ended}, "usage": {}}) + _anthropic(
                {"type": "message_stop"}
            )
        return _data({"choices": [{"index": 0, "delta": {}, "finish_reason": reason}]}) + b"data: [DONE]\n\n"

    def _chunk(self, data: bytes) -> None:
        self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
        self.wfile.flush()

    def _note_hanging_up(self) -> None:
        self.close_connection = True
        with self.server.lock:
            self.server.hung_up += 1


class _BrokenError(Exception):
    """The script breaks the connection."""


def _data(value: dict[str, Any]) -> bytes:
    return b"data: " + json.dumps(value).encode() + b"\n\n"


def _anthropic(value: dict[str, Any]) -> bytes:
    return f"event: {value['type']}\n".encode() + _data(value)
