"""Agents can ask, search, verify and read over the Model Context Protocol; tried with the SDK's own client."""

import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import anyio
import httpx
import httpx2
import pytest
from mcp import Client, MCPError, StdioServerParameters
from mcp.client.streamable_http import streamable_http_client

from api.app import create_app
from api.mcp.endpoint import INSTRUCTIONS, ReportServer
from api.server import dependencies
from rag.errors import IndexDamagedError, ModelTimeoutError
from rag.installation import installing
from rag.records.schema import PublishedAnswer
from rag.settings import Settings
from rag.types import ModelInfo
from tests.live_server import live
from tests.scripted_server import ScriptedServer

COMPLAINTS = "How many complaints of torture did the ombudsman receive in 2020?"
TEXT = "rapporteur://reports/kazakhstan-2020/text"
COMMAND = Path(sys.executable).with_name("rapporteur")


def talk(server, conversation, **options):
    """What ``conversation`` returns, an async function of a connected client."""

    async def connected():
        async with Client(server, **options) as client:
            return await conversation(client)

    return anyio.run(connected)


def call(server, tool, arguments):
    return talk(server, lambda client: client.call_tool(tool, arguments))


def read(server, uri):
    return talk(server, lambda client: client.read_resource(uri)).contents[0].text


def refusal(server, uri):
    """Why a resource cannot be read."""

    async def conversation(client):
        with pytest.raises(MCPError) as refused:
            await client.read_resource(uri)
        return str(refused.value)

    return talk(server, conversation)


@pytest.fixture(scope="module")
def server(real_index):
    state = dependencies.over(Settings(index=real_index))
    state.source.open()
    yield ReportServer(state)
    state.lanes.close()


# Tools


def test_an_answer_has_the_published_schema_and_the_reports_own_words(server, seed_reports):
    """As structured content, and as the same JSON in text for clients that read no other."""
    result = call(server, "ask_reports", {"question": COMPLAINTS})
    assert not result.is_error
    answer = PublishedAnswer.model_validate_json(json.dumps(result.structured_content))
    assert json.loads(result.content[0].text) == result.structured_content
    assert answer.outcome == "answered"
    for quote in answer.quotes:
        assert seed_reports[quote.report].text[quote.start : quote.end] == quote.text


def test_a_decline_is_a_result_and_no_error(server):
    result = call(server, "ask_reports", {"question": "Who is the president of France?"})
    assert not result.is_error
    assert result.structured_content["decline"]["searched"]["reports"] == 2
    assert result.structured_content["decline"]["nearest"]


def test_countries_and_years_restrict_asking_and_searching(server):
    restricted = {"countries": ["Kazakhstan"], "years": [2016]}
    answer = call(server, "ask_reports", {"question": "Who was tortured?", **restricted}).structured_content
    assert answer["filters"]["years"] == [2016]
    found = call(server, "search_reports", {"query": "torture", "limit": 4, **restricted}).structured_content
    assert [hit["report"] for hit in found["hits"]] == ["kazakhstan-2016"] * 4


def test_a_passage_is_the_reports_slice_with_its_citation(server, seed_reports):
    found = call(server, "search_reports", {"query": "tent camp for the homeless"}).structured_content
    assert len(found["hits"]) == 10
    for hit in found["hits"]:
        assert seed_reports[hit["report"]].text[hit["start"] : hit["end"]] == hit["text"]
        assert hit["citation"].endswith(f"para. {hit['paragraph']}")


@pytest.mark.parametrize(
    ("arguments", "verdict"),
    [
        ({"quote": "her office received 125 complaints"}, "cut"),
        ({"quote": "Nobody was ever tortured anywhere."}, "not_found"),
        ({"quote": "The law prohibits torture", "year": 1999}, "misattributed"),
    ],
)
def test_a_quotation_gets_its_verdict(server, arguments, verdict):
    found = call(server, "verify_quote", arguments).structured_content
    assert found["verdict"] == verdict
    assert bool(found["places"]) == (verdict != "not_found") == (found["nearest"] is None)
    assert all(place["citation"] for place in found["places"])
    assert found["detail"]


REFUSED = {
    "no question": ("ask_reports", {"question": "  "}, "the question is empty: ask one of 1 to 2,000 characters"),
    "no argument": ("ask_reports", {}, "Field required"),
    "an unknown country": (
        "search_reports",
        {"query": "torture", "countries": ["Chad"]},
        "There is no report for Chad",
    ),
    "an unknown report": ("verify_quote", {"quote": "x", "report": "chad-1999"}, "no report 'chad-1999' here"),
    "too many passages": ("search_reports", {"query": "torture", "limit": 1000}, "less than or equal to 30"),
    "another tool": ("delete_reports", {}, "Unknown tool"),
}


@pytest.mark.parametrize("why", REFUSED)
def test_what_cannot_be_done_is_an_error_that_the_model_can_read(server, why):
    tool, arguments, told = REFUSED[why]
    result = call(server, tool, arguments)
    assert result.is_error
    assert told in result.content[0].text
    assert "Traceback" not in result.content[0].text


class Broken:
    """A drafter that fails."""

    info = ModelInfo("broken", "broken")
    prompt_sha256 = None

    def __init__(self, error):
        self.error = error

    def draft(self, question, evidence):
        raise self.error
        yield


@pytest.mark.parametrize(
    ("error", "told"),
    [(ModelTimeoutError("the model was silent"), ": the model was silent"), (KeyError("secret"), "")],
)
def test_what_is_raised_on_purpose_is_told_and_nothing_of_what_is_not(answerer, error, told):
    state = dependencies.over(Settings(), lambda _: replace(answerer, drafter=Broken(error)))
    state.source.open()
    result = call(ReportServer(state), "ask_reports", {"question": COMPLAINTS})
    assert result.is_error
    assert result.content[0].text == f"Error executing tool ask_reports{told}"
    state.lanes.close()


def test_each_verified_statement_is_told_as_progress(server):
    heard = []

    async def conversation(client):
        async def progress(_done, _total, message):
            heard.append(message)

        return await client.call_tool("ask_reports", {"question": COMPLAINTS}, progress_callback=progress)

    answer = talk(server, conversation).structured_content
    assert heard == [statement["text"] for statement in answer["statements"]]


async def until(holds):
    while not holds():  # noqa: ASYNC110 - what is waited for happens in another thread
        await anyio.sleep(0.01)


def test_a_call_that_is_given_up_ends_the_models_work(real_index):
    """Nobody waits for a language model whose answer nobody waits for."""

    def endless(_):
        while True:
            yield "word "

    async def conversation(client):
        async with anyio.create_task_group() as group:
            group.start_soon(client.call_tool, "ask_reports", {"question": COMPLAINTS})
            await until(lambda: model.requests)
            group.cancel_scope.cancel()
        await until(lambda: model.hung_up)

    with ScriptedServer(endless) as model:
        settings = Settings(index=real_index, model="openai:scripted", OPENAI_BASE_URL=model.url, OPENAI_API_KEY=None)
        state = dependencies.over(settings)
        state.source.open()
        talk(ReportServer(state), conversation)
        state.lanes.close()


def test_the_tools_tell_a_model_how_to_quote(server):
    """Each has a description, described arguments, an output schema, and the hint that it changes nothing."""
    tools = {tool.name: tool for tool in talk(server, lambda client: client.list_tools()).tools}
    assert set(tools) == {"ask_reports", "search_reports", "verify_quote"}
    assert "verbatim" in tools["ask_reports"].description
    assert "verbatim" in tools["search_reports"].description
    for tool in tools.values():
        assert tool.annotations.read_only_hint
        assert tool.output_schema["type"] == "object"
        assert all(argument["description"] for argument in tool.input_schema["properties"].values())
        assert "\n    " not in tool.description
    answer = tools["ask_reports"].output_schema
    assert answer["properties"].keys() == PublishedAnswer.model_fields.keys()
    assert "instruction" in INSTRUCTIONS


# Resources


def test_every_report_is_listed_with_its_text_and_its_outline(server, seed_reports):
    listed = {resource.name: resource for resource in talk(server, lambda client: client.list_resources()).resources}
    assert set(listed) == {"reports", *seed_reports}
    for name, report in seed_reports.items():
        assert read(server, listed[name].uri) == report.text
        outline = json.loads(read(server, f"rapporteur://reports/{name}"))
        assert outline["length"] == len(report.text)
        assert outline["paragraphs"] == len(report.paragraphs)
        assert {heading["heading"] for heading in outline["outline"]} == {
            heading for paragraph in report.paragraphs for heading in paragraph.outline
        }
    assert [one["id"] for one in json.loads(read(server, "rapporteur://reports"))] == list(seed_reports)


def test_a_part_of_a_text_is_addressed_by_the_offsets_of_quotes(server, seed_reports):
    text = seed_reports["kazakhstan-2020"].text
    assert read(server, f"{TEXT}?start=3400&end=3562") == text[3400:3562]
    assert read(server, f"{TEXT}?start=95000") == text[95000:]
    assert read(server, f"{TEXT}?end=10") == text[:10]


def test_a_long_report_is_read_in_parts_that_the_error_names(server, seed_reports, monkeypatch):
    monkeypatch.setattr("api.mcp.reports.LONGEST", 50_000)
    told, instead = refusal(server, TEXT).split(" at once, for instance ")
    assert told.endswith("read at most 50,000")
    assert read(server, instead) == seed_reports["kazakhstan-2020"].text[:50_000]


@pytest.mark.parametrize(
    ("uri", "told"),
    [
        ("rapporteur://reports/chad-1999/text", "no report 'chad-1999'"),
        ("rapporteur://reports/chad-1999", "no report 'chad-1999'"),
        (f"{TEXT}?start=-1", "start='-1' is no offset"),
        (f"{TEXT}?start=9&end=3", "start=9 is not before end=3"),
        ("rapporteur://reports/..%2F..%2Fetc%2Fpasswd/text", "Unknown resource"),
        ("file:///etc/passwd", "Unknown resource"),
    ],
)
def test_what_is_not_there_cannot_be_read(server, uri, told):
    assert told in refusal(server, uri)


# Over HTTP


@pytest.fixture(scope="module")
def address(real_index):
    with live(create_app(Settings(index=real_index))) as address:
        yield address


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_it_is_served_at_mcp(address, mode):
    """To clients of today's protocol and of the one before, without a session that a single worker would keep."""

    async def conversation(client):
        answer = await client.call_tool("ask_reports", {"question": COMPLAINTS})
        return answer, await client.list_resources(), await client.read_resource(f"{TEXT}?end=5")

    answer, listed, text = talk(f"{address}/mcp", conversation, mode=mode)
    assert answer.structured_content["outcome"] == "answered"
    assert len(listed.resources) == 3
    assert len(text.contents[0].text) == 5


def test_no_connection_is_held_open_for_messages_that_never_come(address):
    """Without sessions the server has nothing to say of itself, and nothing to end."""
    assert [httpx.request(method, f"{address}/mcp").status_code for method in ("GET", "DELETE")] == [405, 405]


def test_it_is_served_under_any_name_that_the_server_has(address):
    hello = {"jsonrpc": "2.0", "id": 1, "method": "ping"}
    headers = {"Host": "reports.example.org", "Accept": "application/json, text/event-stream"}
    assert httpx.post(f"{address}/mcp", json=hello, headers=headers).json() == {"jsonrpc": "2.0", "id": 1, "result": {}}


def test_over_http_an_error_tells_nothing_of_the_machine(real_index):
    def damaged(_):
        raise IndexDamagedError("index file '/home/somebody/x' was altered")

    with live(create_app(Settings(index=real_index), damaged)) as address:
        result = call(f"{address}/mcp", "ask_reports", {"question": COMPLAINTS})
    assert result.is_error
    assert "The index cannot be used at the moment" in result.content[0].text
    assert "somebody" not in result.content[0].text


def test_keys_are_asked_for_at_mcp_as_everywhere(real_index):
    async def tools(address):
        async with (
            httpx2.AsyncClient(headers={"Authorization": "Bearer open-sesame"}) as http,
            Client(streamable_http_client(f"{address}/mcp", http_client=http)) as client,
        ):
            return await client.list_tools()

    with live(create_app(Settings(index=real_index, api_keys="open-sesame"))) as address:
        assert httpx.post(f"{address}/mcp", json={"jsonrpc": "2.0", "id": 1, "method": "ping"}).status_code == 401
        assert len(anyio.run(tools, address).tools) == 3


# On standard input and output


def command(index):
    environment = {**os.environ, "RAPPORTEUR_INDEX": str(index)}
    return StdioServerParameters(command=str(COMMAND), args=["mcp"], env=environment)


def ran(arguments, given="", index=None):
    """What a command prints that gets ``given`` to read."""
    environment = {**os.environ, "RAPPORTEUR_INDEX": str(index)}
    return subprocess.run(arguments, input=given, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.slow
@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_the_command_serves_an_agent_that_starts_it(real_index, mode):
    async def conversation(client):
        answer = await client.call_tool("ask_reports", {"question": COMPLAINTS})
        refused = await client.call_tool("ask_reports", {"question": " "})
        return answer, refused, await client.list_resources()

    answer, refused, listed = talk(command(real_index), conversation, mode=mode)
    assert answer.structured_content["outcome"] == "answered"
    assert refused.is_error
    assert len(listed.resources) == 3


@pytest.mark.slow
def test_nothing_but_the_protocol_is_on_standard_output(real_index):
    """A line is a message, also where the input is none; the end of the input ends the command."""
    client = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "t", "version": "0"}}
    hello = {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": client}
    known = {"jsonrpc": "2.0", "method": "notifications/initialized"}
    asked = {"jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": {"name": "ask_reports", "arguments": {}}}
    given = "\n".join([json.dumps(hello), json.dumps(known), "no JSON", json.dumps(asked), ""])
    told = ran([COMMAND, "mcp"], given, real_index)
    assert told.returncode == 0
    replies = [json.loads(line) for line in told.stdout.splitlines()]
    assert {reply["jsonrpc"] for reply in replies} == {"2.0"}
    assert 1 in [reply.get("id") for reply in replies]


@pytest.mark.slow
def test_without_an_index_the_command_says_what_to_do(tmp_path):
    """On standard error, before it speaks the protocol at all."""
    told = ran([COMMAND, "mcp"], index=tmp_path / "nothing")
    assert (told.returncode, told.stdout) == (1, "")
    *log, last = told.stderr.splitlines()
    assert re.fullmatch(r"rapporteur: no index in .*`rapporteur index build` makes one", last)
    assert all(json.loads(line)["level"] == "error" for line in log)


NO_SDK = "import sys; sys.modules['mcp'] = None\n"


@pytest.mark.slow
def test_without_the_sdk_the_command_names_the_extra(real_index):
    program = NO_SDK + "sys.argv = ['rapporteur', 'mcp']; from rag.cli import main; main()"
    told = ran([sys.executable, "-c", program], index=real_index)
    assert (told.returncode, told.stdout) == (1, "")
    assert re.fullmatch(rf"rapporteur: .*: {re.escape(installing('mcp'))}\n", told.stderr)


SERVED = """
from api.app import create_app
from fastapi.testclient import TestClient
with TestClient(create_app()) as client:
    print(client.post("/mcp").status_code, client.get("/healthz").status_code)
"""


@pytest.mark.slow
def test_without_the_sdk_the_server_goes_without(real_index):
    told = ran([sys.executable, "-c", NO_SDK + SERVED], index=real_index)
    assert told.stdout == "404 200\n", told.stderr


# Arguments


def test_one_country_or_year_may_be_named_alone(server):
    """As models do, whatever the schema says."""
    named = call(server, "ask_reports", {"question": "What happened to Max Bokayev?", "year": 2016}).structured_content
    assert named["filters"]["years"] == [2016]
    other = call(server, "search_reports", {"query": "prisons", "country": "Narnia"})
    assert other.is_error
    assert "Narnia" in other.content[0].text


@pytest.mark.parametrize("tool", ["ask_reports", "search_reports", "verify_quote"])
def test_an_argument_that_there_is_not_is_refused_by_name(server, tool):
    """A filter that is passed over would answer from other reports than were meant."""
    needed = {"ask_reports": "question", "search_reports": "query", "verify_quote": "quote"}[tool]
    refused = call(server, tool, {needed: "Prisons", "edition": 2016})
    assert refused.is_error
    assert "edition" in refused.content[0].text
