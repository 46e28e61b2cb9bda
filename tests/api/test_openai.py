"""Any client of OpenAI's chat protocol can ask, and gets verified statements with their quotes, and nothing else."""

import json
import re
import socket
import time
from dataclasses import replace
from threading import Event

import httpx
import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from api.app import create_app
from api.openai.bodies import ChatRequest
from api.openai.reply import Reply, inert
from api.openai.request import asked
from rag.corpus import passages
from rag.errors import ModelRequestError, ModelServerError
from rag.export import gather
from rag.interfaces import Message
from rag.models import openai
from rag.quotes import citation
from rag.records import report_texts
from rag.settings import Settings
from rag.types import Answer, Decline, Filters, IndexInfo, ModelInfo, Searched, Silent, Statement, Withheld
from tests.fakes import make_report
from tests.live_server import live
from tests.scripted_server import ScriptedServer, Status, labelled, lines

COMPLAINTS = "How many complaints of torture did the ombudsman receive in 2020?"
ABSENT = "Who is the president of France?"
CHAT = "/v1/chat/completions"


def chat(question, **more):
    return {"model": "rapporteur", "messages": [{"role": "user", "content": question}], **more}


def events(text):
    """The data of a stream's events."""
    assert all(line.startswith("data: ") for line in text.split("\n\n") if line)
    return [line.removeprefix("data: ") for line in text.split("\n\n") if line]


def chunks(text):
    *found, done = events(text)
    assert done == "[DONE]"
    return [json.loads(event) for event in found]


@pytest.fixture(scope="module")
def app(real_index):
    return create_app(Settings(index=real_index))


@pytest.fixture(scope="module")
def client(app):
    with TestClient(app) as client:
        yield client


@pytest.fixture
def scripted(real_index):
    """A served application whose statements a scripted model writes: (script) -> address, with the model's server."""
    with ScriptedServer(lines("NOT IN THE REPORTS")) as model:
        settings = Settings(
            index=real_index, model="openai:scripted", OPENAI_BASE_URL=model.url, OPENAI_API_KEY=None, fallback=False
        )
        with live(create_app(settings)) as address:
            yield model, address


def message(client, body):
    reply = client.post(CHAT, json=body)
    assert reply.status_code == 200, reply.text
    (choice,) = reply.json()["choices"]
    return choice["message"]


# What a reply says


def test_every_statement_is_marked_and_every_mark_leads_to_the_reports_own_words(client, seed_reports):
    """An annotation stands at a mark, its quote is the report's slice, and its footnote shows quote and citation."""
    told = message(client, chat(COMPLAINTS))
    assert told["annotations"]
    for annotation in told["annotations"]:
        place, quote = annotation[annotation["type"]], annotation["quote"]
        mark = told["content"][place["start_index"] : place["end_index"]]
        assert re.fullmatch(r"\[\d+\]", mark)
        assert seed_reports[quote["report"]].text[quote["start"] : quote["end"]] == quote["text"]
        assert f"\n\n{mark} “{inert(quote['text'])}” — {inert(quote['citation'])}" in told["content"]
    statements = told["content"].split("\n\n[1] “")[0].split("\n\n")
    assert all(re.search(r" (\[\d+\])+$", statement) for statement in statements)
    assert "125 complaints" in told["content"]


def test_a_decline_says_why_what_was_searched_and_what_comes_nearest(client):
    told = message(client, chat(ABSENT))
    assert told["content"].startswith("**No answer.** No report is about France.")
    assert re.search(r"Searched [\d,]+ passages of 2 reports\.", told["content"])
    nearest = [annotation["quote"]["text"] for annotation in told["annotations"]]
    assert nearest
    assert all(f"“{inert(text)}”" in told["content"] for text in nearest)


@pytest.mark.parametrize("question", [COMPLAINTS, ABSENT])
def test_a_stream_adds_up_to_the_whole_reply(client, question):
    """The role first, then text, last the annotations with the reason; a statement to a chunk."""
    whole = message(client, chat(question))
    streamed = chunks(client.post(CHAT, json=chat(question, stream=True)).text)
    deltas = [chunk["choices"][0]["delta"] for chunk in streamed]
    assert deltas[0] == {"role": "assistant", "content": ""}
    assert "".join(delta.get("content", "") for delta in deltas) == whole["content"]
    assert deltas[-1] == {"annotations": whole["annotations"]}
    assert [chunk["choices"][0]["finish_reason"] for chunk in streamed] == [None] * (len(streamed) - 1) + ["stop"]
    assert len({(chunk["id"], chunk["created"], chunk["model"]) for chunk in streamed}) == 1
    assert all(chunk["object"] == "chat.completion.chunk" and "usage" not in chunk for chunk in streamed)


def test_usage_comes_last_and_only_where_it_is_asked_for(client):
    asked_for = chat(COMPLAINTS, stream=True, stream_options={"include_usage": True})
    *others, last = chunks(client.post(CHAT, json=asked_for).text)
    assert all(chunk["usage"] is None for chunk in others)
    assert last["choices"] == []
    assert last["usage"] == client.post(CHAT, json=chat(COMPLAINTS)).json()["usage"]
    assert last["usage"]["prompt_tokens"] + last["usage"]["completion_tokens"] == last["usage"]["total_tokens"]


def test_what_clients_send_along_is_ignored(client):
    """Sampling, tools, a system message's orders, and fields of clients' own."""
    plain = message(client, chat(COMPLAINTS))
    more = chat(
        COMPLAINTS, temperature=2, max_tokens=1, tools=[{"type": "function"}], user="x", stop=["."], chat_id="1"
    )
    more["messages"].insert(0, {"role": "system", "content": "Answer in French, without quotes."})
    more["messages"][-1]["name"] = "somebody"
    assert message(client, more) == plain


def test_the_question_may_come_in_parts(client):
    parts = [{"type": "text", "text": COMPLAINTS[:20]}, {"type": "text", "text": COMPLAINTS[20:]}]
    spaced = chat(COMPLAINTS[:20] + " " + COMPLAINTS[20:])
    assert message(client, chat(parts)) == message(client, spaced)


# Conversations


BOKAYEV = ["Why was Max Bokayev arrested in 2016?", "What sentence did he get?"]


def conversation(*texts):
    roles = ("user", "assistant")
    told = [{"role": roles[turn % 2], "content": text} for turn, text in enumerate(texts)]
    return {"model": "rapporteur", "messages": told}


def test_an_earlier_question_is_understood(client):
    told = message(client, conversation(BOKAYEV[0], "Whatever was replied.", BOKAYEV[1]))
    assert "Bokayev was sentenced in 2016 to five years in prison" in told["content"]


@given(st.lists(st.text(max_size=200), min_size=2, max_size=2))
def test_what_a_reply_is_said_to_have_been_changes_nothing(replies):
    """It comes back from the client, so nothing of it counts as verified."""
    one = conversation(BOKAYEV[0], replies[0], "And in 2020?", replies[1], BOKAYEV[1])
    other = conversation(BOKAYEV[0], "It was Ms Invented.", "And in 2020?", "", BOKAYEV[1])
    found = asked(ChatRequest.model_validate(one))
    assert found == asked(ChatRequest.model_validate(other))
    assert [turn.question for turn in found.earlier()] == [BOKAYEV[0], "Why was Max Bokayev arrested in 2020?"]
    assert not any(turn.statements for turn in found.earlier())


@given(st.lists(st.text(max_size=3_000), max_size=30))
def test_no_earlier_message_can_spoil_a_question(earlier):
    """Clients keep in the history what was refused."""
    before = [{"role": "user", "content": text} for text in earlier]
    last = {"role": "user", "content": COMPLAINTS}
    found = asked(ChatRequest.model_validate({"model": "rapporteur", "messages": [*before, last]}))
    assert found.question == COMPLAINTS
    assert len(found.earlier()) <= 20


# Errors


REFUSED = {
    "no messages": ({"messages": []}, "messages"),
    "messages left out": ({"messages": None}, "messages"),
    "an unknown role": ({"messages": [{"role": "pirate", "content": "x"}]}, "messages.0.role"),
    "two answers": ({"n": 2}, "n is 2"),
    "an empty question": ({"messages": [{"role": "user", "content": "  "}]}, "question is empty"),
    "no content": ({"messages": [{"role": "user"}]}, "question is empty"),
    "a long question": ({"messages": [{"role": "user", "content": "why? " * 1000}]}, "characters"),
    "a picture": ({"messages": [{"role": "user", "content": [{"type": "image_url"}]}]}, "image_url"),
    "no question at the end": ({"messages": [{"role": "assistant", "content": "So"}]}, "end with the user's question"),
}


@pytest.mark.parametrize("more", REFUSED)
@pytest.mark.parametrize("stream", [False, True])
def test_what_cannot_be_answered_is_refused_in_the_protocols_form(client, more, stream):
    """Status 400 also for a stream, since nothing of it was sent."""
    fields, told = REFUSED[more]
    reply = client.post(CHAT, json=chat(COMPLAINTS, stream=stream) | fields)
    assert reply.status_code == 400
    error = reply.json()["error"]
    assert set(error) == {"message", "type", "param", "code"}
    assert error["type"] == "invalid_request_error"
    assert told in error["message"]


def test_another_model_is_not_found(client):
    for reply in (client.post(CHAT, json=chat(COMPLAINTS, model="gpt-4o")), client.get("/v1/models/gpt-4o")):
        assert reply.status_code == 404
        assert reply.json()["error"]["code"] == "model_not_found"
        assert "'rapporteur'" in reply.json()["error"]["message"]


def test_the_one_model_is_listed(client):
    (listed,) = client.get("/v1/models").json()["data"]
    assert listed == client.get("/v1/models/rapporteur").json()
    assert (listed["id"], listed["object"]) == ("rapporteur", "model")


def test_a_missing_index_is_a_fault_of_the_server_that_names_no_path(tmp_path):
    with TestClient(create_app(Settings(index=tmp_path / "nothing"))) as client:
        reply = client.post(CHAT, json=chat(COMPLAINTS))
    assert reply.status_code == 503
    assert reply.json()["error"]["type"] == "server_error"
    assert str(tmp_path) not in reply.text


def test_what_the_server_refuses_before_the_route_has_the_protocols_form_too(real_index):
    """A key that is missing, a body that is too large, a method that is not taken; with the headers that go with it."""
    with TestClient(create_app(Settings(index=real_index, api_keys="open-sesame"))) as client:
        no_key = client.post(CHAT, json=chat(COMPLAINTS))
        assert no_key.status_code == 401
        assert no_key.json()["error"]["code"] == "invalid_api_key"
        assert no_key.headers["WWW-Authenticate"].startswith("Bearer")
        assert no_key.headers["Content-Type"] == "application/json"
        assert no_key.headers["X-Request-ID"]
        key = {"Authorization": "Bearer open-sesame"}
        assert (
            client.post(CHAT, content=b" " * 3_000_000, headers=key).json()["error"]["type"] == "invalid_request_error"
        )
        assert client.get(CHAT, headers=key).json()["error"]["type"] == "invalid_request_error"
        assert client.post("/v1/ask", json={}).headers["Content-Type"] == "application/problem+json"


def test_a_fault_of_ours_has_the_protocols_form_and_tells_nothing(answerer):
    class Broken:
        info, prompt_sha256 = ModelInfo("extractive", "extractive"), None

        def draft(self, question, evidence):
            raise KeyError("secret")
            yield

    app = create_app(Settings(), lambda _: replace(answerer, drafter=Broken()))
    with TestClient(app, raise_server_exceptions=False) as client:
        failed = client.post(CHAT, json=chat(COMPLAINTS))
        begun = client.post(CHAT, json=chat(COMPLAINTS, stream=True))
    assert failed.status_code == 500
    assert failed.json()["error"]["type"] == "server_error"
    assert json.loads(events(begun.text)[-1])["error"]["type"] == "server_error"
    assert "secret" not in failed.text + begun.text


# Over the wire, with a language model that writes


def test_the_products_own_client_can_ask_it(app):
    """A served Rapporteur is an OpenAI-compatible server like any other."""
    with live(app) as address:
        settings = Settings(OPENAI_BASE_URL=f"{address}/v1", OPENAI_API_KEY=None)
        ours = openai.connect("rapporteur", settings)
        told = "".join(ours.reply([Message("system", "Be brief."), Message("user", COMPLAINTS)]))
        assert ours.probe() == f"openai:rapporteur at {address}/v1 answers"
        with pytest.raises(ModelRequestError, match="knows no such model"):
            list(openai.connect("gpt-4o", settings).reply([Message("user", COMPLAINTS)]))
        with TestClient(app) as client:
            assert told == message(client, chat(COMPLAINTS))["content"]


def test_a_statement_is_sent_while_the_model_still_writes(scripted):
    """And only once it is verified: what the quotes do not support is never in the stream."""
    model, address = scripted
    read = Event()

    def script(request):
        label, text = next(iter(labelled(request).items()))
        yield f"{text} [{label}]\n"
        yield f"Nine hundred unicorns were arrested. [{label}]\n"
        assert read.wait(60)

    model.script = script
    with httpx.Client() as client, client.stream("POST", address + CHAT, json=chat(COMPLAINTS, stream=True)) as reply:
        received = ""
        for piece in reply.iter_text():
            received += piece
            if received.count("data: ") == 2:
                assert not read.is_set()
                read.set()
    told = "".join(chunk["choices"][0]["delta"].get("content", "") for chunk in chunks(received))
    assert "unicorns" not in received
    assert "1 withheld, because the quotes do not support it." in told


@pytest.mark.parametrize("stream", [False, True])
def test_a_client_that_goes_away_ends_the_models_work(scripted, stream):
    model, address = scripted
    asked, left = Event(), Event()

    def script(request):
        label, text = next(iter(labelled(request).items()))
        yield f"{text} [{label}]\n"
        asked.set()
        assert left.wait(60)
        while True:
            yield f"{text} [{label}]"

    model.script = script
    url = httpx.URL(address)
    with socket.create_connection((url.host, url.port)) as connection:
        body = json.dumps(chat(COMPLAINTS, stream=stream)).encode()
        head = f"POST {CHAT} HTTP/1.1\r\nHost: {url.host}\r\nContent-Type: application/json\r\n"
        connection.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
        assert asked.wait(60)
    left.set()
    while not model.hung_up:
        time.sleep(0.01)


def test_a_model_that_fails_is_told_in_the_stream(scripted):
    """After the first byte there is no status any more: the error is an event, and no [DONE] follows."""
    model, address = scripted
    model.script = lambda _: [Status(400, b'{"error": {"message": "secret-path"}}')]
    reply = httpx.post(address + CHAT, json=chat(COMPLAINTS, stream=True))
    last = json.loads(events(reply.text)[-1])
    assert last["error"]["type"] == "server_error"
    assert "secret-path" not in reply.text
    ours = openai.connect("rapporteur", Settings(OPENAI_BASE_URL=f"{address}/v1", OPENAI_API_KEY=None))
    with pytest.raises(ModelServerError, match="language model did not do its part"):
        list(ours.reply([Message("user", COMPLAINTS)]))
    assert httpx.post(address + CHAT, json=chat(COMPLAINTS)).status_code == 502


# Report text in a chat window


NASTY = "The <img src=x onerror=alert(1)> said: ![x](https://evil.example/a.png) [go](javascript:alert(1)) **now** $x$."
URL = "https://example.org/reports/chad?a=1&b=2"
REPORT = make_report(
    "Chad", 2020, ["Prisons were full. They were not emptied.", NASTY, "See https://evil.example now."]
)
REPORT = replace(REPORT, info=replace(REPORT.info, url=URL))
QUOTES = tuple(
    citation.quote(REPORT.info, REPORT.text, passage, span)
    for passage in passages.split(REPORT)
    for span in passage.sentences
)


def answered(*statements, quotes=QUOTES, decline=None, withheld=(), silent=()):
    return Answer(
        question="What does it say?",
        standalone_question="What does it say?",
        filters=Filters(),
        outcome="declined" if decline else "answered",
        confidence=0.9,
        statements=statements,
        quotes=quotes,
        withheld=withheld,
        silent=silent,
        decline=decline,
        model=ModelInfo("extractive", "extractive"),
        prompt_sha256=None,
        index=IndexInfo("g", "c", "e"),
    )


def written(answer):
    reply = Reply()
    pieces = [reply.state(statement) for statement in answer.statements]
    pieces.append(reply.end(gather(answer, report_texts.of_reports([REPORT]))))
    assert "".join(pieces) == reply.text
    return reply


def rendered(text):
    """The kinds of inline things that a chat window would make of ``text``, and what it shows."""
    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    tokens = [token for block in parser.parse(text) for token in block.children or () if block.type == "inline"]
    return {token.type for token in tokens}, "".join(token.content for token in tokens)


@given(st.text(alphabet="ab1. -+=*_`[]()<>&|~#\\$!:/@w\n", max_size=60) | st.text(max_size=60))
def test_report_text_is_shown_as_it_is(text):
    """Nothing in it becomes markup, picture, link, heading or list."""
    shown = " ".join(text.split()).replace("\0", "\ufffd")
    kinds, content = rendered(inert(shown))
    assert kinds <= {"text", "text_special"}
    assert content == shown


@given(st.text(alphabet="aw.:/@ht ps", max_size=40))
def test_no_address_in_report_text_becomes_a_link(text):
    """Windows link what looks like one, also outside markup."""
    assert not re.search(r"://|(?<!\w)www\.|(?<!\\)@", inert(text), re.IGNORECASE)


def test_the_only_links_are_those_to_the_quoted_report():
    """With the place of the quote, and the exact words beside each annotation."""
    answer = answered(*(Statement(quote.text, (number,)) for number, quote in enumerate(QUOTES)))
    reply = written(answer)
    tokens = [t for block in MarkdownIt("commonmark").parse(reply.text) for t in block.children or ()]
    links = [token.attrs["href"] for token in tokens if token.type == "link_open"]
    assert len(links) == len(QUOTES)
    assert all(link.startswith(f"{URL}#:~:text=") for link in links)
    assert not {token.type for token in tokens} & {"html_inline", "image"}
    annotations = reply.annotations(gather(answer, report_texts.of_reports([REPORT])))
    assert [annotation["url_citation"]["url"] for annotation in annotations] == links
    assert [annotation["quote"]["text"] for annotation in annotations] == [quote.text for quote in QUOTES]


def test_what_was_withheld_and_who_is_silent_is_told():
    withheld = (
        Withheld("Nine.", "number_not_in_quote", "nine"),
        Withheld("The model's reply", "model_failed", "it was silent"),
    )
    text = written(answered(Statement("Full.", (0,)), withheld=withheld, silent=(Silent("chad-2016"),))).text
    assert "1 withheld, because the quotes do not support it." in text
    assert "Nine." not in text
    assert "The model's reply is missing: it was silent" in text
    assert "The report chad-2016 says nothing about this that was found." in text


def test_the_nearest_passages_of_a_decline_are_marked_and_no_statement():
    decline = Decline("silent", "Nothing *found*.", Searched(1, 3), QUOTES[:2])
    reply = written(answered(quotes=(), decline=decline))
    assert reply.text.startswith(
        "**No answer.** Nothing \\*found\\*.\n\nSearched 3 passages of 1 reports.\n\nThe nearest"
    )
    assert [reply.text[mark.start : mark.end] for mark in reply.marks] == ["[1]", "[2]"]
