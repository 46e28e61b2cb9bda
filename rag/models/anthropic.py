"""Anthropic's models through its own SDK, which the extra ``anthropic`` brings.

The SDK knows headers and addresses; time, size and repetition are bounded here as for every other server.
"""

import socket
import weakref
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from typing import Any

import anthropic
import httpx2
from pydantic import BaseModel, ValidationError

from rag.errors import (
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

WINDOW = 32_768
"""Tokens; its models take far more, and no question finds more."""


class _Delta(BaseModel):
    text: str = ""
    stop_reason: str | None = None


class _Event(BaseModel):
    """An event of a streamed reply."""

    type: str
    delta: _Delta = _Delta()
    error: Any = None


def connect(name: str, settings: Settings) -> "AnthropicModel":
    """The model ``name``; ``SettingError`` where there is no usable key."""
    url = checked_url(settings.anthropic_base_url, "ANTHROPIC_BASE_URL")
    key = checked_key(settings.anthropic_api_key, "ANTHROPIC_API_KEY")
    if key is None:
        raise SettingError("ANTHROPIC_API_KEY is not set: set it, or choose another RAPPORTEUR_MODEL")
    return AnthropicModel(Server(f"anthropic:{name} at {url}", name, url, key, settings.timeout), settings.window)


class AnthropicModel:
    """A chat model behind one pool of connections; thread-safe."""

    def __init__(self, server: Server, window: int | None = None) -> None:
        self.info = ModelInfo("anthropic", server.model)
        self.window = window or WINDOW
        self._server = server
        with unusable(server.who):
            self._client = anthropic.Anthropic(
                api_key=server.key.get_secret_value() if server.key else "",
                base_url=server.url,
                timeout=anthropic.Timeout(server.timeout, connect=CONNECT_SECONDS),
                max_retries=0,
                default_headers={"Accept-Encoding": "identity"},
            )

        # Whoever lets go of the model lets go of its connections.
        self.close = weakref.finalize(self, self._client.close)

    def reply(self, messages: Sequence[Message]) -> Generator[str, None, None]:
        """Pieces as they arrive, for at most ``Server.timeout`` seconds in all; raises a ``ModelError``."""
        return relayed(lambda stop: self._pieces(messages, stop), self._server.timeout, self._server.who)

    def probe(self) -> str:
        """Whether the server knows the model and the key."""

        def ask(stop: Stop) -> Pieces:
            with self._translated():
                stop.check()
                yield self._client.models.retrieve(self._server.model, timeout=CONNECT_SECONDS).id

        (found,) = relayed(ask, 2 * CONNECT_SECONDS, self._server.who)
        return f"{self._server.who} answers as {self._server.safe(found)}"

    def _pieces(self, messages: Sequence[Message], stop: Stop) -> Pieces:
        response = persisted(lambda: self._sent(messages), stop)
        with self._translated(), closing(response), stop.hanging_up(lambda: _hang_up(response)):
            events = sse.events(response.iter_raw())
            for event in events:
                parsed = _parsed(event)
                yield from self._text(parsed)
                if parsed.type == "message_stop":
                    break
            else:
                raise ModelCutOffError(f"{self._server.who} ended before its reply did: try again")
            yield None
            while stop.remaining > 0 and next(events, None) is not None:
                pass

    def _sent(self, messages: Sequence[Message]) -> httpx2.Response:
        system = "\n\n".join(message.content for message in messages if message.role == "system")
        told: Any = [{"role": one.role, "content": one.content} for one in messages if one.role != "system"]
        with self._translated():
            stream: Any = self._client.messages.create(
                model=self._server.model,
                max_tokens=REPLY_TOKENS,
                system=system or anthropic.omit,
                messages=told,
                stream=True,
            )
        response: httpx2.Response = stream.response
        if response.headers.get("content-encoding", "identity") != "identity":
            response.close()
            raise ModelReplyError(f"{self._server.who} compresses its reply although it was asked not to")
        return response

    def _text(self, event: _Event) -> Iterator[str]:
        if event.type == "error":
            message = event.error.get("message") if isinstance(event.error, dict) else event.error
            raise ModelServerError(f"{self._server.who} failed ({self._server.safe(str(message))}): try again")
        if event.type == "message_delta" and event.delta.stop_reason == "refusal":
            raise ModelRefusedError(f"{self._server.who} declines")
        if event.type == "content_block_delta" and event.delta.text:
            yield event.delta.text

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except anthropic.AnthropicError as error:
            raise translated(error, self._server) from error
        except (httpx2.HTTPError, httpx2.StreamError) as error:
            raise ModelCutOffError(f"{self._server.who} broke off the connection: try again") from error


def translated(error: anthropic.AnthropicError, server: Server) -> ModelError:
    """What an error of the SDK is here. Its own text is used only where the server wrote it, and without the key."""
    if isinstance(error, anthropic.APITimeoutError):
        return ModelTimeoutError(f"{server.who} was silent for too long: raise RAPPORTEUR_TIMEOUT or try again")
    if isinstance(error, anthropic.APIConnectionError):
        return ModelUnreachableError(f"{server.who} cannot be reached: is its address right?")
    if isinstance(error, anthropic.APIStatusError):
        return server.refused(error.status_code, error.api_message or "", error.response.headers.get("retry-after"))
    if isinstance(error, anthropic.APIError):
        return ModelReplyError(f"{server.who} replied out of its own form")
    return ModelRequestError(f"{server.who} cannot be asked in this way: check its address and key")


def _parsed(text: str) -> _Event:
    try:
        return _Event.model_validate_json(text)
    except ValidationError as error:
        raise ModelReplyError("the reply is not in Anthropic's protocol: is ANTHROPIC_BASE_URL right?") from error


def _hang_up(response: httpx2.Response) -> None:
    response.extensions["network_stream"].get_extra_info("socket").shutdown(socket.SHUT_RDWR)
