"""A client of HTTP/1.1 that costs next to nothing, so that what is measured is the server."""

import asyncio
import json
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count as counting
from threading import Event, Thread


@dataclass(frozen=True, slots=True)
class Client:
    """One connection."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    @classmethod
    async def connect(cls, port: int) -> "Client":
        return cls(*await asyncio.open_connection("127.0.0.1", port))

    async def send(self, message: bytes) -> None:
        self.writer.write(message)
        await self.writer.drain()

    async def receive(self) -> tuple[int, bytes]:
        """Status and body of a response with a length."""
        head = await self.reader.readuntil(b"\r\n\r\n")
        status, *lines = head.decode("latin-1").split("\r\n")
        headers = dict(line.lower().split(": ", 1) for line in lines if line)
        body = await self.reader.readexactly(int(headers.get("content-length", 0)))
        return int(status.split()[1]), body

    def close(self) -> None:
        self.writer.close()


async def exchange(port: int, message: bytes, *, ends: bool = False) -> tuple[int, bytes]:
    """One request on a connection of its own; ``ends``: nothing more is said, and the whole reply is read."""
    client = await Client.connect(port)
    try:
        await client.send(message)
        if not ends:
            return await client.receive()
        client.writer.write_eof()
        whole = await client.reader.read()
        return int(whole.split(b" ", 2)[1]) if whole.startswith(b"HTTP/1.1 ") else 0, whole
    finally:
        client.close()


def asking(question: str, place: str = "/v1/ask") -> bytes:
    body = json.dumps({"question": question}).encode()
    head = f"POST {place} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {len(body)}"
    return head.encode() + b"\r\n\r\n" + body


async def rate(
    port: int, questions: list[str], seconds: float | None, *, connections: int, count: int | None = None
) -> tuple[Counter[int], list[float]]:
    """Questions asked for ``seconds`` or ``count`` times: replies by status (0: none came), and their seconds."""
    messages = [asking(question) for question in questions]
    numbers, statuses, times = counting(), Counter[int](), list[float]()
    end = time.perf_counter() + seconds if seconds else float("inf")

    async def work() -> None:
        client = await Client.connect(port)
        while time.perf_counter() < end:
            number = next(numbers)
            if count is not None and number >= count:
                break
            began = time.perf_counter()
            try:
                await client.send(messages[number % len(messages)])
                status, _ = await client.receive()
                times.append(time.perf_counter() - began)
            except (OSError, asyncio.IncompleteReadError):
                status = 0
                client = await Client.connect(port)
            statuses[status] += 1
        client.close()

    await asyncio.gather(*(work() for _ in range(connections)))
    return statuses, times


@contextmanager
def silent_model() -> Iterator[str]:
    """The address of a chat server that begins a reply and then says nothing."""
    over = Event()

    class Silent(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream")
            self.end_headers()
            self.wfile.flush()
            over.wait(120)

        def do_GET(self) -> None:
            body = b'{"data": [{"id": "silent"}]}'
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Its silence is whole."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Silent)
    server.daemon_threads = True
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/v1"
    finally:
        over.set()
        server.shutdown()
        server.server_close()
