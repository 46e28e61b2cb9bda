"""A browser and a served product for the tests of the page. Nobody leaves a visit with an error in the console."""

import shutil
import time
from contextlib import contextmanager
from threading import Thread
from urllib.parse import urljoin

import uvicorn
from playwright.sync_api import sync_playwright

CHROMIUM = shutil.which("chromium")
ABSENT = "the page's tests need Chromium: apt-get install chromium"
ARGUMENTS = """--no-sandbox --disable-gpu --disable-background-networking --disable-component-update --disable-sync
    --no-first-run""".split()
PATIENCE = 15_000
"""Milliseconds that a page may take for what is waited for; a busy machine is no failure."""
LOADING_FAILED = "Failed to load resource"
"""What the console says of a response that is a problem, and of a request that fails."""
POLICY = "Content Security Policy"
"""What it says of what the server's policy refuses."""


@contextmanager
def served(app):
    """The address of ``app`` behind a real uvicorn on loopback."""
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error", ws="none", timeout_graceful_shutdown=1))
    running = Thread(target=server.run, daemon=True)
    running.start()
    while not server.started and running.is_alive():
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}/"
    finally:
        server.should_exit = True
        running.join(10)


@contextmanager
def chromium():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@contextmanager
def visited(browser, url, *, expects="", guarded=False, **options):
    """The page at ``url`` in a browser of its own, ready unless it is ``guarded`` by a key.

    ``expects``: what the errors say that the console may tell of; none where it is empty.
    """
    context = browser.new_context(viewport=options.pop("viewport", {"width": 1280, "height": 860}), **options)
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    origin = urljoin(url, "/")
    faults = []
    page.on("request", lambda request: faults.append(request.url) if foreign(request.url, origin) else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda said: faults.append(said.text) if said.type in ("error", "warning") else None)
    page.goto(url)
    if not guarded:
        page.locator("#holdings:not(:empty)").wait_for()
    yield page
    context.close()
    assert [fault for fault in faults if not (expects and expects in fault)] == []


def foreign(address, origin):
    return not address.startswith((origin, "blob:", "data:"))


def ask(page, question):
    """Types the question, sends it with Enter and waits for the end of its answer; the exchange on the page."""
    send(page, question)
    page.locator("#ask").wait_for()
    return page.locator(".exchange").last


def send(page, question):
    page.fill("#question", question)
    page.press("#question", "Enter")
