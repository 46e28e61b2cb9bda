"""Every pattern that is published can be read by those who read it: JavaScript clients compile them with the flag u."""

import anyio
import pytest
from fastapi.testclient import TestClient
from mcp import Client

from api.mcp.endpoint import ReportServer
from api.server import dependencies
from rag.records.schema import PublishedIndex
from rag.settings import Settings
from tests.web import application, build_index


def patterns(schema):
    """Every value of "pattern" that is a text, wherever it stands."""
    if isinstance(schema, dict):
        own = schema.get("pattern")
        yield from [own] if isinstance(own, str) else []
        for value in schema.values():
            yield from patterns(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from patterns(value)


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    index = build_index(tmp_path_factory.mktemp("patterns") / "index", 2020, "Kazakhstan")
    with TestClient(application(index)) as client:
        document = client.get("/openapi.json").json()

    async def listed():
        state = dependencies.over(Settings(index=index, threads=1))
        state.source.open()
        async with Client(ReportServer(state)) as client:
            return [tool.model_dump(mode="json") for tool in (await client.list_tools()).tools]

    return {*patterns(document), *patterns(anyio.run(listed))}


@pytest.mark.slow
def test_every_published_pattern_compiles_in_javascript(published, browser):
    assert published
    page = browser.new_page()
    refused = page.evaluate(
        "patterns => patterns.filter(one => { try { new RegExp(one, 'u'); return false } catch { return true } })",
        sorted(published),
    )
    assert refused == []


@pytest.mark.parametrize("digest", ["0" * 63, "0" * 65, "0" * 64 + "\n", "G" * 64])
def test_a_hash_is_one_whole_hash(digest):
    """A line end behind it makes another text of it."""
    with pytest.raises(ValueError, match="corpus_sha256"):
        PublishedIndex(generation="a", corpus_sha256=digest, encoder="b")
