"""Whatever a report, a question or a model says is text: nothing of it runs, and offsets hold whatever it is made of."""

import re
from pathlib import Path

import pytest

from tests.browser import LOADING_FAILED, POLICY, ask
from tests.small_site import ASKED, EARLY, HOSTILE, LATE, MARKUP, UNSEEN, says, small_site

STATIC = Path(__file__).parents[2] / "api" / "static"
PLANTED = ("#exchanges", "#report", "#verify-dialog")
"""Where markup of others would become elements."""


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    with small_site(tmp_path_factory.mktemp("safety")) as site:
        yield site


def unharmed(page):
    """Whether nothing of what was said became an element or ran."""
    assert page.evaluate("window.hacked") is None
    for place in PLANTED:
        assert page.locator(f"{place} :is(img, script, svg, iframe, object)").count() == 0
    assert page.locator("a[href^='javascript:' i]").count() == 0
    return True


@pytest.mark.slow
def test_markup_in_a_report_is_shown_as_it_is_and_marked_to_the_character(visit, shared):
    """Characters outside the basic plane count as one, as they do for the server."""
    shared.model.script = says(f"The ombudsman received complaints about torture. {{{HOSTILE}}}")
    page = visit(shared.url)
    answer = ask(page, "Which complaints about torture did the ombudsman in Kenya receive?")
    assert HOSTILE in answer.locator("blockquote").inner_text()
    page.get_by_role("button", name="[1] Open quote 1").click()
    page.locator("#report mark").wait_for()
    assert page.locator("#report mark").inner_text() == HOSTILE
    assert MARKUP in page.locator("#report-source").inner_text()
    assert unharmed(page)


@pytest.mark.slow
def test_hidden_characters_of_a_report_are_shown_as_marks(visit, shared):
    page = visit(f"{shared.url}#report=kenya-2020")
    page.locator("#paragraph-2").wait_for()
    assert UNSEEN not in page.locator("#report-text").inner_text()
    assert "The court \ufffddettiuqca\ufffd him." in page.locator("#report-text").inner_text()


@pytest.mark.slow
def test_markup_in_a_question_is_shown_as_it_is(visit, shared):
    shared.model.script = says(f"{EARLY} {{{EARLY}}}")
    page = visit(shared.url)
    assert ask(page, f"{ASKED} {MARKUP}").locator("h2").inner_text() == f"{ASKED} {MARKUP}"
    page.reload()
    page.locator(".exchange").wait_for()
    assert unharmed(page)


@pytest.mark.slow
def test_markup_in_a_models_reply_is_withheld_and_shown_as_it_is(visit, shared):
    shared.model.script = says(f"{LATE} {{{LATE}}}", f"{MARKUP} The ombudsman received 125 complaints. {{{EARLY}}}")
    page = visit(shared.url)
    answer = ask(page, ASKED)
    answer.locator(".withheld summary").click()
    assert MARKUP in answer.locator(".withheld").inner_text()
    assert unharmed(page)


@pytest.mark.slow
def test_markup_in_a_pasted_quote_and_in_a_link(visit, shared):
    page = visit(shared.url, expects=LOADING_FAILED)
    page.get_by_role("button", name="Verify a quote").click()
    page.fill("#verify-quote", MARKUP)
    page.locator("#verify-form .primary").click()
    page.locator("[data-verdict]").wait_for()
    page.keyboard.press("Escape")
    page.evaluate("markup => { location.hash = new URLSearchParams({ report: markup, start: 1, end: 2 }) }", MARKUP)
    page.get_by_text("There is no such report").first.wait_for()
    assert unharmed(page)


@pytest.mark.slow
def test_no_script_but_the_pages_own_would_run(visit, shared):
    """The policy of the server refuses what slipped through."""
    page = visit(shared.url, expects=POLICY)
    policy = page.request.get(shared.url).headers["content-security-policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy or "default-src 'self'" in policy
    refused = page.evaluate(
        """() => new Promise((resolve) => {
            const listen = (event) => resolve(event.violatedDirective);
            document.addEventListener("securitypolicyviolation", listen, { once: true });
            const made = document.createElement("p");
            made.setAttribute("onclick", "window.hacked = 3");
            document.body.append(made);
            made.click();
            setTimeout(() => resolve("nothing"), 2000);
        })"""
    )
    assert refused.startswith("script-src")
    assert page.evaluate("window.hacked") is None


FILES = sorted(path for path in STATIC.rglob("*") if path.suffix in (".js", ".css", ".html"))
SINKS = re.compile(
    r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|srcdoc|createContextualFragment|DOMParser|setHTML"
)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_nothing_turns_text_into_markup_or_leaves_the_server(path):
    text = path.read_text(encoding="utf-8")
    assert SINKS.findall(text) == []
    assert re.findall(r"[\"'(](?:https?:)?//\w", text) == []
    if path.suffix == ".html":
        assert re.findall(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=", text) == []


@pytest.mark.parametrize("path", [path for path in FILES if path.suffix == ".js"], ids=lambda path: path.name)
def test_a_module_is_small_and_says_what_it_is_for(path):
    lines = path.read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith("/**")
    assert len(lines) <= 200
