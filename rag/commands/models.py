"""rapporteur models"""

from dataclasses import dataclass
from typing import Annotated

import typer

from rag import settings
from rag.commands.options import Json, plain, print_json
from rag.errors import RapporteurError
from rag.models import registry
from rag.settings import Settings

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of a provider."""

    provider: str
    model: str
    """As RAPPORTEUR_MODEL names it."""
    configured: bool
    state: str
    """"ready", "not asked", or "unusable"."""
    detail: str


@app.command()
def models(
    probe: Annotated[bool, typer.Option(help="Ask servers whether they answer; only those set up.")] = True,
    json: Json = False,
) -> None:
    """Tell which models can write the answers, which one does, and what the others lack."""
    loaded = settings.load()
    found = [standing(provider, loaded, probe=probe) for provider in (registry.EXTRACTIVE, *registry.PROVIDERS)]
    if json:
        print_json([plain(one) for one in found])
        return
    for one in found:
        typer.echo(f"{'*' if one.configured else ' '} {one.model:28} {one.state:10} {one.detail}")
    typer.echo("\n* answers now. Another one: RAPPORTEUR_MODEL=provider:name")


def standing(provider: str, loaded: Settings, *, probe: bool) -> Standing:
    """How a provider stands. A server is asked where it is the configured one, or is set up and ``probe`` is given."""
    mine, name = registry.chosen(loaded.model)
    configured = mine == provider
    if provider == registry.EXTRACTIVE:
        return Standing(provider, provider, configured, "ready", "the reports' own sentences, no language model")
    model = f"{provider}:{name}" if configured else registry.PROVIDERS[provider].example
    needs = registry.PROVIDERS[provider].needs
    try:
        client = registry.connect(model, loaded)
    except RapporteurError as error:
        return Standing(provider, model, configured, "unusable", str(error))
    try:
        if not (probe and (configured or provider == "ollama")):
            return Standing(provider, model, configured, "not asked", f"set up; needs {needs}")
        return Standing(provider, model, configured, "ready", client.probe())
    except RapporteurError as error:
        return Standing(provider, model, configured, "unusable", str(error))
    finally:
        client.close()
