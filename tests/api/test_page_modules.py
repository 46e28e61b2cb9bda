"""The page's modules by themselves: the same words as the command line, the same offsets as the server."""

import random
from typing import get_args

import pytest

from rag import document
from rag.commands import display
from rag.grounding.guard import RULES
from rag.models.draft import MODEL_FAILED
from rag.text import invisible
from rag.types import DeclineReason
from tests.browser import visited

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def module(browser, site):
    """Evaluates an expression over an imported module, with an argument."""
    with visited(browser, site) as page:
        yield lambda name, expression, argument=None: page.evaluate(
            f"async (argument) => {{ const m = await import('/static/js/{name}.js'); return {expression}; }}", argument
        )


def test_a_likelihood_is_put_as_on_the_command_line(module):
    values = [step / 100 for step in range(101)]
    assert module("words", "argument.map(m.likelihood)", values) == [display.likelihood(value) for value in values]


def test_every_verdict_and_reason_has_its_words(module):
    given = {verdict for verdict, _ in RULES} | {"unknown_label", "no_quote", "unrelated", "hidden_text", MODEL_FAILED}
    assert given <= set(module("words", "Object.keys(m.WITHHELD)"))
    assert set(get_args(DeclineReason)) == set(module("words", "Object.keys(m.DECLINED)"))
    assert set(document.CODES) - {"not_checked", "wrong_section"} == set(module("words", "Object.keys(m.QUOTATION)"))


def test_text_is_sliced_by_code_points(module):
    """For any text and any two offsets, as Python slices it."""
    chance = random.Random(1)  # noqa: S311 - examples, no secrets
    cases = []
    for _ in range(300):
        text = "".join(chance.choice("ab é“\u0301😀𝔐\U0010ffff\n") for _ in range(chance.randrange(12)))
        start, end = sorted(chance.choices(range(len(text) + 1), k=2))
        cases.append([text, start, end])
    sliced = "argument.map(([text, start, end]) => [new m.CodePointText(text).slice(start, end), new m.CodePointText(text).length])"
    assert module("codepoints", sliced, cases) == [[text[start:end], len(text)] for text, start, end in cases]


def test_misleading_characters_are_marked_as_in_a_terminal(module):
    texts = [
        "plain 😀",
        "a\u202eb",
        "a\u200bb",
        "x\U000e0041y",
        "a\x1b[2J",
        "a\u200b\u200c\u200b\u200d\u200cb",
        "tab\tend\n",
    ]
    assert module("visible", "argument.map(m.visible)", texts) == [invisible.shown(text) for text in texts]


def test_events_are_read_however_their_bytes_are_cut(module):
    stream = ': ping\n\nevent: searched\r\ndata: {"a": "é😀"}\r\n\r\nevent: done\ndata: {"b":\ndata: 2}\n\n'
    expression = """await (async () => {
        const read = [];
        for (const size of [1, 2, 3, 7, 1000]) {
            const bytes = new TextEncoder().encode(argument);
            const body = new ReadableStream({
                start(controller) {
                    for (let at = 0; at < bytes.length; at += size) controller.enqueue(bytes.slice(at, at + size));
                    controller.close();
                },
            });
            const found = [];
            for await (const event of m.events(body)) found.push(event);
            read.push(found);
        }
        return read;
    })()"""
    expected = [{"name": "searched", "data": {"a": "é😀"}}, {"name": "done", "data": {"b": 2}}]
    assert module("events", expression, stream) == [expected] * 5


def test_links_name_places_and_nothing_else(module):
    places = [{"report": "kazakhstan-2020", "start": 3, "end": 9}, {"report": "côte d’ivoire & more-2020"}]
    assert module("links", "argument.map((place) => m.placeIn(m.fragment(place)))", places) == places
    odd = ["", "#", "#question", "#report=", "#start=1&end=2"]
    assert module("links", "argument.map(m.placeIn)", odd) == [None] * len(odd)
    without = [
        "#report=a&start=9&end=3",
        "#report=a&start=-1&end=3",
        "#report=a&start=x",
        "#report=a&start=1e3&end=2e3",
    ]
    assert module("links", "argument.map(m.placeIn)", without) == [{"report": "a"}] * len(without)


def test_three_questions_are_made_of_any_collection(module):
    """Of none, none; with one country or with many, of countries and editions that are there."""

    def held(countries, years):
        reports = [{"id": f"{c}-{y}", "country": c, "year": y} for c in countries for y in years]
        return {"reports": reports, "countries": countries, "years": years, "model": None}

    expression = """await (async () => {
        const { Collection } = await import("/static/js/collection.js");
        const collection = new Collection();
        collection.hold(argument);
        return m.samples(collection);
    })()"""
    assert module("samples", expression, held([], [])) == []
    one = module("samples", expression, held(["Chad"], [2020]))
    assert len(set(one)) == 3
    assert all("Chad" in question for question in one)
    many = module("samples", expression, held([f"Land {n:03}" for n in range(160)], [2016, 2020]))
    assert len(set(many)) == 3
    assert "2016 and 2020" in many[0]
