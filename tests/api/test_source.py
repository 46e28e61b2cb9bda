"""A new generation of the index serves between requests; a broken one changes nothing, and is told."""

import time

import pytest
from fastapi.testclient import TestClient

from api.server.live_answerer import AnswererSource
from rag.errors import IndexMissingError, StoreError
from rag.settings import Settings
from tests.web import answerer, application, build_index


def until(check, seconds=20.0):
    """The first true value of ``check``."""
    end = time.monotonic() + seconds
    while not (found := check()) and time.monotonic() < end:
        time.sleep(0.01)
    return found


def source(index):
    found = AnswererSource(Settings(index=index), lambda settings: answerer(settings.index))
    found.open()
    return found


def editions(serving):
    return [report.year for report in serving.answerer.store.reports]


def test_a_new_generation_serves_and_a_request_keeps_its_own(tmp_path):
    build_index(tmp_path, 2019)
    held = source(tmp_path)
    before = held.current()
    assert held.current() is before
    build_index(tmp_path, 2021)
    assert until(lambda: editions(held.current()) == [2021])
    assert editions(before) == [2019]
    assert before.answerer.ask("Who was beaten?").quotes[0].report == "chad-2019"


def test_nobody_waits_for_a_new_generation(tmp_path):
    """It is opened beside the one that serves."""
    build_index(tmp_path, 2019)
    slow = []

    def make(settings):
        if slow:
            time.sleep(0.5)
        return answerer(settings.index)

    held = AnswererSource(Settings(index=tmp_path), make)
    held.open()
    slow.append(True)
    build_index(tmp_path, 2021)
    began = time.monotonic()
    assert editions(held.current()) == [2019]
    assert time.monotonic() - began < 0.4
    assert until(lambda: editions(held.current()) == [2021])


def test_a_broken_generation_changes_nothing_and_is_told(tmp_path):
    build_index(tmp_path, 2019)
    with TestClient(application(tmp_path)) as client:
        current = (tmp_path / "CURRENT").read_text()
        (tmp_path / "CURRENT").write_text("20990101T000000000000-000000000000\n")
        assert until(lambda: client.get("/readyz").json()["newer_index"]) == "The index is damaged"
        assert client.get("/v1/reports").json()["years"] == [2019]
        (tmp_path / "CURRENT").write_text(current)
        assert until(lambda: client.get("/readyz").json()["newer_index"] is None)


def test_an_index_that_comes_later_is_found(tmp_path):
    held = source(tmp_path)
    assert isinstance(held.fault, IndexMissingError)
    with TestClient(application(tmp_path)) as client:
        assert client.get("/readyz").status_code == 503
        build_index(tmp_path, 2019)
        assert until(lambda: client.get("/readyz").status_code == 200)
        assert client.get("/v1/reports").json()["years"] == [2019]


def test_an_unforeseen_failure_to_open_is_not_tried_at_every_request(tmp_path):
    build_index(tmp_path, 2019)
    tried = []

    def make(settings):
        tried.append(settings)
        raise MemoryError("no room")

    held = AnswererSource(Settings(index=tmp_path), make)
    held.open()
    for _ in range(5):
        with pytest.raises(StoreError, match="MemoryError"):
            held.current()
    assert len(tried) == 1
