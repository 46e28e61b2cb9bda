"""How the web server bears load: ``python -m eval.benchmarks.serving --index FOLDER --workers 2``, on loopback.

Starts ``rapporteur serve`` as its users do and drives it from this process, which takes its share of the processors.
So read ratios, and beside each rate the processor time that the server itself spent on one request.
"""

import argparse
import asyncio
import json
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from eval.benchmarks.http_load import Client, asking, exchange, rate, silent_model
from eval.scoring.statistics import percentile

_EMBEDDING = """
import sys, time
from pathlib import Path
from rag.assemble import retriever
from rag.settings import Settings
questions = sys.stdin.read().split("\\n")
encoder = retriever(Settings(index=Path(sys.argv[1]))).encoder
encoder.encode(questions[:1])
began, done, spent = time.perf_counter(), 0, time.process_time()
while time.perf_counter() - began < float(sys.argv[2]):
    encoder.encode([questions[done % len(questions)]])
    done += 1
print(done / (time.perf_counter() - began), (time.process_time() - spent) / done * 1000)
"""
SLOW_STREAMS = 200


def main() -> None:
    """Prints each finding as soon as it is made, a JSON object a line."""
    options = _options()
    questions = _questions(options.cases)
    with _served(options) as (port, server, ready):
        _tell(workers=options.workers, load_average=os.getloadavg()[0], ready_seconds=ready)
        asyncio.run(rate(port, questions, 2.0, connections=8))
        asked = asyncio.run(_asked(port, server, questions, options.seconds))
        bare = _embedding(options, questions)
        throughput, processor = asked["per_second"] / bare["per_second"], bare["cpu_ms"] / asked["cpu_ms"]
        _tell(ask=asked, embedding=bare, ask_per_embedding={"throughput": throughput, "processor": processor})
        _tell(memory=asyncio.run(_memory(port, server, questions, options.requests)))
        _tell(malformed=asyncio.run(_malformed(port, options.requests)))
        if options.workers > 1:
            _tell(killed=asyncio.run(_killed(port, server, questions)))
    with (
        silent_model() as model,
        _served(options, RAPPORTEUR_MODEL="openai:silent", OPENAI_BASE_URL=model) as (port, _, _),
    ):
        _tell(slow_streams=asyncio.run(_slow_streams(port)))


def _tell(**found: Any) -> None:
    print(json.dumps(found), flush=True)  # noqa: T201 - what a benchmark is for


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--index", type=Path, required=True)
    parser.add_argument("--cases", type=Path, default=Path(__file__).parents[1] / "gold" / "seeds-test.jsonl")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seconds", type=float, default=20.0, help="of each measurement of a rate")
    parser.add_argument("--requests", type=int, default=20_000, help="for memory, and malformed ones")
    return parser.parse_args()


def _questions(cases: Path) -> list[str]:
    return [json.loads(line)["question"] for line in cases.read_text(encoding="utf-8").splitlines()]


@contextmanager
def _served(options: argparse.Namespace, **environment: str) -> Iterator[tuple[int, int, float]]:
    """Port and process of a server that is ready, and the seconds that it took to be."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = ["serve", "--port", str(port), "--workers", str(options.workers), "--index", str(options.index)]
    began = time.perf_counter()
    server = subprocess.Popen(  # noqa: S603 - the product's own command
        [sys.executable, "-c", "from rag.cli import main; main()", *command],
        env=os.environ | environment,
        stderr=subprocess.DEVNULL,
    )
    try:
        asyncio.run(_ready(port))
        yield port, server.pid, round(time.perf_counter() - began, 2)
    finally:
        server.terminate()
        server.wait(60)


async def _ready(port: int) -> None:
    while True:
        try:
            if (await exchange(port, b"GET /readyz HTTP/1.1\r\nHost: localhost\r\n\r\n"))[0] == 200:
                return
        except OSError:
            await asyncio.sleep(0.02)


async def _asked(port: int, server: int, questions: list[str], seconds: float) -> dict[str, float]:
    before = _cpu(server)
    statuses, times = await rate(port, questions, seconds, connections=32)
    spent = _cpu(server) - before
    return {
        "per_second": len(times) / seconds,
        "cpu_ms": spent / len(times) * 1000,
        "p50_ms": _ms(times, 0.5),
        "p99_ms": _ms(times, 0.99),
        "p99_per_p50": _ms(times, 0.99) / _ms(times, 0.5),
        "failed": sum(count for status, count in statuses.items() if status != 200),
    }


def _embedding(options: argparse.Namespace, questions: list[str]) -> dict[str, float]:
    """The same questions embedded and nothing else, by as many processes as the server has workers."""
    command = [sys.executable, "-c", _EMBEDDING, str(options.index), str(options.seconds)]
    runs = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)  # noqa: S603 - ours
        for _ in range(options.workers)
    ]
    for run in runs:
        if run.stdin:
            run.stdin.write("\n".join(questions))
            run.stdin.close()
    found = [[float(value) for value in (run.stdout.read() if run.stdout else "").split()] for run in runs]
    return {"per_second": sum(one[0] for one in found), "cpu_ms": sum(one[1] for one in found) / len(found)}


async def _memory(port: int, server: int, questions: list[str], requests: int) -> dict[str, Any]:
    """Resident memory of all workers after a tenth of the requests, after half and after all of them."""
    marks, done = {}, 0
    for share in (0.1, 0.5, 1.0):
        count = int(requests * share) - done
        await rate(port, questions, None, connections=16, count=count)
        done += count
        marks[str(done)] = round(sum(_resident(pid) for pid in _workers(server)))
    return {"mb_after_requests": marks}


async def _malformed(port: int, requests: int) -> dict[str, Any]:
    """Requests broken at random, each answered or hung up on within ten seconds."""
    chance = random.Random(1)  # noqa: S311 - chance hides nothing here
    statuses: Counter[int | str] = Counter()

    async def send(messages: list[bytes]) -> None:
        for message in messages:
            try:
                status, _ = await asyncio.wait_for(exchange(port, message, ends=True), 10)
                statuses[status] += 1
            except TimeoutError:
                statuses["hang"] += 1
            except (OSError, ValueError):
                statuses["hung up on"] += 1

    messages = [_broken(chance) for _ in range(requests)]
    await asyncio.gather(*(send(messages[start::16]) for start in range(16)))
    server_errors = sum(count for status, count in statuses.items() if isinstance(status, int) and status >= 500)
    alive = (await exchange(port, b"GET /readyz HTTP/1.1\r\nHost: localhost\r\n\r\n"))[0] == 200
    counted = {str(status): count for status, count in statuses.most_common()}
    return {"statuses": counted, "server_errors": server_errors, "hangs": statuses["hang"], "alive": alive}


def _broken(chance: random.Random) -> bytes:
    """A request of which something is wrong: its body, its path, its headers or its very bytes."""
    place = chance.choice(
        ["/v1/ask", "/v1/chat", "/v1/verify", "/v1/export", "/v1/search?q=%ff", "/v1/reports/%00", "/%2e%2e"]
    )
    body = chance.choice(
        [
            b"", b"{", b"[[[[", b"null", b'{"question": 1}', b'{"question": "\\ud800"}', b'{"question": "' + b"x" * 999,
            b'{"quote": "a", "answer": {}}', b'{"answer": {"quotes": 3}, "format": "pdf"}', b'{"question": "?"}',
            chance.randbytes(chance.randrange(200)),
        ]
    )  # fmt: skip
    method = chance.choice(["POST", "GET", "PUT", "DELETE", "BREW", "POST", "POST"])
    kind = chance.choice(["application/json", "text/plain", "application/json; charset=utf-7", "x"])
    head = f"{method} {place} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n"
    message = bytearray(head.encode() + b"Connection: close\r\n\r\n" + body)
    if chance.random() < 0.3:
        for _ in range(chance.randrange(1, 4)):
            message[chance.randrange(len(head))] = chance.randrange(256)
    return bytes(message)


async def _killed(port: int, server: int, questions: list[str]) -> dict[str, Any]:
    """A worker killed in the middle of a load: what failed, and how long until there was another."""
    before = _workers(server)
    load = asyncio.create_task(rate(port, questions, 12.0, connections=16))
    await asyncio.sleep(3)
    os.kill(before[0], signal.SIGKILL)
    seconds = await asyncio.to_thread(_replaced, server, set(before))
    statuses, times = await load
    return {
        "answered": len(times),
        "statuses": {str(k): v for k, v in statuses.items()},
        "replaced_after_seconds": seconds,
    }


def _replaced(server: int, before: set[int]) -> float:
    """Seconds until the server has a worker that was not there ``before``; 30 at most."""
    began = time.perf_counter()
    while not set(_workers(server)) - before and time.perf_counter() - began < 30:
        time.sleep(0.05)
    return time.perf_counter() - began


async def _slow_streams(port: int) -> dict[str, Any]:
    """Streams that wait for a silent model and whose clients do not read, and what others wait meanwhile."""
    quiet = await _searches(port)
    streams = [await Client.connect(port) for _ in range(SLOW_STREAMS)]
    for stream in streams:
        await stream.send(asking("How many complaints of torture did the ombudsman receive?", "/v1/chat"))
    await asyncio.sleep(3)
    busy = await _searches(port)
    for stream in streams:
        stream.close()
    return {"open": SLOW_STREAMS, "search_p50_ms_without": quiet, "search_p50_ms_with": busy}


async def _searches(port: int) -> float:
    times = []
    for _ in range(40):
        began = time.perf_counter()
        status, _ = await exchange(port, b"GET /v1/search?q=torture HTTP/1.1\r\nHost: localhost\r\n\r\n")
        if status != 200:
            raise RuntimeError(f"search was answered with {status}")
        times.append(time.perf_counter() - began)
    return _ms(times, 0.5)


def _ms(times: list[float], share: float) -> float:
    """The share's quantile of some seconds, in milliseconds."""
    return (percentile(times, share) or 0.0) * 1000


def _workers(server: int) -> list[int]:
    """Processes that serve: those that the server started, or itself."""
    children = _proc(server, f"task/{server}/children").split()
    serving = [int(pid) for pid in children if "spawn_main" in _proc(int(pid), "cmdline")]
    return serving or [server]


def _cpu(server: int) -> float:
    """Seconds of processor that the workers have spent."""
    ticks = [_proc(pid, "stat").rpartition(")")[2].split() for pid in _workers(server)]
    return sum(int(fields[11]) + int(fields[12]) for fields in ticks) / os.sysconf("SC_CLK_TCK")


def _resident(pid: int) -> float:
    """MB of its own, without what it shares with others."""
    lines = dict(line.split(":") for line in _proc(pid, "status").splitlines() if line.count(":") == 1)
    return float(lines["RssAnon"].split()[0]) / 1024


def _proc(pid: int, name: str) -> str:
    try:
        return Path(f"/proc/{pid}/{name}").read_text(encoding="utf-8")
    except OSError:
        return ""


if __name__ == "__main__":
    main()
