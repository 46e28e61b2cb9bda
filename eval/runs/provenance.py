"""What a run was: enough to tell whether two runs are of the same thing, and to do it again."""

import platform
import shutil
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from importlib import metadata
from pathlib import Path
from typing import Any

import rag
from rag.interfaces import Drafter, PassageStore

_PACKAGES = (
    "rapporteur",
    "faiss-cpu",
    "numpy",
    "onnxruntime",
    "sentence-transformers",
    "tantivy",
    "tokenizers",
    "torch",
)
_PASSING = ("started", "workers", "commit", "dirty")
"""Entries in which two descriptions of one run may differ. The code itself is compared by its hash."""


@dataclass(frozen=True, slots=True)
class Commit:
    name: str | None
    """``None`` where the code is no git checkout."""
    dirty: bool | None


def describe(
    settings: Mapping[str, Any], store: PassageStore, drafter: Drafter, cases: Sequence[Path], seed: int
) -> dict[str, Any]:
    """The description, as JSON. ``settings``: plain values."""
    root = Path(rag.__file__).parent.parent
    commit = _commit(root)
    return {
        "commit": commit.name,
        "dirty": commit.dirty,
        "code_sha256": _code(root),
        "settings": dict(settings),
        "model": {"provider": drafter.info.provider, "name": drafter.info.name},
        "prompt_sha256": drafter.prompt_sha256,
        "index": {
            "corpus_sha256": store.info.corpus_sha256,
            "encoder": store.info.encoder,
            "generation": store.info.generation,
            "reports": len(store.reports),
            "passages": len(store),
        },
        "cases": [{"file": path.name, "sha256": sha256(path.read_bytes()).hexdigest()} for path in cases],
        "seed": seed,
        "python": platform.python_version(),
        "packages": dict(_versions(_PACKAGES)),
    }


def differences(kept: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """Names of the entries that make both descriptions two different runs."""
    names = sorted({*kept, *now} - set(_PASSING))
    return [name for name in names if kept.get(name) != now.get(name)]


def _code(root: Path) -> str:
    """Hash of everything that decides an answer: the answering package and the prompts, apart from what is compiled."""
    digest = sha256()
    for folder in ("rag", "prompts"):
        for path in sorted((root / folder).rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                digest.update(f"{path.relative_to(root).as_posix()}\n".encode())
                digest.update(sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _commit(root: Path) -> Commit:
    git = shutil.which("git")
    if git is None or not (root / ".git").exists():
        return Commit(None, None)
    head = _git(git, root, "rev-parse", "HEAD")
    changed = _git(git, root, "status", "--porcelain")
    return Commit(head, None if changed is None else bool(changed))


def _git(program: str, root: Path, *arguments: str) -> str | None:
    # The arguments are this module's own constants.
    done = subprocess.run([program, "-C", str(root), *arguments], capture_output=True, text=True, check=False)  # noqa: S603
    return done.stdout.strip() if done.returncode == 0 else None


def _versions(packages: Iterable[str]) -> Iterable[tuple[str, str]]:
    for name in packages:
        try:
            yield name, metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
