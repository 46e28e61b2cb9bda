"""This installation: under which name and version it stands, and how what is optional is added to it."""

import json
from functools import cache
from importlib import import_module
from importlib.metadata import Distribution, entry_points
from types import ModuleType
from urllib.parse import urlparse
from urllib.request import url2pathname

from rag.errors import MissingExtraError

COMMANDS = "rapporteur.commands"
"""Entry point group of commands outside ``rag.commands``: name = "module:app"."""
_OWN = frozenset(("rag", "api", "eval"))


@cache
def distribution() -> Distribution | None:
    """The distribution that this code is installed by, whatever its name; ``None`` where it only lies there."""
    return next(
        (entry.dist for entry in entry_points(group=COMMANDS, name="serve") if entry.module == "api.command"), None
    )


def version() -> str:
    """As installed; "0" where it is not."""
    found = distribution()
    return found.version if found else "0"


def installing(extra: str) -> str:
    """The command that adds ``extra`` to this very installation, for a message."""
    found = distribution()
    folder = _checkout(found) if found else ""
    if found is None or folder:
        return f"pip install '.[{extra}]'" + (f" in {folder}" if folder else "")
    return f"pip install '{found.name}[{extra}]'"


def _checkout(found: Distribution) -> str:
    """The folder that it was installed from, "" where it came from a registry."""
    record = json.loads(found.read_text("direct_url.json") or "{}")
    return url2pathname(urlparse(record["url"]).path) if "dir_info" in record else ""


def optional(module: str, extra: str, need: str) -> ModuleType:
    """``module``, which is or uses what ``extra`` brings; ``MissingExtraError`` saying ``need`` and what to install."""
    try:
        return import_module(module)
    except ImportError as error:
        if (error.name or "").partition(".")[0] in _OWN:
            raise
        raise MissingExtraError(f"{need}: {installing(extra)}") from error
