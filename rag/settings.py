"""Everything that can be configured, read once from the environment."""

from pathlib import Path
from typing import Annotated

from platformdirs import user_data_path
from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from rag.errors import SettingError


class Settings(BaseSettings):
    """Each field is the environment variable ``RAPPORTEUR_`` plus its name in capitals, or the customary one it names.

    Keys are secrets: they show in no representation and no dump.
    """

    model_config = SettingsConfigDict(env_prefix="RAPPORTEUR_", frozen=True, env_ignore_empty=True)

    index: Annotated[Path, Field(description="folder of the index")] = Field(
        default_factory=lambda: user_data_path("rapporteur") / "index"
    )
    store: Annotated[
        str | None, Field(description="Milvus server that holds the index, as milvus+http://host:19530; this disk else")
    ] = None
    milvus_token: Annotated[SecretStr | None, Field(description="user:password, or key, of the Milvus server")] = Field(
        default=None, validation_alias="MILVUS_TOKEN"
    )
    model: Annotated[str, Field(description="who writes the answers, as provider:name")] = "extractive"
    encoder: Annotated[str, Field(description="sentence-transformers model that builds the index, by name or path")] = (
        "all-MiniLM-L6-v2"
    )
    threshold: Annotated[float, Field(ge=0, le=1, description="confidence below which a question is declined")] = 0.33
    reader: Annotated[
        str, Field(description="who reads the best sentences: packaged, none, or a cross-encoder by name or path")
    ] = "packaged"
    threads: Annotated[int, Field(ge=1, le=256, description="threads that embed one question")] = 1
    fallback: Annotated[
        bool, Field(description="whether the reports' own sentences answer where the language model fails")
    ] = True
    timeout: Annotated[float, Field(gt=0, le=3600, description="seconds that a language model's reply may take")] = 120
    window: Annotated[
        int | None,
        Field(ge=1024, le=10_000_000, description="tokens that prompt and reply may have; the provider's default else"),
    ] = None
    api_keys: Annotated[
        SecretStr | None,
        Field(description="keys that the web API asks for, with commas between; none: anybody may ask"),
    ] = None
    rate: Annotated[
        str | None, Field(description="how often one client may ask the web API, such as 60/minute, or off")
    ] = None
    hosts: Annotated[
        str | None, Field(description="names under which the web server is called, with commas between")
    ] = None
    cors_origins: Annotated[
        str | None, Field(description="origins whose pages may use the web API, with commas between; none else")
    ] = None
    log_questions: Annotated[bool, Field(description="whether the web server's log holds what is asked")] = False
    openai_api_key: Annotated[SecretStr | None, Field(description="key of the OpenAI-compatible server")] = Field(
        default=None, validation_alias="OPENAI_API_KEY"
    )
    openai_base_url: Annotated[str, Field(description="address of the OpenAI-compatible server, with its /v1")] = Field(
        default="https://api.openai.com/v1", validation_alias="OPENAI_BASE_URL"
    )
    ollama_host: Annotated[str, Field(description="address of the Ollama server")] = Field(
        default="http://127.0.0.1:11434", validation_alias="OLLAMA_HOST"
    )
    anthropic_api_key: Annotated[SecretStr | None, Field(description="key of the Anthropic API")] = Field(
        default=None, validation_alias="ANTHROPIC_API_KEY"
    )
    anthropic_base_url: Annotated[str, Field(description="address of the Anthropic API")] = Field(
        default="https://api.anthropic.com", validation_alias="ANTHROPIC_BASE_URL"
    )


def load() -> Settings:
    """Settings from the environment; ``SettingError`` naming the variable that is wrong."""
    try:
        return Settings()
    except ValidationError as error:
        fault = error.errors()[0]
        place = "_".join(str(part) for part in fault["loc"]).upper()
        name = place if place in CUSTOMARY else f"RAPPORTEUR_{place}"
        given = name if "KEY" in name else f"{name}={fault['input']!r}"
        raise SettingError(f"{given}: {fault['msg']}: correct or unset it") from None


CUSTOMARY = frozenset(str(field.validation_alias) for field in Settings.model_fields.values() if field.validation_alias)
"""Variables whose names other programs share."""
