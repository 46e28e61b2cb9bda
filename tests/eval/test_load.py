"""The load that a benchmark makes is the load that it says."""

import asyncio

import pytest

from eval.benchmarks import http_load, serving
from tests.live_server import live
from tests.web import ASKED, application, build_index


@pytest.fixture(scope="module")
def port(tmp_path_factory):
    with live(application(build_index(tmp_path_factory.mktemp("load") / "index"))) as address:
        yield int(address.rpartition(":")[2])


def test_every_question_is_sent_and_every_reply_counted(port):
    statuses, times = asyncio.run(http_load.rate(port, [ASKED, "Who was beaten?"], None, connections=3, count=10))
    assert statuses == {200: 10}
    assert len(times) == 10


def test_replies_that_fail_are_told_apart(port):
    statuses, _ = asyncio.run(http_load.rate(port, ["?"], None, connections=1, count=2))
    assert statuses == {422: 2}


def test_broken_requests_cause_no_server_error_and_no_hang(port):
    found = asyncio.run(serving._malformed(port, 300))
    assert sum(found["statuses"].values()) == 300
    assert (found["server_errors"], found["hangs"], found["alive"]) == (0, 0, True)
