"""Who may call, under which name, how often, with how much: decided in one place for all of /v1 and /mcp."""

import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from ipaddress import IPv6Address, ip_address, ip_network
from time import time
from typing import Any

from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from api.server import problems
from api.server.problems import ProblemError
from api.server.request_context import request_id
from rag.errors import SettingError
from rag.settings import Settings

LARGEST_BODY = 2_000_000
"""Bytes: a saved answer with all its quotes has a twentieth of that."""
FROM_ELSEWHERE = "120/minute"
"""How often a client that is not this machine may ask, unless RAPPORTEUR_RATE says otherwise."""
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_GUARDED = ("/v1", "/mcp")


@dataclass(frozen=True, slots=True)
class Policy:
    """What the settings ask for, read once."""

    keys: tuple[bytes, ...]
    """None: everybody may ask."""
    rate: RateLimitItem | None
    """Of clients elsewhere, and where it is set, of this machine's too."""
    loopback_limited: bool
    hosts: frozenset[str] | None
    """Names under which the server may be called; None: any."""
    origins: tuple[str, ...]

    @classmethod
    def of(cls, settings: Settings) -> "Policy":
        """Raises ``SettingError``, which shows no key."""
        secret = settings.api_keys.get_secret_value() if settings.api_keys else ""
        keys = tuple(key.encode() for key in _listed(secret))
        if settings.api_keys and not keys:
            raise SettingError("RAPPORTEUR_API_KEYS holds no key: give one or more, with commas between, or unset it")
        hosts = frozenset(_bare(name) for name in _listed(settings.hosts)) | LOOPBACK if settings.hosts else None
        return cls(keys, _rate(settings.rate), settings.rate is not None, hosts, tuple(_listed(settings.cors_origins)))


class HostCheck:
    """Refuses requests under a name that is not the server's: a page elsewhere may make its own name point here."""

    def __init__(self, app: ASGIApp, hosts: Iterable[str]) -> None:
        self._app = app
        self._hosts = frozenset(hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or _bare(Headers(scope=scope).get("host", "")) in self._hosts:
            await self._app(scope, receive, send)
            return
        told = "This server is not called so. Whoever runs it can add the name to RAPPORTEUR_HOSTS."
        await _refuse(ProblemError(421, told), scope, receive, send)


class Gate:
    """Keys and rate for what is guarded, the size of the body for everything."""

    def __init__(self, app: ASGIApp, policy: Policy) -> None:
        self._app = app
        self._policy = policy
        self._limiter = SlidingWindowCounterRateLimiter(MemoryStorage())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        try:
            self._admit(scope)
        except ProblemError as refusal:
            await _refuse(refusal, scope, receive, send)
        else:
            await self._app(scope, receive, send)

    def _admit(self, scope: Scope) -> None:
        headers = Headers(scope=scope)
        length = headers.get("content-length", "0")
        if length.isdecimal() and int(length[:20]) > LARGEST_BODY:
            raise ProblemError(413, f"The request's body is larger than {LARGEST_BODY:,} bytes.")
        if not scope["path"].startswith(_GUARDED):
            return
        key = self._key(headers.get("authorization", ""))
        self._count(scope, key)
        if self._policy.keys and key is None:
            told = "A key is needed: send the header 'Authorization: Bearer KEY'."
            raise ProblemError(401, told, {"WWW-Authenticate": 'Bearer realm="rapporteur"'})

    def _key(self, authorization: str) -> bytes | None:
        """The key that was given, where it is one; each is compared in a time that tells nothing about it."""
        scheme, _, given = authorization.partition(" ")
        token = given.strip().encode(errors="replace")
        matches = [hmac.compare_digest(key, token) for key in self._policy.keys]
        return token if scheme.lower() == "bearer" and any(matches) else None

    def _count(self, scope: Scope, key: bytes | None) -> None:
        address = scope["client"][0] if scope.get("client") else ""
        if self._policy.rate is None or (_is_loopback(address) and not self._policy.loopback_limited):
            return
        client = sha256(key).hexdigest() if key else _network(address)
        if not self._limiter.hit(self._policy.rate, client):
            again = self._limiter.get_window_stats(self._policy.rate, client).reset_time - time()
            told = f"Too many requests: {self._policy.rate} are allowed. Try again after the seconds of Retry-After."
            raise ProblemError(429, told, {"Retry-After": str(max(1, round(again)))})


def described(document: dict[str, Any]) -> dict[str, Any]:
    """An OpenAPI document that tells where a key is needed."""
    document.setdefault("components", {})["securitySchemes"] = {"key": {"type": "http", "scheme": "bearer"}}
    for path, operations in document["paths"].items():
        if path.startswith(_GUARDED):
            for operation in operations.values():
                operation["security"] = [{"key": []}]
    return document


async def _refuse(refusal: ProblemError, scope: Scope, receive: Receive, send: Send) -> None:
    await problems.response(refusal, request_id(scope))(scope, receive, send)


def _listed(value: str | None) -> list[str]:
    return [part.strip() for part in (value or "").split(",") if part.strip()]


def _bare(host: str) -> str:
    """A Host header's name or address, without port and brackets."""
    name = host.strip().lower()
    if name.startswith("["):
        return name[1:].partition("]")[0]
    return name if name.count(":") > 1 else name.partition(":")[0]


def _rate(given: str | None) -> RateLimitItem | None:
    if given == "off":
        return None
    try:
        return parse(given or FROM_ELSEWHERE)
    except ValueError as error:
        raise SettingError(f"RAPPORTEUR_RATE={given!r} is no rate: write one such as 60/minute, or off") from error


def _is_loopback(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False


def _network(address: str) -> str:
    """An address as one client's: of IPv6 the network of 64 bits, as a client has many addresses of it."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    return str(ip_network((found, 64), strict=False)) if isinstance(found, IPv6Address) else address
