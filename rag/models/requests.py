"""What every client of a server asks for: time, tokens, keys and addresses."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from random import uniform
from typing import TypeVar
from urllib.parse import urlsplit

from pydantic import SecretStr

from rag.errors import (
    ModelBusyError,
    ModelError,
    ModelRequestError,
    ModelServerError,
    ModelUnreachableError,
    SettingError,
)
from rag.models.relay import Stop
from rag.text import invisible

T = TypeVar("T")

CONNECT_SECONDS = 5.0
REPLY_TOKENS = 1_024
"""Tokens set aside for a reply."""
ATTEMPTS = 3
LONGEST_WAIT = 10.0
"""Seconds; a server that asks for a longer pause is not asked again."""
LONGEST_MESSAGE = 200
"""Characters of what a server says about an error."""


@dataclass(frozen=True, slots=True)
class Server:
    """Where a model is, and with which key. The key shows in no representation."""

    who: str
    """As errors name it: "openai:gpt-4o at https://api.openai.com/v1"."""
    model: str
    url: str
    key: SecretStr | None
    timeout: float
    """Seconds that a reply may take as a whole."""

    def refused(self, status: int, message: str, retry_after: str | None) -> ModelError:
        """The error for a reply of another status than 200."""
        said = f" ({self.safe(message)})" if message.strip() else ""
        if status in (401, 403):
            return ModelRequestError(f"{self.who} refuses the key{said}: check it and what it may use")
        if status == 404:
            return ModelRequestError(f"{self.who} knows no such model or address{said}: see 'rapporteur models'")
        if status in (429, 503, 529):
            return ModelBusyError(f"{self.who} is busy, status {status}{said}: try again later", seconds(retry_after))
        if status >= 500:
            return ModelServerError(f"{self.who} failed with status {status}{said}: try again, or see its log")
        return ModelRequestError(f"{self.who} refuses the request with status {status}{said}")

    def safe(self, message: str) -> str:
        """What a server says, on one short line, without the key."""
        key = self.key.get_secret_value() if self.key else ""
        plain = " ".join(invisible.shown(message.replace(key, "***") if key else message).split())
        return plain if len(plain) <= LONGEST_MESSAGE else plain[:LONGEST_MESSAGE] + "…"


def checked_key(key: SecretStr | None, variable: str) -> SecretStr | None:
    """The key, without white space round it; ``SettingError``, which does not show it, where no header can carry it."""
    value = key.get_secret_value().strip() if key else ""
    if not re.fullmatch(r"[!-~]*", value):
        raise SettingError(f"{variable} holds characters that no key has: copy it again, on one line")
    return SecretStr(value) if value else None


def checked_url(url: str, variable: str) -> str:
    """An http address without a closing slash; ``SettingError`` otherwise, or where it holds a password."""
    try:
        parts = urlsplit(url.strip())
        usable = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        usable = False
    if not usable or parts.query or parts.fragment:
        raise SettingError(f"{variable} is no plain http address: give one such as http://127.0.0.1:8000/v1")
    if parts.username is not None or parts.password is not None:
        raise SettingError(f"{variable} holds a user name or password: give the key in its own variable")
    return url.strip().rstrip("/")


def seconds(retry_after: str | None, now: datetime | None = None) -> float | None:
    """The pause of a Retry-After header, in either of its forms; ``None`` where it says nothing readable."""
    if not retry_after:
        return None
    if re.fullmatch(r"\d{1,9}(\.\d{1,9})?", retry_after.strip()):
        return float(retry_after)
    try:
        until = parsedate_to_datetime(retry_after)
    except ValueError:
        return None
    aware = until if until.tzinfo else until.replace(tzinfo=UTC)
    return max(0.0, (aware - (now or datetime.now(UTC))).total_seconds())


def pause(attempt: int, wait: float | None) -> float:
    """Seconds before the next attempt: what the server asks for, else growing with ``attempt`` from 0, at random."""
    return wait if wait is not None else 0.4 * 2**attempt * uniform(0.5, 1.5)  # noqa: S311 - spreads load, hides nothing


def persisted(once: Callable[[], T], stop: Stop) -> T:
    """What ``once`` returns, tried up to ``ATTEMPTS`` times where trying again may help and time is left."""
    attempt = 0
    while True:
        stop.check()
        try:
            return once()
        except (ModelBusyError, ModelServerError, ModelUnreachableError) as error:
            wait = pause(attempt, error.wait if isinstance(error, ModelBusyError) else None)
            attempt += 1
            if attempt == ATTEMPTS or wait > min(LONGEST_WAIT, stop.remaining):
                raise
        stop.wait(wait)


@contextmanager
def unusable(what: str) -> Iterator[None]:
    """Turns what a client library raises over proxies and certificates of the environment into ``SettingError``."""
    try:
        yield
    except (ValueError, ImportError, OSError) as error:
        raise SettingError(
            f"{what} cannot be set up ({type(error).__name__}): check HTTPS_PROXY, NO_PROXY and SSL_CERT_FILE"
        ) from error
