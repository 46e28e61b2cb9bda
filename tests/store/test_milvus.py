"""A generation on a Milvus server: published whole or not at all, checked when it is read, and gone only when replaced."""

import json
import re
import shutil
import signal
import socket
import subprocess
import sys
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag import assemble, cli
from rag.errors import (
    IndexBusyError,
    IndexDamagedError,
    IndexFormatError,
    IndexMissingError,
    MissingExtraError,
    SettingError,
    StorageError,
)
from rag.index.builder import build
from rag.installation import installing
from rag.settings import Settings
from rag.store import LocalStore, opening
from rag.store.milvus import Engine, MilvusStore, content, load, publish
from rag.store.milvus import engine as engine_module
from rag.store.milvus.catalogue import passage_name, searchable
from rag.store.milvus.engine import CONTENT, PART, collection_name
from tests.fakes import HashEncoder, make_report
from tests.milvus_server import milvus_server

ROOT = Path(__file__).parents[2]


def silent(done, total):
    """Shows no progress."""


def generation(folder, *paragraphs):
    """A local index over one report."""
    build([make_report("Chad", 2021, paragraphs)], folder, "hash", encoders=HashEncoder)
    return LocalStore.open(folder)


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    with milvus_server(tmp_path_factory.mktemp("server")) as address:
        yield address


@pytest.fixture
def engine(address):
    """A server with nothing on it."""
    engine = Engine(address)
    for name in engine.generations():
        engine.drop(name)
    yield engine
    engine.close()


@pytest.fixture(scope="module")
def first(tmp_path_factory):
    return generation(
        tmp_path_factory.mktemp("first"), "Courts were slow.", "Police beat detainees. Judges took bribes."
    )


@pytest.fixture(scope="module")
def later(tmp_path_factory, first):
    """Three generations that came after ``first``, oldest first."""
    return [generation(tmp_path_factory.mktemp("later"), f"Prison number {number} was full.") for number in range(3)]


def texts(store):
    return [passage.text for passage in store.passages(range(len(store)))]


def names(*stores):
    return [collection_name(store.info.generation) for store in stores]


# Publishing


def test_nothing_published_says_how(engine, tmp_path):
    with pytest.raises(IndexMissingError, match=re.escape(engine.address) + ".*`rapporteur index build`"):
        MilvusStore.open(engine, tmp_path)


def test_publishing_again_does_nothing(engine, first):
    assert publish(first, engine, silent) is True
    assert publish(first, engine, silent) is False


def test_progress_counts_passages(engine, first):
    seen = []
    publish(first, engine, lambda done, total: seen.append((done, total)))
    assert seen[0] == (0, len(first))
    assert seen[-1] == (len(first), len(first))
    assert seen == sorted(seen)


def test_a_later_generation_replaces_an_earlier_one_which_stays_for_its_readers(engine, first, later, tmp_path):
    """One is kept. Who reads one that is gone is told to open the index again."""
    publish(first, engine, silent)
    reader = MilvusStore.open(engine, tmp_path)
    publish(later[0], engine, silent)
    assert texts(reader) == texts(first)
    assert texts(MilvusStore.open(engine, tmp_path)) == texts(later[0])
    publish(later[1], engine, silent)
    assert engine.generations() == names(later[0], later[1])
    with pytest.raises(IndexMissingError, match="open the index again"):
        reader.text("chad-2021")


LOADING = """
import os, signal, sys
from pathlib import Path
from rag.settings import Settings
from rag.store import LocalStore, opening
from rag.store.milvus import Engine, load, publish

index, address, stage = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
engine = Engine(address)
def die(*_): os.kill(os.getpid(), signal.SIGKILL)
setattr(engine, stage, die)
publish(LocalStore.open(index), engine, lambda done, total: None)
"""


@pytest.mark.parametrize("stage", ["create", "insert", "complete", "count", "publish"])
def test_a_load_killed_anywhere_leaves_the_live_generation(engine, first, later, tmp_path, stage):
    """And the next load clears away what it left."""
    publish(first, engine, silent)
    folder = later[0].folder.parent
    killed = subprocess.run(
        [sys.executable, "-c", LOADING, str(folder), engine.address, stage],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    store = MilvusStore.open(engine, tmp_path)
    assert texts(store) == texts(first)
    store.verify()
    publish(later[1], engine, silent)
    assert engine.generations() == names(first, later[1])


def test_a_killed_load_can_be_repeated(engine, first, later, tmp_path):
    publish(first, engine, silent)
    engine.create(collection_name(later[0].info.generation), 32)
    assert publish(later[0], engine, silent)
    assert texts(MilvusStore.open(engine, tmp_path)) == texts(later[0])


def test_a_load_that_fails_leaves_nothing(engine, first, later, monkeypatch, tmp_path):
    publish(first, engine, silent)

    def fail(*_):
        raise StorageError("the server's disk is full")

    monkeypatch.setattr(engine, "complete", fail)
    with pytest.raises(StorageError, match="disk is full"):
        publish(later[0], engine, silent)
    assert engine.generations() == names(first)
    assert texts(MilvusStore.open(engine, tmp_path)) == texts(first)


def test_a_server_that_lost_rows_is_not_published(engine, first, later, monkeypatch, tmp_path):
    publish(first, engine, silent)
    monkeypatch.setattr(engine, "count", lambda name: 0)
    with pytest.raises(IndexDamagedError, match="lost passages"):
        publish(later[0], engine, silent)
    assert texts(MilvusStore.open(engine, tmp_path)) == texts(first)


@pytest.mark.parametrize("other", [1, 2], ids=["another machine's", "a later one"])
def test_of_two_machines_that_publish_at_once_one_is_told(engine, first, later, tmp_path, other):
    """Nothing that was live meanwhile is replaced by what did not know it."""
    publish(first, engine, silent)

    def meanwhile(done, total):
        if done == total:
            publish(later[other], Engine(engine.address), silent)

    with pytest.raises(IndexBusyError, match="publish again"):
        publish(later[0], engine, meanwhile)
    assert texts(MilvusStore.open(engine, tmp_path)) == texts(later[other])
    assert collection_name(later[0].info.generation) not in engine.generations()


def test_other_collections_of_the_server_are_left_alone(engine, first, later):
    engine.create("somebody_elses", 4)
    publish(first, engine, silent)
    publish(later[0], engine, silent)
    publish(later[1], engine, silent)
    assert engine.count is not None
    assert {"somebody_elses", "somebody_elses" + CONTENT} <= set(engine._client.list_collections())
    engine.drop("somebody_elses")


def test_databases_of_one_server_are_apart(engine, first, later, tmp_path):
    """The path of the address names one."""
    engine._client.create_database("other")
    there = Engine(f"{engine.address}/other")
    publish(first, engine, silent)
    publish(later[0], there, silent)
    assert texts(MilvusStore.open(engine, tmp_path)) == texts(first)
    assert texts(MilvusStore.open(there, tmp_path)) == texts(later[0])
    for name in there.generations():
        there.drop(name)
    engine._client.drop_database("other")


# Damage


def row_of(engine, name, key):
    [row] = engine.rows(name + CONTENT, [key], ["name", "parts", "seal", "content", "unused"])
    return row


def swapped(row, other):
    return {**other, "name": row["name"]}


def cut(row, other):
    return {**row, "content": row["content"][: len(row["content"]) // 8 * 4]}


def flipped(row, other):
    place = len(row["content"]) // 2
    letter = "A" if row["content"][place] != "A" else "B"
    return {**row, "content": row["content"][:place] + letter + row["content"][place + 1 :]}


def emptied(row, other):
    return {**row, "content": ""}


def garbled(row, other):
    return {**row, "content": "no Base64 at all!"}


@pytest.mark.parametrize("damage", [swapped, cut, flipped, emptied, garbled])
@pytest.mark.parametrize("key", ["passage/0#0", "text/0#0", "frequencies#0", "vocabulary#0", "encoder.onnx#0"])
def test_an_altered_row_is_an_error_and_never_a_wrong_quote(engine, first, tmp_path, key, damage):
    publish(first, engine, silent)
    [name] = names(first)
    row, other = row_of(engine, name, key), row_of(engine, name, f"{passage_name(1)}#0")
    engine._client.upsert(name + CONTENT, [damage(row, other)])
    store = MilvusStore.open(engine, tmp_path)
    assert store.passages([1]) == first.passages([1])
    asked = {
        "passage/0#0": lambda: store.passages([0]),
        "text/0#0": lambda: store.text("chad-2021"),
        "frequencies#0": lambda: store.frequency("court"),
        "vocabulary#0": lambda: store.vocabulary,
        "encoder.onnx#0": lambda: store.folder,
    }
    for ask in (asked[key], store.verify):
        with pytest.raises(IndexDamagedError, match="`rapporteur index build`"):
            ask()


def test_a_missing_row_is_damage(engine, first, tmp_path):
    publish(first, engine, silent)
    [name] = names(first)
    store = MilvusStore.open(engine, tmp_path)
    engine._client.delete(name + CONTENT, ids=[f"{passage_name(1)}#0"])
    assert store.passages([0]) == first.passages([0])
    with pytest.raises(IndexDamagedError, match=r"lacks 'passage/1#0'"):
        store.passages([0, 1])


@pytest.mark.parametrize("change", [{"report": 7}, {"vector": [0.1] * 32}, None], ids=["report", "vector", "missing"])
def test_what_is_searched_is_held_against_what_is_read(engine, first, tmp_path, change):
    """A row that would be found for another passage's words, or not at all, shows when all is verified."""
    publish(first, engine, silent)
    [name] = names(first)
    store = MilvusStore.open(engine, tmp_path)
    store.verify()
    [row] = engine.rows(name, [1], ["number", "report", "vector", "terms"])
    if change:
        engine._client.upsert(name, [{**row, **change}])
    else:
        engine._client.delete(name, ids=[1])
    with pytest.raises(IndexDamagedError, match="passage 1 of"):
        store.verify()


def test_another_format_is_named(engine, first, tmp_path, monkeypatch):
    publish(first, engine, silent)
    monkeypatch.setattr("rag.store.milvus.store.FORMAT", 99)
    with pytest.raises(IndexFormatError, match="has format 1, this version reads format 99"):
        MilvusStore.open(engine, tmp_path)


# Large things


def test_long_reports_take_several_rows(engine, tmp_path):
    """More than one field, and one answer of the server, can hold."""
    rng = np.random.default_rng(3)
    words = ["".join(map(chr, codes)) for codes in rng.integers(0x4E00, 0x9FFF, (20_000, 10))]
    store = generation(tmp_path / "long", "Courts were slow.", " ".join(words) + ".")
    publish(store, engine, silent)
    found = MilvusStore.open(engine, tmp_path)
    [name] = names(store)
    assert row_of(engine, name, "text/0#0")["parts"] > 5
    assert found.text("chad-2021") == store.text("chad-2021")
    assert texts(found) == texts(store)


def test_only_so_many_passages_are_kept(engine, tmp_path, monkeypatch):
    monkeypatch.setattr("rag.store.milvus.store._PASSAGES_KEPT", 3)
    store = generation(tmp_path / "many", *(f"Prison number {number} was full." for number in range(9)))
    publish(store, engine, silent)
    found = MilvusStore.open(engine, tmp_path)
    assert texts(found) == texts(store)
    assert len(found._held) == 3


def test_what_was_found_is_fetched_once(engine, first, tmp_path, monkeypatch):
    """The passages of a question are one request, and their sentences' similarities none."""
    publish(first, engine, silent)
    store = MilvusStore.open(engine, tmp_path)
    asked, rows = [], engine.rows
    monkeypatch.setattr(engine, "rows", lambda *request: asked.append(request) or rows(*request))
    vector = HashEncoder().encode(["courts"])[0]
    store.passages([0, 1])
    for number in (0, 1):
        store.similarities(vector, number)
        store.passages([number])
    assert len(asked) == 1


def test_above_a_million_passages_a_graph_is_searched(engine, tmp_path, monkeypatch):
    """It finds at least 99 of 100 of what comparing every vector does."""
    monkeypatch.setattr(engine_module, "EXACT", 100)
    rng = np.random.default_rng(2)
    paragraphs = [" ".join(f"word{n}" for n in rng.integers(0, 300, 12)) + "." for _ in range(1500)]
    store = generation(tmp_path / "graph", *paragraphs)
    publish(store, engine, silent)
    found = MilvusStore.open(engine, tmp_path)
    hits = 0
    for question in HashEncoder().encode([f"word{n} word{n + 1} word{n + 7}" for n in range(0, 200, 4)]):
        exact = {number for number, _ in store.similar(question, 10)}
        hits += len(exact & {number for number, _ in found.similar(question, 10)})
    assert hits >= 0.99 * 10 * 50


# The encoder


def test_the_encoder_is_fetched_once_for_each_model(engine, first, later, tmp_path, monkeypatch):
    """Another generation with the same encoder takes the copy that is there."""
    publish(first, engine, silent)
    kept = MilvusStore.open(engine, tmp_path).folder
    publish(later[0], engine, silent)
    store = MilvusStore.open(engine, tmp_path)
    monkeypatch.setattr(store, "_content", None)
    assert store.folder == kept


def test_a_damaged_copy_of_the_encoder_is_fetched_again(engine, first, tmp_path):
    publish(first, engine, silent)
    kept = MilvusStore.open(engine, tmp_path).folder / "encoder.onnx"
    whole = kept.read_bytes()
    kept.write_bytes(b"cut")
    assert (MilvusStore.open(engine, tmp_path).folder / "encoder.onnx").read_bytes() == whole
    assert [path.name for path in kept.parents[1].iterdir()] == [kept.parent.name]


def test_a_folder_that_cannot_be_written_is_named(engine, first, tmp_path):
    publish(first, engine, silent)
    (tmp_path / "encoders").write_text("in the way")
    with pytest.raises(StorageError, match="RAPPORTEUR_INDEX"):
        _ = MilvusStore.open(engine, tmp_path).folder


# The address


@pytest.mark.parametrize("given", ["", "host:19530", "http://host:19530", "milvus+http://", "milvus://host"])
def test_an_address_of_another_kind_is_refused(given):
    with pytest.raises(SettingError, match=r"milvus\+http://host:19530"):
        Engine(given)


def test_a_password_in_the_address_is_refused_and_not_repeated():
    with pytest.raises(SettingError, match="MILVUS_TOKEN") as caught:
        Engine("milvus+http://root:hunter2@127.0.0.1:19530")
    assert "hunter2" not in str(caught.value)


def test_no_server_is_said_in_one_line(capfd):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"milvus+http://127.0.0.1:{free.getsockname()[1]}"
    with pytest.raises(StorageError, match=re.escape(address)) as caught:
        Engine(address)
    assert "\n" not in str(caught.value)
    assert "RAPPORTEUR_STORE" in str(caught.value)
    assert capfd.readouterr() == ("", "")


def test_a_server_that_goes_away_is_an_error(first, tmp_path, monkeypatch):
    """And none that leaves the caller waiting for long."""
    monkeypatch.setattr(engine_module, "_PATIENCE", 3.0)
    with milvus_server(tmp_path / "server") as address:
        engine = Engine(address)
        publish(first, engine, silent)
        store = MilvusStore.open(engine, tmp_path)
    with pytest.raises(StorageError, match=re.escape(address)):
        store.text("chad-2021")
    with pytest.raises(StorageError, match=re.escape(address)):
        store.matching(["court"], 5)


# The product

QUESTIONS = (
    "How many complaints of torture did the ombudsman receive in 2020?",
    "Who banned the Koshe Party?",
    "Were journalists detained while covering protests?",
    "How were prison conditions in 2016 and in 2020?",
    "Did President Macron visit a prison?",
)


@pytest.fixture
def rapporteur(engine, monkeypatch, capsys):
    """Runs the command on a machine that knows the server; gives its output."""

    def run(index, *arguments):
        monkeypatch.setenv("RAPPORTEUR_STORE", engine.address)
        monkeypatch.setenv("RAPPORTEUR_INDEX", str(index))
        monkeypatch.setattr(sys, "excepthook", sys.excepthook)
        monkeypatch.setattr(sys, "argv", ["rapporteur", *map(str, arguments)])
        with suppress(SystemExit):
            cli.main()
        return capsys.readouterr().out

    return run


@pytest.mark.slow
def test_what_one_machine_published_another_answers_alike(engine, real_index, tmp_path):
    """From the address alone, with the answers, quotes and index that the first machine gives."""
    settings = Settings(index=real_index, store=None)
    assert opening.publish(settings.model_copy(update={"store": engine.address}), silent)
    there = assemble.answerer(Settings(index=tmp_path / "nothing here yet", store=engine.address))
    here = assemble.answerer(settings)
    for question in QUESTIONS:
        one, other = (asdict(answerer.ask(question)) for answerer in (here, there))
        for answer in (one, other):
            answer.pop("timings_ms")
        assert other.pop("confidence") == pytest.approx(one.pop("confidence"), abs=1e-3)
        assert other == one


@pytest.mark.slow
def test_commands_publish_and_answer(engine, real_index, rapporteur, tmp_path):
    """A build that changes nothing publishes all the same; removing a report publishes the next generation."""
    index, elsewhere = tmp_path / "index", tmp_path / "elsewhere"
    shutil.copytree(real_index, index)
    assert f"published to {engine.address}" in rapporteur(index, "index", "build")
    assert f"published already to {engine.address}" in rapporteur(index, "index", "build")
    told = json.loads(rapporteur(elsewhere, "index", "status", "--json"))
    assert (told["path"], told["reports"]) == (engine.address, 2)
    assert "as it was built" in rapporteur(elsewhere, "index", "check")
    assert json.loads(rapporteur(elsewhere, "ask", "Who banned the Koshe Party?", "--json"))["outcome"] == "answered"
    assert f"published to {engine.address}" in rapporteur(index, "index", "remove", "kazakhstan-2016")
    assert "kazakhstan-2016" not in rapporteur(elsewhere, "reports", "list")


@pytest.mark.slow
def test_another_index_of_this_machine_is_not_the_servers(engine, real_index, rapporteur, tmp_path):
    """``--index`` names a folder, whatever the settings say."""
    assert json.loads(rapporteur(tmp_path, "index", "status", "--json", "--index", real_index))["reports"] == 2
    assert engine.generations() == []


def test_a_missing_package_is_named(monkeypatch):
    """With the extra that brings it."""
    for module in [name for name in sys.modules if name.startswith("rag.store.milvus")]:
        monkeypatch.delitem(sys.modules, module)
    monkeypatch.setitem(sys.modules, "pymilvus", None)
    with pytest.raises(MissingExtraError, match=re.escape(installing("milvus"))):
        opening.opened(Settings(store="milvus+http://127.0.0.1:19530"))


def test_who_serves_for_long_learns_of_a_new_generation(engine, first, later, tmp_path, monkeypatch):
    """On a server and on this disk alike; a server that is away is no news."""
    monkeypatch.setattr(opening, "_LOOKS", 0)
    publish(first, engine, silent)
    live = opening.watch(Settings(store=engine.address))
    before = live()
    assert live() == before
    publish(later[0], engine, silent)
    assert live() not in (before, None)
    seen = live()
    monkeypatch.setattr(live._engine, "live", unreachable)
    assert live() == seen
    local = opening.watch(Settings(index=tmp_path / "index", store=None))
    assert local() is None
    generation(tmp_path / "index", "Courts were slow.")
    assert local() is not None


def unreachable():
    raise StorageError("the server is away")


# Terms


@given(st.lists(st.text(min_size=1).filter(lambda term: len(term.split()) == 1 and term == term.strip())))
def test_terms_survive_any_tokenizer(terms):
    """Each stays one token of small letters and digits, and distinct ones stay distinct."""
    tokens = searchable(terms).split(" ") if terms else []
    assert re.findall(r"[a-z0-9]+", " ".join(tokens)) == tokens
    assert len(tokens) == len(terms)
    assert len(set(tokens)) == len(set(terms))


def test_a_term_that_looks_escaped_is_escaped():
    """So that no other term can be mistaken for it."""
    assert searchable(["ü"]) == "xc3bc"
    assert searchable(["xc3bc"]) != "xc3bc"


@given(st.lists(st.text("ab", min_size=1, max_size=9), min_size=1))
def test_what_does_not_fit_a_field_is_cut_between_terms(terms):
    text = load._fitting(" ".join([*terms] * (PART // len(" ".join(terms)) + 1)))
    assert len(text) <= PART
    assert set(text.split()) <= set(terms)


@given(st.binary(max_size=200), st.integers(0, 3))
def test_pieces_come_back(content_given, repeats):
    """Whatever the bytes, and however many rows they take."""
    held = {row["name"]: row for row in content.to_rows("g", "n", content_given * 10**repeats)}
    assert content._joined("g", "n", held) == content_given * 10**repeats
    with pytest.raises(IndexDamagedError):
        content._joined("h", "n", held)
