"""``rapporteur serve`` as its users start it: real processes, killed and told to end."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.scripted_server import ScriptedServer, Wait

pytestmark = pytest.mark.slow
QUESTION = {"question": "How many complaints of torture did the ombudsman receive in 2020?"}


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return listening.getsockname()[1]


def until(check, seconds=60.0):
    end = time.monotonic() + seconds
    while not (found := check()) and time.monotonic() < end:
        time.sleep(0.05)
    return found


def answers(client, place):
    try:
        return client.get(place).status_code == 200
    except httpx.TransportError:
        return False


@contextmanager
def serving(index, *options, **environment):
    """A client of ``rapporteur serve``, ready, with its process and its log."""
    port = free_port()
    kept = {name: value for name, value in os.environ.items() if not name.startswith("RAPPORTEUR_")}
    command = [sys.executable, "-m", "api", "--port", str(port), "--index", str(index), *options]
    process = subprocess.Popen(command, env=kept | environment, stderr=subprocess.PIPE, text=True)
    log = []
    reader = threading.Thread(target=lambda: log.extend(process.stderr), daemon=True)
    reader.start()
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as client:
            assert until(lambda: answers(client, "/readyz") or process.poll() is not None)
            assert process.poll() is None, log
            yield client, process, log
    finally:
        process.terminate()
        process.wait(30)
        reader.join(10)
        process.stderr.close()


def address(client):
    return str(client.base_url).rstrip("/")


def workers(process):
    """Ids of those that serve; the start of further ones leaves a process that counts shared things."""
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    return [int(pid) for pid in children if b"spawn_main" in command_of(pid)]


def command_of(pid):
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def test_it_answers_logs_in_json_and_ends_when_told(real_index):
    with serving(real_index) as (client, process, log):
        assert client.post("/v1/ask", json=QUESTION).json()["outcome"] == "answered"
        assert client.get("/", headers={"Host": "evil.example"}).status_code == 421
        process.send_signal(signal.SIGTERM)
        # One process ends by the signal itself, as is customary once its requests are served.
        assert process.wait(20) in (0, -signal.SIGTERM)
    events = [json.loads(line) for line in log]
    assert {"answer", "request", "index"} <= {event["event"] for event in events}
    assert "complaints" not in "".join(log)


def test_a_killed_worker_is_replaced_while_the_others_answer(real_index):
    with serving(real_index, "--workers", "2") as (client, process, _):
        assert until(lambda: len(workers(process)) == 2)
        before = set(workers(process))
        outcomes, stop = [], threading.Event()

        def load():
            while not stop.is_set():
                try:
                    reply = httpx.post(f"{address(client)}/v1/ask", json=QUESTION, timeout=30)
                    outcomes.append(reply.status_code)
                except httpx.TransportError:
                    outcomes.append(None)

        threads = [threading.Thread(target=load) for _ in range(4)]
        for thread in threads:
            thread.start()
        assert until(lambda: len(outcomes) > 10)
        os.kill(next(iter(before)), signal.SIGKILL)
        killed = len(outcomes)
        assert until(lambda: len(set(workers(process)) - before) == 1)
        assert until(lambda: len(outcomes) > killed + 20)
        stop.set()
        for thread in threads:
            thread.join()
    # What the killed one was working on is lost; everything else was answered.
    assert outcomes.count(None) <= 4
    assert set(outcomes) <= {200, None}


def test_figures_are_those_of_all_workers(real_index):
    with serving(real_index, "--workers", "2") as (client, process, _):
        assert until(lambda: len(workers(process)) == 2)
        for _ in range(20):
            httpx.get(f"{address(client)}/v1/reports", timeout=30)

        def counted():
            found = re.search(
                r'requests_total\{method="GET",route="/v1/reports",status="200"\} (\S+)', client.get("/metrics").text
            )
            return float(found[1]) if found else 0

        assert until(lambda: counted() == 20)


def test_a_slow_stream_is_ended_within_the_grace_when_told_to_end(real_index):
    def script(request):
        yield from [Wait(0.1), " "] * 600

    with (
        ScriptedServer(script) as model,
        serving(real_index, RAPPORTEUR_MODEL="openai:scripted", OPENAI_BASE_URL=model.url, OPENAI_API_KEY="") as (
            client,
            process,
            _,
        ),
        client.stream("POST", "/v1/chat", json=QUESTION) as reply,
    ):
        lines = reply.iter_lines()  # Kept: a stream that nobody reads any more is closed.
        next(lines)
        assert until(lambda: model.requests)
        process.terminate()
        process.wait(40)
        assert until(lambda: model.hung_up)


def test_an_unusable_setting_is_told_in_one_line(real_index):
    command = [sys.executable, "-m", "api", "--index", str(real_index)]
    run = subprocess.run(
        command, check=False, env=os.environ | {"RAPPORTEUR_RATE": "often"}, capture_output=True, text=True, timeout=60
    )
    assert run.returncode == 2
    assert run.stderr.startswith("rapporteur: RAPPORTEUR_RATE='often'")
    assert len(run.stderr.splitlines()) == 1


def test_starting_imports_neither_torch_nor_what_builds():
    program = "import api.app, api.command, sys; print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert {"torch", "sentence_transformers", "transformers", "onnx", "pymilvus", "ray"} & set(
        run.stdout.split()
    ) == set()
