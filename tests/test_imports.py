"""Imports point one way, what is heavy is imported where it is needed, and modules stay small."""

import ast
import subprocess
import sys
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("rag", "api", "eval")

LAYERS = {
    "nouns": "types errors",
    "contracts": "interfaces",
    "core": """asked citation conversation countries draft grounding hidden passages planted prompt_safety prompts
        quotes ranking sentences spelling words scope""",
    "adapters": """changes cluster corpus cross_encoder document encoder export indexing ledger models ranker reader receipt retriever
        schema settings shelf store verification""",
    "spine": "answer",
    "assembly": "assemble",
    "edge": "cli commands display",
}
"""Layer to its modules and packages of ``rag``, lowest first. A module imports its own layer or a lower one."""

HEIGHT = {name: height for height, names in enumerate(LAYERS.values()) for name in names.split()}

THIRD_PARTY_IN_CORE = {
    "rag.interfaces": {"numpy"},
    "rag.prompts": {"jinja2"},
    "rag.scope.typed": {"rapidfuzz"},
    "rag.spelling": {"rapidfuzz"},
    "rag.words": {"snowballstemmer"},
}
"""Everything else up to the core needs the standard library alone."""

ONLY_IN = {
    "faiss": {"rag.store.coarse", "rag.store.dense"},
    "tantivy": {"rag.store.lexical"},
    "sentence_transformers": {"rag.cross_encoder", "rag.encoder"},
    "onnxruntime": {"rag.encoder", "rag.reader"},
    "torch": {"rag.cross_encoder", "rag.encoder"},
    "tokenizers": {"rag.encoder", "rag.reader"},
    "httpx": {"rag.models.openai"},
    "jinja2": {"rag.prompts"},
    "rapidfuzz": {"rag.scope.typed", "rag.spelling"},
    "platformdirs": {"rag.settings"},
    "pymilvus": {"rag.store.milvus.engine"},
    "grpc": {"rag.store.milvus.engine"},
    "ray": {"rag.cluster"},
    "selectolax": {"rag.corpus.webpage", "rag.corpus.state_gov"},
    "backports": {"rag.corpus.archive"},
}


def module_name(path):
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


TREES = {
    module_name(path): ast.parse(path.read_text(encoding="utf-8"))
    for package in PACKAGES
    for path in sorted((ROOT / package).rglob("*.py"))
}
PATHS = {module_name(path): path for package in PACKAGES for path in (ROOT / package).rglob("*.py")}


def imported(module, *, inside_functions=False):
    """Modules that ``module`` imports, in full; of ``from package import name`` the submodule where it is one."""
    nodes = ast.walk(TREES[module])
    if inside_functions:
        functions = [node for node in nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
        nodes = [node for function in functions for node in ast.walk(function)]
    found = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module} imports relatively"
            full = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= (full & TREES.keys()) or {node.module}
            if full - TREES.keys():
                found.add(node.module)
    return found - {module}


def own(module):
    return {name for name in imported(module) if name.partition(".")[0] in PACKAGES}


def unit(module):
    """The part of ``rag`` that the table of layers names; empty for ``rag`` itself."""
    return module.split(".")[1] if module.startswith("rag.") else ""


RAG = [module for module in TREES if unit(module)]


def test_every_module_has_a_layer():
    """A new module of ``rag`` takes its place in ``LAYERS``; one that has gone leaves it."""
    assert {unit(module) for module in RAG} == set(HEIGHT)


@pytest.mark.parametrize("module", RAG)
def test_a_module_imports_its_own_layer_or_a_lower_one(module):
    higher = {
        name for name in own(module) if unit(name) and HEIGHT.get(unit(name), 0) > HEIGHT.get(unit(module), len(HEIGHT))
    }
    assert higher == set()


def test_imports_go_round_in_no_circle():
    """A package's ``__init__`` is imported with each of its modules, but offers them only to others."""
    graph = {
        module: {name for name in own(module) if not (module + ".").startswith(name + ".")}
        for module in TREES
        if PATHS[module].name != "__init__.py"
    }
    assert list(TopologicalSorter(graph).static_order())


@pytest.mark.parametrize(("package", "others"), [("rag", ("api", "eval")), ("api", ("eval",)), ("eval", ("api",))])
def test_packages_meet_only_in_rag(package, others):
    guilty = {
        module: name
        for module in TREES
        if module.partition(".")[0] == package
        for name in own(module)
        if name.partition(".")[0] in others
    }
    assert guilty == {}


@pytest.mark.parametrize("module", [module for module in TREES if module != "eval.cli"])
def test_own_modules_are_imported_at_the_top(module):
    """A hidden import hides a circle, or a layer that is too high. A command line may wait for its command."""
    inside = {name for name in imported(module, inside_functions=True) if name.partition(".")[0] in PACKAGES}
    assert inside == set()


@pytest.mark.parametrize("package", ONLY_IN)
def test_each_adapted_package_is_known_to_one_module(package):
    """So that it can be replaced there."""
    users = {
        module
        for module in TREES
        if module.startswith("rag") and package in {name.partition(".")[0] for name in imported(module)}
    }
    assert users <= ONLY_IN[package]


@pytest.mark.parametrize("module", [module for module in RAG if HEIGHT.get(unit(module), 9) <= HEIGHT["words"]])
def test_the_core_needs_the_standard_library_alone(module):
    foreign = {name.partition(".")[0] for name in imported(module)} - sys.stdlib_module_names - {"rag"}
    assert foreign <= THIRD_PARTY_IN_CORE.get(module, set())


HEAVY = "numpy faiss onnxruntime torch tantivy pydantic sentence_transformers tokenizers httpx jinja2 snowballstemmer"


def loaded(code):
    """Modules that a fresh interpreter has imported after ``code``."""
    program = f"{code}\nimport sys; print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT, check=True)
    return set(run.stdout.split())


def test_the_command_line_imports_nothing_heavy():
    assert loaded("import rag.cli") & set(HEAVY.split()) == set()


def test_asking_needs_neither_torch_nor_sentence_transformers():
    """Importing them takes longer than answering."""
    assert (
        loaded("import rag.assemble")
        & set("torch sentence_transformers transformers httpx jinja2 pymilvus ray".split())
        == set()
    )


def test_importing_the_product_reads_no_environment():
    """Settings are read once, at the edge."""
    readers = {
        module
        for module, tree in TREES.items()
        if module.startswith("rag.")
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in ("environ", "getenv")
    }
    assert readers <= {"rag.cli", "rag.settings"}


VAGUE = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "base", "core"}


@pytest.mark.parametrize("module", TREES)
def test_modules_are_named_for_what_they_do(module):
    assert set(module.split(".")) & VAGUE == set()


@pytest.mark.parametrize("module", TREES)
def test_every_module_says_what_it_is_for(module):
    empty = PATHS[module].stat().st_size == 0
    assert empty or ast.get_docstring(TREES[module])


LONGEST_MODULE, LONGEST_FUNCTION = 350, 50
"""Lines."""


@pytest.mark.parametrize("module", TREES)
def test_modules_and_functions_keep_to_their_budget(module):
    assert len(PATHS[module].read_text(encoding="utf-8").splitlines()) <= LONGEST_MODULE
    functions = [node for node in ast.walk(TREES[module]) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    lengths = {node.name: (node.end_lineno or 0) - node.lineno + 1 for node in functions}
    assert {name: length for name, length in lengths.items() if length > LONGEST_FUNCTION} == {}


def test_errors_of_other_modules_hang_on_the_tree():
    """So that the edges know them all by their kind."""
    known = {node.name for node in ast.walk(TREES["rag.errors"]) if isinstance(node, ast.ClassDef)}
    loose = {
        f"{module}.{node.name}"
        for module, tree in TREES.items()
        if module.startswith("rag.") and module != "rag.errors"
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef) and node.name.endswith(("Error", "Exception"))
        if not {base.id for base in node.bases if isinstance(base, ast.Name)} & known
    }
    assert loose == set()
