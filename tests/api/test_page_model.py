"""The page while a language model writes: only what was verified appears, and every failure has a way on."""

from threading import Event

import pytest
from pydantic import SecretStr

from rag.models import requests
from tests.browser import LOADING_FAILED, ask, send
from tests.scripted_server import Cut, Status, lines
from tests.small_site import ASKED, EARLY, LATE, says, small_site

pytestmark = pytest.mark.slow

BOTH = "How many complaints about torture did the ombudsman receive in the 2019 and 2021 reports?"


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    with small_site(tmp_path_factory.mktemp("model")) as site:
        yield site


@pytest.fixture(autouse=True)
def _quick(monkeypatch):
    monkeypatch.setattr(requests, "uniform", lambda low, high: 0.01)


@pytest.fixture
def held():
    """Lets a script wait in the middle of its reply; whoever still waits at the end goes on."""
    event = Event()
    yield event
    event.set()


def pausing(event, first, rest):
    """The line ``first``; the lines ``rest`` when ``event`` is set."""

    def script(request):
        yield from says(first)(request)
        event.wait(20)
        yield from says(*rest)(request)

    return script


def test_statements_come_while_the_model_writes(visit, shared, held):
    shared.model.script = pausing(held, f"{EARLY} {{{EARLY}}}", [f"{LATE} {{{LATE}}}"])
    page = visit(shared.url)
    send(page, ASKED)
    exchange = page.locator(".exchange").last
    exchange.locator(".statement").wait_for()
    assert exchange.locator(".statement").count() == 1
    assert "1 statement verified so far" in exchange.locator(".progress").inner_text()
    assert page.locator("#ask").is_hidden()
    held.set()
    page.locator("#ask").wait_for()
    assert exchange.locator("figure").count() == 2
    assert exchange.locator(".progress").is_hidden()
    assert "Answered: 2 statements, 2 quotes." in page.locator("#announcer").inner_text()


def test_focus_stays_on_a_quote_when_the_answer_is_complete(visit, shared, held):
    shared.model.script = pausing(held, f"{EARLY} {{{EARLY}}}", [f"{LATE} {{{LATE}}}"])
    page = visit(shared.url)
    send(page, ASKED)
    page.get_by_role("button", name="[1] Open quote 1").focus()
    held.set()
    page.locator("#ask").wait_for()
    assert page.evaluate("document.activeElement.textContent") == "[1]"


def test_stopping_ends_the_models_work_and_it_can_be_asked_again(visit, shared, held):
    shared.model.script = pausing(held, f"{EARLY} {{{EARLY}}}", [f"{LATE} {{{LATE}}}"] * 50)
    before = shared.model.hung_up
    page = visit(shared.url)
    send(page, ASKED)
    exchange = page.locator(".exchange").last
    exchange.locator(".statement").wait_for()
    page.get_by_role("button", name="Stop").click()
    exchange.get_by_text("Stopped. What is shown was verified").wait_for()
    assert page.evaluate("document.activeElement.id") == "question"
    assert exchange.locator(".statement").count() == 1
    assert page.evaluate("localStorage.length") == 0
    held.set()
    for _ in range(100):
        if shared.model.hung_up > before:
            break
        page.wait_for_timeout(50)
    assert shared.model.hung_up == before + 1
    shared.model.script = says(f"{EARLY} {{{EARLY}}}")
    exchange.get_by_role("button", name="Ask again").click()
    exchange.locator(".export").wait_for()
    assert page.locator(".exchange").count() == 1
    assert "Stopped" not in exchange.inner_text()


def test_what_is_withheld_is_counted_and_its_reason_told(visit, shared):
    shared.model.script = says(f"{EARLY} {{{EARLY}}}", f"The ombudsman received 999 complaints. {{{EARLY}}}")
    page = visit(shared.url)
    exchange = ask(page, ASKED)
    summary = exchange.locator(".withheld summary")
    assert "1 statement withheld" in summary.inner_text()
    assert exchange.get_by_text("999 complaints").is_hidden()
    summary.click()
    told = exchange.locator(".withheld").inner_text()
    assert "The ombudsman received 999 complaints." in told
    assert "A number in it is not in the quote." in told
    assert "999" not in exchange.locator(".statements").inner_text()


def test_where_nothing_held_the_answer_declines(visit, shared):
    shared.model.script = says(f"The ombudsman received 999 complaints. {{{EARLY}}}")
    page = visit(shared.url)
    told = ask(page, ASKED).inner_text()
    assert "No answer. Nothing that was written held against the reports’ own words." in told
    assert "1 statement withheld" in told


def test_a_model_that_compares_has_its_statements_above_the_columns(visit, shared):
    shared.model.script = says(
        f"In 2019 the ombudsman received 125 complaints about torture. {{{EARLY}}}",
        f"In 2021 the ombudsman received 84 complaints about torture. {{{LATE}}}",
    )
    page = visit(shared.url)
    exchange = ask(page, BOTH)
    assert exchange.locator(".claim").all_inner_texts() == [
        "In 2019 the ombudsman received 125 complaints about torture. [1]",
        "In 2021 the ombudsman received 84 complaints about torture. [2]",
    ]
    assert exchange.locator(".column h3").all_inner_texts() == ["Chad 2019", "Chad 2021"]
    exchange.locator(".claim .reference").last.click()
    page.locator("#report mark").wait_for()
    assert page.locator("#report mark").inner_text() == LATE


def test_a_reply_that_breaks_off_keeps_what_was_verified(visit, shared):
    shared.model.script = lambda request: [*says(f"{EARLY} {{{EARLY}}}")(request), Cut()]
    page = visit(shared.url)
    exchange = ask(page, ASKED)
    assert "The language model failed before its answer was complete." in exchange.inner_text()
    assert EARLY in exchange.locator("figure").first.inner_text()


def test_where_the_model_fails_the_reports_own_sentences_stand_in(visit, tmp_path):
    with small_site(tmp_path) as site:
        site.model.script = lambda _: [Status(500)]
        page = visit(site.url)
        exchange = ask(page, ASKED)
        assert "The reports’ own sentences stand in for it." in exchange.locator(".notice").inner_text()
        assert exchange.locator("figure").count() > 0
        assert "stands in for the model that failed" in exchange.inner_text()


def test_where_nothing_stands_in_the_failure_is_told_and_can_be_tried_again(visit, tmp_path):
    with small_site(tmp_path, fallback=False) as site:
        site.model.script = lines("no label here, and nothing else")
        page = visit(site.url)
        exchange = ask(page, ASKED)
        assert "language model" in exchange.get_by_role("alert").inner_text()
        assert page.evaluate("localStorage.length") == 0
        site.model.script = says(f"{EARLY} {{{EARLY}}}")
        exchange.get_by_role("button", name="Try again").click()
        exchange.locator(".export").wait_for()
        assert exchange.get_by_role("alert").count() == 1, "that of the export, which is empty"


def test_a_server_that_cannot_be_reached(visit, shared):
    shared.model.script = says(f"{EARLY} {{{EARLY}}}")
    page = visit(shared.url, expects=LOADING_FAILED)
    page.route("**/v1/chat", lambda route: route.abort())
    exchange = ask(page, ASKED)
    assert "The server cannot be reached." in exchange.get_by_role("alert").inner_text()
    page.unroute("**/v1/chat")
    exchange.get_by_role("button", name="Try again").click()
    exchange.locator(".export").wait_for()


def test_a_connection_that_ends_before_the_answer(visit, shared):
    page = visit(shared.url)
    searched = 'event: searched\ndata: {"reports": 1, "passages": 3}\n\n'
    page.route("**/v1/chat", lambda route: route.fulfill(body=searched, content_type="text/event-stream"))
    exchange = ask(page, ASKED)
    assert "The answer broke off." in exchange.get_by_role("alert").inner_text()


def test_a_first_screen_without_a_server_can_be_tried_again(visit, shared):
    page = visit(shared.url, expects=LOADING_FAILED)
    page.route("**/v1/reports", lambda route: route.abort())
    page.reload()
    page.get_by_role("alert").get_by_text("The server cannot be reached").wait_for()
    page.unroute("**/v1/reports")
    page.get_by_role("button", name="Try again").click()
    page.locator(".sample").first.wait_for()


def test_an_access_key_is_asked_for_once_and_forgotten_with_the_tab(visit, tmp_path):
    with small_site(tmp_path, writes=False, api_keys=SecretStr("right")) as site:
        page = visit(f"{site.url}#report=chad-2019", expects=LOADING_FAILED, guarded=True)
        dialog = page.locator("#key-dialog")
        dialog.get_by_role("textbox").fill("wrong")
        page.keyboard.press("Enter")
        dialog.get_by_text("did not take this key").wait_for()
        dialog.get_by_role("textbox").fill("right")
        page.keyboard.press("Enter")
        page.locator("#holdings:not(:empty)").wait_for()
        assert dialog.is_hidden()
        page.locator("#paragraph-1").wait_for()
        page.keyboard.press("Escape")
        assert ask(page, ASKED).locator("figure").count() > 0
        assert page.evaluate("JSON.stringify(localStorage)").count("right") == 0


def test_whoever_asks_too_often_is_told_when_to_come_back(visit, tmp_path):
    with small_site(tmp_path, writes=False, rate="2/4 second") as site:
        page = visit(site.url, expects=LOADING_FAILED)
        ask(page, ASKED)
        exchange = ask(page, ASKED)
        again = exchange.get_by_role("button", name="Try again")
        assert again.is_disabled()
        assert again.inner_text().startswith("Try again in ")
        exchange.locator(".failure button:enabled").click()
        exchange.locator(".export").wait_for()
