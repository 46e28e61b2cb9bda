"""The API documents itself at /docs, in a browser that asks nobody but the server."""

import pytest

from tests.small_site import small_site


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    with small_site(tmp_path_factory.mktemp("documentation")) as site:
        yield site


@pytest.mark.slow
def test_an_endpoint_is_tried_from_the_page(visit, shared):
    page = visit(f"{shared.url}docs", guarded=True)
    page.locator(".opblock-summary-path", has_text="/v1/reports").first.click()
    page.get_by_role("button", name="Try it out").click()
    page.get_by_role("button", name="Execute").click()
    assert (
        "kenya-2020" in page.locator(".live-responses-table td.response-col_description:not(.col_header)").inner_text()
    )
