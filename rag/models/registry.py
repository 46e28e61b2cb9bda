"""Language models by name, as provider:name; a provider's client is imported when it is chosen."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import cast

from rag.errors import SettingError, UnknownNameError
from rag.installation import optional
from rag.interfaces import ChatModel
from rag.settings import Settings


@dataclass(frozen=True, slots=True)
class Provider:
    module: str
    """Has ``connect(name, settings) -> ChatModel``."""
    example: str
    needs: str
    """What must be set, in words."""
    extra: str = ""
    """What brings a package that it needs, "" where all is there."""


PROVIDERS: Mapping[str, Provider] = MappingProxyType(
    {
        "openai": Provider(
            "rag.models.openai", "openai:gpt-4o-mini", "OPENAI_API_KEY, or OPENAI_BASE_URL of any compatible server"
        ),
        "ollama": Provider("rag.models.ollama", "ollama:llama3.1", "a running Ollama, elsewhere by OLLAMA_HOST"),
        "anthropic": Provider(
            "rag.models.anthropic",
            "anthropic:claude-sonnet-4-5",
            "ANTHROPIC_API_KEY",
            "anthropic",
        ),
    }
)
EXTRACTIVE = "extractive"


def chosen(setting: str) -> tuple[str, str]:
    """Provider and name; ``UnknownNameError`` listing the valid providers, ``SettingError`` where a name is missing."""
    provider, _, name = setting.strip().partition(":")
    if provider not in (EXTRACTIVE, *PROVIDERS):
        valid = ", ".join([EXTRACTIVE, *(f"{one}:NAME" for one in PROVIDERS)])
        raise UnknownNameError(f"RAPPORTEUR_MODEL={setting!r} names no known provider: choose one of {valid}")
    if provider in PROVIDERS and not name.strip():
        example = PROVIDERS[provider].example
        raise SettingError(f"RAPPORTEUR_MODEL={setting!r} names no model: write one after the colon, such as {example}")
    return provider, name.strip()


def connect(setting: str, settings: Settings) -> ChatModel:
    """The client of the model that ``setting`` names; it is not asked anything yet."""
    provider, name = chosen(setting)
    if provider == EXTRACTIVE:
        raise UnknownNameError(f"{EXTRACTIVE} is no language model: choose one of {', '.join(PROVIDERS)}")
    found = PROVIDERS[provider]
    client = optional(found.module, found.extra, f"models of {provider.capitalize()} need its SDK")
    return cast("ChatModel", client.connect(name, settings))
