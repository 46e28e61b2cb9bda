"""Everything that can be configured, read once from the environment."""

from pathlib import Path
from typing import Annotated

from platformdirs import user_data_path
from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from rag.errors import SettingError


class Settings(BaseSettings):
    """Each field is the environment variable ``RAPPORTEUR_`` plus its name in capitals."""

    model_config = SettingsConfigDict(env_prefix="RAPPORTEUR_", frozen=True, env_ignore_empty=True)

    index: Annotated[Path, Field(description="folder of the index")] = Field(
        default_factory=lambda: user_data_path("rapporteur") / "index"
    )
    model: Annotated[str, Field(description="who writes the answers, as provider:name")] = "extractive"
    encoder: Annotated[str, Field(description="sentence-transformers model that builds the index, by name or path")] = (
        "all-MiniLM-L6-v2"
    )
    threshold: Annotated[float, Field(ge=0, le=1, description="confidence below which a question is declined")] = 0.55
    threads: Annotated[int, Field(ge=1, le=256, description="threads that embed one question")] = 2


def load() -> Settings:
    """Settings from the environment; ``SettingError`` naming the variable that is wrong."""
    try:
        return Settings()
    except ValidationError as error:
        fault = error.errors()[0]
        name = "RAPPORTEUR_" + "_".join(str(part) for part in fault["loc"]).upper()
        raise SettingError(f"{name}={fault['input']!r}: {fault['msg']}: correct or unset it") from error
