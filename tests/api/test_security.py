"""Who may ask, under which name, how often, how much; and what every response forbids the browser."""

import hmac
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.server.middleware import HEADERS
from api.server.security import LARGEST_BODY, Policy
from rag.errors import SettingError
from rag.settings import Settings
from tests.web import ASKED, application, build_index

GUARDED = [("GET", "/v1/reports"), ("POST", "/v1/ask"), ("POST", "/v1/chat"), ("GET", "/v1/nothing"), ("POST", "/mcp")]
OPEN = ["/", "/static/icon.svg", "/healthz", "/readyz", "/openapi.json"]


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    return build_index(tmp_path_factory.mktemp("security") / "index")


def client(index, *, address="127.0.0.1", host="localhost", **settings):
    return TestClient(application(index, **settings), base_url=f"http://{host}", client=(address, 5000))


def bearer(key):
    return {"Authorization": f"Bearer {key}"}


# Keys


def test_without_keys_everybody_may_ask(index):
    with client(index) as asking:
        assert asking.get("/v1/reports").status_code == 200


def test_with_keys_what_is_guarded_needs_one_of_them(index):
    with client(index, api_keys="first, second") as asking:
        for method, place in GUARDED:
            refused = asking.request(method, place)
            assert (refused.status_code, refused.headers["www-authenticate"]) == (401, 'Bearer realm="rapporteur"')
        assert all(asking.get(place).status_code == 200 for place in OPEN)
        for key in ("first", "second"):
            assert asking.get("/v1/reports", headers=bearer(key)).status_code == 200
        for wrong in ("firs", "firstt", "first, second", "", "ключ", "first\tx"):
            given = {b"Authorization": b"Bearer " + wrong.encode()}
            assert asking.get("/v1/reports", headers=given).status_code == 401
        assert asking.get("/v1/reports", headers={"Authorization": "Basic first"}).status_code == 401


def test_every_key_is_compared_and_in_constant_time(index, monkeypatch):
    compared = []
    true = hmac.compare_digest
    monkeypatch.setattr(hmac, "compare_digest", lambda *pair: compared.append(pair) or true(*pair))
    with client(index, api_keys="first,second,third") as asking:
        asking.get("/v1/reports", headers=bearer("first"))
    assert [key for key, _ in compared] == [b"first", b"second", b"third"]


def test_keys_show_nowhere(index):
    settings = Settings(index=index, api_keys="hidden-key")
    assert "hidden-key" not in repr(settings) + str(settings.model_dump())
    with client(index, api_keys="hidden-key") as asking:
        for reply in (asking.get("/v1/reports", headers=bearer("hidden-kez")), asking.get("/openapi.json")):
            assert "hidden-ke" not in reply.text + str(reply.headers)


def test_a_setting_of_keys_without_a_key_opens_nothing(index):
    with pytest.raises(SettingError, match="RAPPORTEUR_API_KEYS"):
        Policy.of(Settings(index=index, api_keys=" , "))


# Rate


def test_a_client_elsewhere_is_limited_and_told_when_to_come_back(index):
    with client(index, address="203.0.113.9") as asking:
        replies = [asking.get("/v1/reports") for _ in range(125)]
        assert [reply.status_code for reply in replies].count(200) == 120
        refused = replies[-1]
        assert (refused.status_code, refused.json()["title"]) == (429, "Too Many Requests")
        assert 1 <= int(refused.headers["retry-after"]) <= 120
        assert asking.get("/healthz").status_code == 200


def test_this_machine_is_not_limited_unless_it_is_asked_for(index):
    with client(index) as asking:
        assert all(asking.get("/v1/reports").status_code == 200 for _ in range(130))
    with client(index, rate="3/minute") as asking:
        assert [asking.get("/v1/reports").status_code for _ in range(5)] == [200, 200, 200, 429, 429]
    with client(index, rate="off", address="203.0.113.9") as asking:
        assert all(asking.get("/v1/reports").status_code == 200 for _ in range(130))


def test_clients_are_counted_apart(index):
    """By key where there are keys, else by address; all addresses of one IPv6 network are one client's."""
    app = application(index, rate="2/minute")

    def count(address):
        asking = TestClient(app, base_url="http://localhost", client=(address, 1))
        return [asking.get("/v1/reports").status_code for _ in range(2)]

    with TestClient(app):
        assert count("198.51.100.1") == [200, 200]
        assert count("198.51.100.2") == [200, 200]
        assert count("2001:db8::1") == [200, 200]
        assert count("2001:db8::2") == [429, 429]
        assert count("2001:db8:0:1::1") == [200, 200]
    with client(index, rate="2/minute", api_keys="a,b") as asking:
        assert [asking.get("/v1/reports", headers=bearer(key)).status_code for key in "aabb"] == [200] * 4


def test_guessing_keys_is_limited_too(index):
    with client(index, rate="3/minute", api_keys="secret") as asking:
        assert [asking.get("/v1/reports", headers=bearer(str(n))).status_code for n in range(5)] == [401] * 3 + [
            429
        ] * 2


def test_an_unreadable_rate_is_refused_at_the_start(index):
    with pytest.raises(SettingError, match="RAPPORTEUR_RATE"):
        Policy.of(Settings(index=index, rate="often"))


# Names


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost", 200), ("LOCALHOST:8000", 200), ("127.0.0.1:8000", 200), ("[::1]:8000", 200), ("my.org", 200),
        ("evil.example", 421), ("localhost.evil.example", 421), ("127.0.0.1.evil.example", 421), ("", 421),
    ],
)  # fmt: skip
def test_a_name_that_is_not_the_servers_is_refused(index, host, status):
    """A page elsewhere may make its own name point to this machine and then read what it answers."""
    with client(index, hosts="my.org") as asking:
        assert asking.get("/v1/reports", headers={"Host": host}).status_code == status


def test_any_name_will_do_where_none_is_set(index):
    with client(index, host="any.example") as asking:
        assert asking.get("/v1/reports").status_code == 200


# Origins


def test_pages_of_other_origins_may_read_nothing_unless_configured(index):
    preflight = {"Origin": "https://a.example", "Access-Control-Request-Method": "POST"}
    with client(index) as asking:
        assert "access-control-allow-origin" not in asking.get("/v1/reports", headers=preflight).headers
        assert asking.options("/v1/ask", headers=preflight).status_code == 405
    with client(index, cors_origins="https://a.example", api_keys="k") as asking:
        assert (
            asking.options("/v1/ask", headers=preflight).headers["access-control-allow-origin"] == "https://a.example"
        )
        refused = asking.get("/v1/reports", headers={"Origin": "https://a.example"})
        assert (refused.status_code, refused.headers["access-control-allow-origin"]) == (401, "https://a.example")
        other = asking.get("/v1/reports", headers={"Origin": "https://b.example", **bearer("k")})
        assert "access-control-allow-origin" not in other.headers


def test_a_listed_origin_may_send_the_headers_of_any_client(index):
    """OpenAI's own library adds a dozen, in a browser too."""
    sent = "authorization,content-type,x-stainless-lang,x-stainless-retry-count,x-request-id"
    asked = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": sent}
    with client(index, cors_origins="https://a.example") as asking:
        allowed = asking.options("/v1/chat/completions", headers={"Origin": "https://a.example", **asked})
        refused = asking.options("/v1/chat/completions", headers={"Origin": "https://b.example", **asked})
    assert allowed.status_code == 200
    assert allowed.headers["access-control-allow-headers"] == sent
    assert "access-control-allow-origin" not in refused.headers


# Sizes


def test_a_body_that_is_too_large_is_refused_before_it_is_read(index):
    with client(index) as asking:
        declared = asking.post("/v1/ask", content=b"x" * (LARGEST_BODY + 1))
        chunked = asking.post("/v1/ask", content=(b"x" * 100_000 for _ in range(LARGEST_BODY // 100_000 + 1)))
        for reply in (declared, chunked):
            assert (reply.status_code, reply.json()["status"]) == (413, 413)


# Headers


def test_every_response_bears_the_headers(index):
    """Errors of every layer as well."""
    with client(index, rate="50/minute", hosts="localhost", api_keys="k") as asking:
        replies = [asking.get(place) for place in OPEN]
        replies += [asking.get("/nothing"), asking.get("/v1/reports"), asking.get("/", headers={"Host": "evil"})]
        replies += [asking.post("/v1/chat", json={"question": ASKED}, headers=bearer("k"))]
        replies += [asking.post("/v1/ask", content=b"x" * (LARGEST_BODY + 1)), asking.put("/v1/ask")]
        for reply in replies:
            assert {name.lower(): value for name, value in HEADERS.items()}.items() <= dict(reply.headers).items()


def test_the_policy_lets_the_page_run_its_own_files_only():
    directives = dict(part.strip().split(" ", 1) for part in HEADERS["Content-Security-Policy"].split(";"))
    assert directives["default-src"] == "'none'"
    assert "unsafe" not in HEADERS["Content-Security-Policy"]
    assert "*" not in HEADERS["Content-Security-Policy"]
    assert all(source in ("'self'", "'none'", "data:") for value in directives.values() for source in value.split())


def test_the_page_has_nothing_inline():
    """What the policy forbids anyway would only fail silently."""
    page = (Path(__file__).parents[2] / "api" / "static" / "index.html").read_text(encoding="utf-8")
    assert "style=" not in page
    assert " onclick" not in page
    assert "http://" not in page
    assert "https://" not in page
