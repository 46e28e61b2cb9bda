"""The page for everybody: without a mouse, by ear, in the dark, on a phone, zoomed in, on paper."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser import LOADING_FAILED, ask
from tests.small_site import ASKED, EARLY, LATE, says, small_site

pytestmark = pytest.mark.slow

PHONE = {"width": 390, "height": 844}
LOOKS = {"light": {}, "dark": {"color_scheme": "dark"}, "phone": {"viewport": PHONE}}


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    with small_site(tmp_path_factory.mktemp("access")) as site:
        yield site


def examined(page):
    """What axe finds wrong, as text; empty where it finds nothing."""
    found = Axe().run(page, options={"resultTypes": ["violations"]})
    return found.generate_report() if found.violations_count else ""


@pytest.mark.parametrize("look", LOOKS)
def test_axe_finds_nothing(visit, shared, look):
    """In every state of the page: first screen, answer, report, comparison, decline, failure, dialogs, pickers."""
    page = visit(shared.url, expects=LOADING_FAILED, **LOOKS[look])
    page.locator("#welcome summary").click()
    assert examined(page) == ""
    shared.model.script = says(
        f"In 2019 the ombudsman received 125 complaints about torture. {{{EARLY}}}",
        f"The ombudsman received 84 complaints about torture. {{{LATE}}}",
        f"It received 999 complaints. {{{EARLY}}}",
    )
    ask(page, ASKED).locator(".withheld summary").click()
    ask(page, "What is the capital of France?")
    page.route("**/v1/chat", lambda route: route.abort())
    ask(page, ASKED)
    assert examined(page) == ""
    page.get_by_role("button", name="[1] Open quote 1").first.click()
    page.locator("#report mark").wait_for()
    assert examined(page) == ""
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Countries: all").click()
    assert examined(page) == ""
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Verify a quote").click()
    page.fill("#verify-quote", "received 125 complaints about torture")
    page.locator("#verify-form .primary").click()
    page.locator("#verify-result [data-verdict]").wait_for()
    assert examined(page) == ""


def active(page):
    """What has the focus: a field by its id, anything else by its text."""
    return page.evaluate(
        "(document.activeElement.matches('select, textarea, input') ? '' : document.activeElement.innerText)"
        " || document.activeElement.id"
    )


def press_until(page, key, wanted):
    for _ in range(60):
        page.keyboard.press(key)
        if active(page).startswith(wanted):
            return
    pytest.fail(f"{key} never leads to {wanted!r}")


def test_everything_is_reached_by_keyboard(visit, shared):
    shared.model.script = says(f"{EARLY} {{{EARLY}}}", f"{LATE} {{{LATE}}}")
    page = visit(shared.url)
    page.wait_for_function("document.activeElement.id === 'question'")
    press_until(page, "Shift+Tab", "Countries: all")
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Space")
    page.keyboard.press("Escape")
    assert active(page) == "Countries: Chad"
    press_until(page, "Tab", "question")
    page.keyboard.type("How many complaints about torture")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("did the ombudsman receive?")
    page.keyboard.press("Enter")
    page.locator(".export").wait_for()
    assert "torture\ndid" in page.locator(".exchange h2").inner_text()
    press_until(page, "Shift+Tab", "[2]")
    page.keyboard.press("Enter")
    page.locator("#report mark").wait_for()
    assert page.evaluate("document.activeElement.querySelector('mark').textContent") == LATE
    press_until(page, "Shift+Tab", "report-contents")
    press_until(page, "Shift+Tab", "question")
    page.keyboard.press("Escape")
    page.locator("#report").wait_for(state="hidden")
    assert active(page) == "[2]"
    press_until(page, "Shift+Tab", "Verify a quote")
    page.keyboard.press("Enter")
    page.keyboard.type(EARLY)
    page.keyboard.press("Control+Enter")
    page.locator("[data-verdict=verbatim]").wait_for()
    press_until(page, "Tab", "Open in report")
    page.keyboard.press("Enter")
    page.locator("#report mark").wait_for()


def test_the_skip_link_comes_first_and_leads_to_the_question(visit, shared):
    page = visit(shared.url)
    page.wait_for_function("document.activeElement.id === 'question'")
    press_until(page, "Shift+Tab", "Skip to the question")
    assert page.locator("#skip").bounding_box()["y"] >= 0
    assert page.evaluate("document.querySelector('a, button, input, textarea').id") == "skip"
    page.keyboard.press("Enter")
    assert active(page) == "question"


def test_focus_is_visible_everywhere(visit, shared):
    page = visit(shared.url)
    for _ in range(12):
        page.keyboard.press("Tab")
        style = "getComputedStyle(document.activeElement)"
        assert page.evaluate(f"document.activeElement === document.body || {style}.outlineStyle !== 'none'")


def test_a_voice_hears_what_happens_in_few_words(visit, shared):
    """One polite region, and no more than a line for each stage."""
    shared.model.script = says(f"{EARLY} {{{EARLY}}}", f"{LATE} {{{LATE}}}")
    page = visit(shared.url)
    page.evaluate(
        """() => {
            window.heard = [];
            const region = document.getElementById("announcer");
            new MutationObserver(() => heard.push(region.textContent)).observe(region, { childList: true });
        }"""
    )
    ask(page, ASKED)
    heard = page.evaluate("heard")
    assert heard[0] == "Searching the reports…"
    assert heard[-1] == "Answered: 2 statements, 2 quotes."
    assert len(heard) <= 4
    assert page.locator("#announcer").get_attribute("aria-live") == "polite"


def test_on_a_phone_the_report_is_a_sheet_with_a_way_back(visit, shared):
    shared.model.script = says(f"{EARLY} {{{EARLY}}}", f"{LATE} {{{LATE}}}")
    page = visit(shared.url, viewport=PHONE, has_touch=True)
    ask(page, ASKED)
    page.get_by_role("button", name="[1] Open quote 1").tap()
    page.locator("#report mark").wait_for()
    assert page.locator("#report").bounding_box() == {"x": 0, "y": 0, **PHONE}
    assert page.evaluate("document.getElementById('conversation').inert")
    page.get_by_role("button", name="Back").tap()
    page.locator("#report").wait_for(state="hidden")
    assert not page.evaluate("document.getElementById('conversation').inert")
    assert active(page) == "[1]"


@pytest.mark.parametrize("viewport", [PHONE, {"width": 320, "height": 256}, {"width": 700, "height": 500}])
def test_nothing_is_cut_off_at_the_side(visit, shared, viewport):
    """320 by 256 is what remains of a screen at 400 per cent."""
    shared.model.script = says(f"{EARLY} {{{EARLY}}}", f"{LATE} {{{LATE}}}")
    page = visit(shared.url, viewport=viewport)
    ask(page, ASKED)
    page.get_by_role("button", name="Countries: all").click()
    width = "Math.max(...[document.documentElement, document.getElementById('scroll')].map((e) => e.scrollWidth))"
    assert page.evaluate(width) <= viewport["width"]
    panel = page.locator(".picker-panel:visible").bounding_box()
    assert panel["x"] >= 0
    assert panel["x"] + panel["width"] <= viewport["width"]


def test_paper_gets_the_answer_with_its_citations_alone(visit, shared):
    shared.model.script = says(f"{EARLY} {{{EARLY}}}")
    page = visit(shared.url)
    answer = ask(page, ASKED)
    page.emulate_media(media="print")
    assert answer.locator("blockquote").is_visible()
    assert answer.locator(".citation").is_visible()
    for chrome in ("#masthead", "#asking", ".actions", ".export"):
        assert page.locator(chrome).first.is_hidden()


def test_whoever_wants_no_motion_gets_none(visit, shared):
    page = visit(shared.url, reduced_motion="reduce")
    moving = """() => {
        const made = document.createElement("span");
        made.className = "pulse";
        document.body.append(made);
        return getComputedStyle(made).animationName;
    }"""
    assert page.evaluate(moving) == "none"
    page.emulate_media(reduced_motion="no-preference")
    assert page.evaluate(moving) == "pulse"
