"""Every server that speaks the OpenAI chat protocol. The only module that imports httpx.

Proxies and certificates come from the environment (HTTPS_PROXY, NO_PROXY, SSL_CERT_FILE); loopback needs no proxy.
"""

import socket
import weakref
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from typing import Any

import httpx
from pydantic import BaseModel, ValidationError

from rag.errors import (
    ModelBusyError,
    ModelCutOffError,
    ModelError,
    ModelRefusedError,
    ModelReplyError,
    ModelRequestError,
    ModelServerError,
    ModelTimeoutError,
    ModelUnreachableError,
    SettingError,
)
from rag.interfaces import Message
from rag.models import sse
from rag.models.relay import Pieces, Stop, relayed
from rag.models.requests import (
    CONNECT_SECONDS,
    REPLY_TOKENS,
    Server,
    checked_key,
    checked_url,
    persisted,
    unusable,
)
from rag.settings import Settings
from rag.types import ModelInfo

OFFICIAL = "https://api.openai.com/"
WINDOW = 16_384
"""Tokens that nearly every served model has."""

TRANSLATIONS: tuple[tuple[type[Exception], type[ModelError]], ...] = (
    (httpx.ConnectTimeout, ModelUnreachableError),
    (httpx.PoolTimeout, ModelBusyError),
    (httpx.TimeoutException, ModelTimeoutError),
    (httpx.ConnectError, ModelUnreachableError),
    (httpx.ProxyError, ModelUnreachableError),
    (httpx.NetworkError, ModelCutOffError),
    (httpx.RemoteProtocolError, ModelCutOffError),
    (httpx.LocalProtocolError, ModelRequestError),
    (httpx.UnsupportedProtocol, ModelRequestError),
    (httpx.TooManyRedirects, ModelRequestError),
    (httpx.DecodingError, ModelReplyError),
    (httpx.StreamError, ModelCutOffError),
)
"""What httpx raises while a request runs, and what it is here; the first that fits."""
_MEANINGS = {
    ModelUnreachableError: "cannot be reached: is it running, and is its address right?",
    ModelBusyError: "has no connection to spare: ask fewer questions at a time",
    ModelTimeoutError: "was silent for too long: raise RAPPORTEUR_TIMEOUT or take a faster model",
    ModelCutOffError: "broke off the connection: try again, or see its log",
    ModelRequestError: "cannot be asked in this way: check its address and key",
    ModelReplyError: "replied in an unreadable encoding",
}


class _Text(BaseModel):
    content: str | None = None
    refusal: str | None = None


class _Choice(BaseModel):
    delta: _Text | None = None
    message: _Text | None = None
    finish_reason: str | None = None


class _Chunk(BaseModel):
    """An event of a streamed reply, or a whole one."""

    choices: list[_Choice] = []
    error: Any = None


def connect(name: str, settings: Settings) -> "OpenAIModel":
    """The model ``name`` of the server at OPENAI_BASE_URL; ``SettingError`` where it cannot be asked."""
    url = checked_url(settings.openai_base_url, "OPENAI_BASE_URL")
    key = checked_key(settings.openai_api_key, "OPENAI_API_KEY")
    if key is None and url.startswith(OFFICIAL):
        raise SettingError("OPENAI_API_KEY is not set: set it, or OPENAI_BASE_URL to a server that needs none")
    return OpenAIModel("openai", Server(f"openai:{name} at {url}", name, url, key, settings.timeout), settings.window)


class OpenAIModel:
    """A chat model behind one pool of connections; thread-safe."""

    def __init__(self, provider: str, server: Server, window: int | None = None) -> None:
        self.info = ModelInfo(provider, server.model)
        self.window = window or WINDOW
        self._server = server
        key = server.key.get_secret_value() if server.key else None
        with unusable(server.who):
            self._client = httpx.Client(
                base_url=server.url + "/",
                # A compressed reply could unfold into any amount of memory.
                headers={"Accept-Encoding": "identity"} | ({"Authorization": f"Bearer {key}"} if key else {}),
                timeout=httpx.Timeout(server.timeout, connect=CONNECT_SECONDS),
                limits=httpx.Limits(max_connections=128, max_keepalive_connections=32),
                mounts={"all://127.0.0.1": None, "all://localhost": None, "all://[::1]": None},
            )

        # Whoever lets go of the model lets go of its connections.
        self.close = weakref.finalize(self, self._client.close)

    def reply(self, messages: Sequence[Message]) -> Generator[str, None, None]:
        """Pieces as they arrive, for at most ``Server.timeout`` seconds in all; raises a ``ModelError``."""
        request = self._client.build_request("POST", "chat/completions", json=self._payload(messages))
        return relayed(lambda stop: self._pieces(request, stop), self._server.timeout, self._server.who)

    def probe(self) -> str:
        """Whether the server lists the model."""
        request = self._client.build_request("GET", "models", timeout=CONNECT_SECONDS)
        (body,) = relayed(lambda stop: self._body(request, stop), 2 * CONNECT_SECONDS, self._server.who)
        listed = f'"{self._server.model}' in body
        return f"{self._server.who} answers" + ("" if listed else f", but does not list {self._server.model!r}")

    def _payload(self, messages: Sequence[Message]) -> dict[str, Any]:
        told = [{"role": message.role, "content": message.content} for message in messages]
        payload: dict[str, Any] = {"model": self._server.model, "messages": told, "stream": True}
        if self._server.url.startswith(OFFICIAL):
            # Its newer models refuse the older parameters and count their reasoning as part of the reply.
            return payload | {"max_completion_tokens": 4 * REPLY_TOKENS}
        return payload | {"max_tokens": REPLY_TOKENS, "temperature": 0}

    def _pieces(self, request: httpx.Request, stop: Stop) -> Pieces:
        with self._answered(request, stop) as response:
            if "application/json" in response.headers.get("content-type", ""):
                body = b"".join(sse.capped(response.iter_raw()))
                yield from self._text(_parsed(sse.decoded(body)))
                return
            events = sse.events(response.iter_raw())
            for event in events:
                chunk = _parsed(event) if event != "[DONE]" else _Chunk()
                yield from self._text(chunk)
                if event == "[DONE]" or any(choice.finish_reason for choice in chunk.choices):
                    break
            else:
                raise ModelCutOffError(f"{self._server.who} ended before its reply did: try again, or see its log")
            yield None
            while stop.remaining > 0 and next(events, None) is not None:
                pass

    def _body(self, request: httpx.Request, stop: Stop) -> Pieces:
        with self._answered(request, stop) as response:
            yield sse.decoded(b"".join(sse.capped(response.iter_raw())))

    def _text(self, chunk: _Chunk) -> Iterator[str]:
        if chunk.error:
            message = chunk.error.get("message") if isinstance(chunk.error, dict) else chunk.error
            raise ModelServerError(f"{self._server.who} failed ({self._server.safe(str(message))}): try again")
        for choice in chunk.choices[:1]:
            for text in (choice.delta, choice.message):
                if text and text.refusal:
                    raise ModelRefusedError(f"{self._server.who} declines: {self._server.safe(text.refusal)}")
                if text and text.content:
                    yield text.content
            if choice.finish_reason == "content_filter":
                raise ModelRefusedError(f"{self._server.who} declines: its filter stopped the reply")

    @contextmanager
    def _answered(self, request: httpx.Request, stop: Stop) -> Iterator[httpx.Response]:
        """The response of status 200, its body still to be read; asks again where that may help."""
        response = persisted(lambda: self._once(request), stop)
        with self._translated(), closing(response), stop.hanging_up(lambda: _hang_up(response)):
            yield response

    def _once(self, request: httpx.Request) -> httpx.Response:
        with self._translated():
            response = self._client.send(request, stream=True)
        if response.status_code == 200 and response.headers.get("content-encoding", "identity") == "identity":
            return response
        with self._translated(), closing(response):
            if response.status_code == 200:
                raise ModelReplyError(f"{self._server.who} compresses its reply although it was asked not to")
            body = bytearray()
            for chunk in response.iter_raw():
                body += chunk
                if len(body) > 16_384:
                    break
            said = _message(bytes(body))
            raise self._server.refused(response.status_code, said, response.headers.get("retry-after"))

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except (httpx.HTTPError, httpx.StreamError) as error:
            raise translated(error, self._server.who) from error


def translated(error: Exception, who: str) -> ModelError:
    """What an error of httpx is here. Its own text is left out: it may quote a header."""
    kind = next(ours for theirs, ours in TRANSLATIONS if isinstance(error, theirs))
    return kind(f"{who} {_MEANINGS[kind]}")


def _parsed(text: str) -> _Chunk:
    try:
        return _Chunk.model_validate_json(text)
    except ValidationError as error:
        raise ModelReplyError("the reply is not in the chat protocol: is OPENAI_BASE_URL right?") from error


def _message(body: bytes) -> str:
    """What an error's body says, in the protocol's form or any other."""
    text = body.decode(errors="replace")
    try:
        error = _Chunk.model_validate_json(text).error
    except ValidationError:
        return text
    return str(error.get("message", text)) if isinstance(error, dict) else text


def _hang_up(response: httpx.Response) -> None:
    response.extensions["network_stream"].get_extra_info("socket").shutdown(socket.SHUT_RDWR)
