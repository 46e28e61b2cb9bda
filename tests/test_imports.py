"""Imports point one way, what is heavy is imported where it is needed, and modules stay small."""

import ast
import subprocess
import sys
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("rag", "api", "eval")

FLOORS = [
    "rag.types rag.errors",
    "rag.interfaces rag.settings rag.installation",
    "rag.text",
    "rag.countries",
    "rag.corpus rag.quotes rag.question",
    "rag.store rag.grounding rag.document rag.retrieval rag.models",
    "rag.index",
    "rag.records rag.store.milvus",
    "rag.answer rag.export",
    "rag.assemble",
    "rag.commands rag.cli",
    "api.server eval.cases eval.suites",
    "api.v1 eval.scoring eval.training",
    "api.openai api.mcp eval.runs",
    "api eval.benchmarks",
    "eval",
]
"""The rooms, lowest floor first; of ``rag`` itself each module is one. A room imports from lower floors, or its own."""

FLOOR = {room: height for height, rooms in enumerate(FLOORS) for room in rooms.split()}

CORE = ("rag.types", "rag.errors", "rag.interfaces", "rag.text", "rag.countries", "rag.quotes", "rag.question")
"""Rooms that need the standard library alone, but for the following."""

THIRD_PARTY_IN_CORE = {
    "rag.interfaces": {"numpy"},
    "rag.question.country_spelling": {"rapidfuzz"},
    "rag.text.spelling": {"rapidfuzz"},
    "rag.text.words": {"snowballstemmer"},
}

ONLY_IN = {
    "faiss": {"rag.store.coarse", "rag.store.dense"},
    "tantivy": {"rag.store.lexical"},
    "sentence_transformers": {"rag.retrieval.cross_encoder", "rag.index.encoder"},
    "onnxruntime": {"rag.index.encoder", "rag.retrieval.reader"},
    "torch": {"rag.retrieval.cross_encoder", "rag.index.encoder"},
    "tokenizers": {"rag.index.encoder", "rag.retrieval.passage_reader", "rag.retrieval.reader"},
    "httpx": {"rag.models.openai"},
    "jinja2": {"rag.models.prompts"},
    "rapidfuzz": {"rag.question.country_spelling", "rag.text.spelling"},
    "platformdirs": {"rag.settings"},
    "pymilvus": {"rag.store.milvus.engine"},
    "grpc": {"rag.store.milvus.engine"},
    "ray": {"rag.index.ray_cluster"},
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


def room(module):
    """The folder of a module; of ``rag`` itself the module, since its parts stand on many floors."""
    folder = ".".join(PATHS[module].parent.relative_to(ROOT).parts)
    return module if folder == "rag" else folder


RAG = [module for module in TREES if module.startswith("rag.")]
ROOMS = {
    room(module): {room(name) for each in TREES if room(each) == room(module) for name in own(each)} - {room(module)}
    for module in TREES
    if module != "rag"
}


def test_every_room_has_a_floor():
    """A new room takes its place in ``FLOORS``; one that has gone leaves it."""
    assert ROOMS.keys() == FLOOR.keys()


@pytest.mark.parametrize("name", ROOMS)
def test_a_room_imports_from_lower_floors(name):
    """So that a room can be read with what lies below it, and nothing else."""
    assert {other for other in ROOMS[name] if other != "rag" and FLOOR[other] >= FLOOR[name]} == set()


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


@pytest.mark.parametrize("module", [module for module in RAG if room(module) in CORE])
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
