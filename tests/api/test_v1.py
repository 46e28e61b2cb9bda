"""What each place of the web API answers: the product's own answers, unchanged, in the published form."""

import json
from dataclasses import asdict

import pytest
from fastapi.testclient import TestClient

from rag.commands import findings
from rag.export import FORMATS
from rag.quotes import QuoteIndex
from rag.records import report_texts, schema
from rag.records.schema import PublishedAnswer
from rag.records.verification import verify
from tests.web import ASKED, PARAGRAPHS, TRUE, XSS, answerer, application, build_index


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    return build_index(tmp_path_factory.mktemp("api") / "index")


@pytest.fixture(scope="module")
def direct(index):
    """The same answerer without a server."""
    return answerer(index)


@pytest.fixture(scope="module")
def client(index):
    with TestClient(application(index)) as client:
        yield client


def without_times(answer):
    return {**answer, "timings_ms": None}


def ask(client, question=ASKED, **more):
    reply = client.post("/v1/ask", json={"question": question, **more})
    assert reply.status_code == 200, reply.text
    return reply.json()


def events(reply):
    """(event, data) of a stream; comments left out."""
    found = []
    for block in reply.text.split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.split("\n") if line and not line.startswith(":"))
        if fields:
            found.append((fields["event"], json.loads(fields["data"])))
    return found


def test_ask_gives_the_published_answer(client, direct):
    """Field for field what the command line prints, and it can be read back strictly."""
    found = ask(client)
    assert without_times(found) == without_times(json.loads(json.dumps(asdict(direct.ask(ASKED)))))
    assert PublishedAnswer.model_validate(found).answer().outcome == "answered"


def test_filters_restrict_the_search(client):
    assert ask(client, filters={"countries": ["Chad"], "years": [2019]})["outcome"] == "answered"
    declined = ask(client, filters={"countries": ["Peru"], "years": []})
    assert declined["decline"]["reason"] == "not_in_collection"
    assert declined["decline"]["detail"]


def test_a_follow_up_question_is_understood_after_what_went_before(client):
    turn = {"question": "Why did Anna Kim write on the wall in 2019?", "statements": [], "countries": [], "years": []}
    found = ask(client, "Why was she arrested?", conversation=[turn])
    assert "Anna Kim" in found["standalone_question"]


def test_what_cannot_be_seen_in_a_pasted_question_is_left_out(client):
    """Soft hyphens, byte order marks and the like come along when text is copied."""
    assert ask(client, "How many com\u00adplaints?\u200b")["standalone_question"].startswith("How many complaints?")


def test_chat_streams_what_ask_answers(client):
    """What was searched, what was found, each statement with its whole quotes, then the whole answer."""
    reply = client.post("/v1/chat", json={"question": ASKED})
    assert reply.headers["content-type"].startswith("text/event-stream")
    came = events(reply)
    kinds = [kind for kind, _ in came]
    assert kinds[:2] == ["searched", "evidence"]
    assert set(kinds[2:-1]) <= {"statement", "withheld"}
    assert kinds[-1] == "done"
    answer = came[-1][1]
    assert without_times(answer) == without_times(ask(client))
    assert [data["text"] for kind, data in came if kind == "statement"] == [s["text"] for s in answer["statements"]]
    for (_, streamed), stated in zip([e for e in came if e[0] == "statement"], answer["statements"], strict=True):
        assert streamed["quotes"] == [answer["quotes"][position] for position in stated["quotes"]]
    assert came[0][1] == {"reports": 1, "passages": len(PARAGRAPHS)}
    assert came[1][1] == {"confidence": answer["confidence"], "standalone_question": None}


def test_chat_tells_how_a_question_was_understood(client):
    turn = {"question": "Why did Anna Kim write on the wall in 2019?"}
    came = dict(events(client.post("/v1/chat", json={"question": "Why was she arrested?", "conversation": [turn]})))
    assert "Anna Kim" in came["evidence"]["standalone_question"]


def test_search_gives_passages_that_stand_in_the_report(client, direct):
    found = client.get("/v1/search", params={"q": "torture", "country": ["Chad"], "year": 2019, "limit": 2}).json()
    assert found["query"] == "torture"
    assert 1 <= len(found["hits"]) <= 2
    for hit in found["hits"]:
        assert direct.store.text(hit["report"])[hit["start"] : hit["end"]] == hit["text"]
        assert "Chad" in hit["citation"]


def test_reports_say_what_the_index_holds(client, direct):
    found = client.get("/v1/reports").json()
    (report,) = found["reports"]
    assert (report["id"], report["paragraphs"]) == ("chad-2019", len(PARAGRAPHS))
    assert (found["countries"], found["years"]) == (["Chad"], [2019])
    assert found["index"] == asdict(direct.store.info)
    assert found["model"] == {"provider": "extractive", "name": "extractive"}


def test_a_report_has_its_outline_and_its_paragraphs_stand_in_its_text(client, direct):
    found = client.get("/v1/reports/chad-2019").json()
    text = direct.store.text("chad-2019")
    assert [text[p["start"] : p["end"]] for p in found["paragraphs"]] == PARAGRAPHS
    assert found["outline"] == [
        {"heading": "Section 1.c. Respect for Integrity", "level": 1, "paragraph": 1},
    ]


def test_a_reports_text_is_unchanged_and_need_not_be_sent_twice(client, direct):
    reply = client.get("/v1/reports/chad-2019/text")
    assert reply.text == direct.store.text("chad-2019")
    assert reply.headers["content-type"] == "text/plain; charset=utf-8"
    again = client.get("/v1/reports/chad-2019/text", headers={"If-None-Match": reply.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert client.get("/v1/reports/chad-2019/text", headers={"If-None-Match": '"other"'}).status_code == 200


@pytest.mark.parametrize("quote", [TRUE, "received 125 complaints", "received 126 complaints"])
def test_verifying_a_quote_says_what_the_command_line_says(client, direct, quote):
    held = report_texts.of_store(direct.store)
    found = client.post("/v1/verify", json={"quote": quote}).json()
    assert found.pop("detail")
    expected = findings.of_quotation(QuoteIndex(held.reports()).judge(quote), held)
    assert found == json.loads(json.dumps(expected))


def test_verifying_an_answer_says_what_the_command_line_says(client, direct):
    """Of an altered one too: it is examined, not refused."""
    answer = ask(client)
    assert client.post("/v1/verify", json={"answer": answer}).json()["verdict"] == "ok"
    answer["quotes"][0]["text"] = answer["quotes"][0]["text"].replace("a", "o")
    answer["statements"][0]["text"] = answer["quotes"][0]["text"]
    found = client.post("/v1/verify", json={"answer": answer}).json()
    checked = verify(schema.read(json.dumps(answer)), report_texts.of_store(direct.store), direct.guard)
    assert "quote_altered" in [part["verdict"] for part in found["parts"]]
    assert found["verdict"] == checked.verdict
    assert found["parts"] == json.loads(json.dumps(findings.of_answer(checked)))["parts"]
    assert client.post("/v1/verify", json={"answer": {"no": "answer"}}).json()["verdict"] == "answer_edited"


def test_an_answer_that_holds_can_be_had_in_every_format(client):
    answer = ask(client)
    for name, form in FORMATS.items():
        reply = client.post("/v1/export", json={"answer": answer, "format": name})
        assert reply.status_code == 200, reply.text
        assert reply.headers["content-disposition"] == f'attachment; filename="answer{form.suffix}"'
        assert reply.content


def test_an_answer_that_does_not_hold_is_not_exported(client):
    answer = ask(client)
    answer["quotes"][0]["start"] += 1
    reply = client.post("/v1/export", json={"answer": answer, "format": "csv"})
    assert reply.status_code == 409
    assert "quote 1" in reply.json()["detail"]


def test_markup_in_a_report_and_a_question_stays_text(client):
    """It comes back as JSON or plain text that no browser reads as a page, and exports escape it."""
    found = ask(client, f"What did a prisoner write on the wall? {XSS}")
    assert XSS in json.dumps(found, ensure_ascii=False).replace('\\"', '"')
    text = client.get("/v1/reports/chad-2019/text")
    search = client.get("/v1/search", params={"q": f"prisoner {XSS}"})
    for reply in (text, search, client.post("/v1/ask", json={"question": XSS})):
        assert reply.headers["x-content-type-options"] == "nosniff"
        assert "html" not in reply.headers["content-type"]
    page = client.post("/v1/export", json={"answer": found, "format": "html"})
    assert "attachment" in page.headers["content-disposition"]
    assert "<script>alert" not in page.text
    assert "<img src=x" not in page.text


def test_the_page_and_its_parts_are_served(client):
    assert client.get("/").headers["content-type"] == "text/html; charset=utf-8"
    icon = client.get("/static/icon.svg")
    assert (icon.status_code, icon.headers["Cache-Control"]) == (200, "no-cache")
    assert client.get("/static/icon.svg", headers={"If-None-Match": icon.headers["ETag"]}).status_code == 304
    for unknown in (
        "/nothing",
        "/static/nothing",
        "/static/../app.py",
        "/static/%2e%2e/app.py",
        "/docs/assets/nothing",
    ):
        assert client.get(unknown).status_code == 404


def test_ready_says_what_answers(client, direct):
    assert client.get("/healthz").json() == {"status": "ok"}
    found = client.get("/readyz").json()
    assert (found["index"], found["model"]) == (direct.store.info.generation, "extractive")


def test_figures_count_requests_and_answers(client):
    ask(client)
    client.get("/wp-login.php")
    figures = client.get("/metrics").text
    assert 'rapporteur_answers_total{degraded="false",outcome="answered",reason=""}' in figures
    assert 'route="/v1/ask",status="200"' in figures
    assert 'rapporteur_stage_seconds_count{stage="retrieve"}' in figures
    assert "wp-login" not in figures


def test_an_application_can_be_started_again(index):
    """Its threads end with it, and come back with it."""
    app = application(index)
    for _ in range(2):
        with TestClient(app) as client:
            assert ask(client)["statements"]
