"""A local Ollama server, by way of the protocol that it shares with others."""

from rag.models.openai import OpenAIModel
from rag.models.requests import Server, checked_url
from rag.settings import Settings

WINDOW = 4_096
"""Tokens that Ollama gives a model unless told otherwise. It cuts longer prompts silently."""


def connect(name: str, settings: Settings) -> OpenAIModel:
    """The model ``name`` of the server at OLLAMA_HOST; ``SettingError`` where that is no address."""
    url = address(settings.ollama_host)
    server = Server(f"ollama:{name} at {url}", name, url, None, settings.timeout)
    return OpenAIModel("ollama", server, settings.window or WINDOW)


def address(host: str) -> str:
    """OLLAMA_HOST as Ollama reads it: scheme and port may be missing, and 0.0.0.0 means this machine.

    >>> address("0.0.0.0")
    'http://127.0.0.1:11434/v1'
    """
    scheme, _, rest = host.strip().rpartition("://")
    place = rest.strip("/").replace("0.0.0.0", "127.0.0.1")  # noqa: S104 - recognised, not listened on
    if ":" not in place.rpartition("]")[2]:
        place += {"http": ":80", "https": ":443"}.get(scheme, ":11434")
    return checked_url(f"{scheme or 'http'}://{place}", "OLLAMA_HOST") + "/v1"
