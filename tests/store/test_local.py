"""The store gives back exactly what was built, filters exactly, and never answers from damaged files."""

import json
import os
import shutil
from concurrent.futures import ThreadPoolExecutor
from math import log
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.corpus.passages import split
from rag.errors import (
    IndexDamagedError,
    IndexFormatError,
    IndexMissingError,
    StoreError,
)
from rag.index.builder import build
from rag.store import LocalStore, coarse, dense
from rag.store.dense import DenseIndex, to_bytes
from rag.store.generation import FORMAT, name_hash
from rag.store.lexical import Indexed, LexicalIndex, write_index
from rag.text.words import terms
from tests.fakes import HashEncoder, make_report

REPORTS = [
    make_report(
        "Kazakhstan", 2020, ["Police beat protesters in Almaty. The ombudsman received 125 complaints.", "No."]
    ),
    make_report(
        "Côte d’Ivoire", 2021, ["“Détenus” were held for 72 hours 😀. Courts were slow.", "Judges took bribes."]
    ),
    make_report("Chad", 2021, ["Prisons were overcrowded.", "Police beat detainees. Courts were slow."]),
    make_report("Chad", 2019, ["Courts were slow."]),
]


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    folder = tmp_path_factory.mktemp("store") / "index"
    build(REPORTS, folder, "hash", encoders=HashEncoder)
    return folder


@pytest.fixture(scope="module")
def store(index):
    return LocalStore.open(index)


@pytest.fixture(scope="module")
def large(tmp_path_factory):
    """An index whose files are larger than the edges that opening compares."""
    folder = tmp_path_factory.mktemp("large") / "index"
    rng = np.random.default_rng(1)
    texts = [" ".join(f"word{n}" for n in rng.integers(0, 4000, 40)) + "." for _ in range(600)]
    build([make_report("Chad", 2021, texts)], folder, "hash", encoders=HashEncoder)
    return folder


def live_folder(index):
    return index / (index / "CURRENT").read_text().strip()


# What goes in comes out


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), min_size=1, max_size=60).map(
            lambda t: f"X {t} y."
        ),
        min_size=1,
        max_size=5,
    )
)
def test_any_text_survives(tmp_path_factory, paragraphs):
    """Whatever characters a report holds, its text and passages come back, and its slices agree."""
    report = make_report("Chad", 2021, paragraphs)
    folder = tmp_path_factory.mktemp("any")
    build([report], folder, "hash", encoders=HashEncoder)
    store = LocalStore.open(folder)
    assert store.text("chad-2021") == report.text
    assert store.passages(range(len(store))) == split(report)


def test_opening_leaves_the_generation_untouched(index):
    folder = live_folder(index)
    before = {path: path.stat().st_mtime_ns for path in [folder, *folder.rglob("*")]}
    LocalStore.open(index).matching(["court"], 5)
    assert {path: path.stat().st_mtime_ns for path in [folder, *folder.rglob("*")]} == before


# Search


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_filtered_dense_search_equals_brute_force(tmp_path_factory, data):
    """The best cosines over any set of ranges, computed in full over the stored half-precision vectors."""
    count, dimension = data.draw(st.integers(1, 200)), data.draw(st.integers(1, 24))
    rng = np.random.default_rng(data.draw(st.integers(0, 2**32)))
    vectors = rng.standard_normal((count, dimension)).astype(np.float16)
    path = tmp_path_factory.mktemp("dense") / "dense.faiss"
    to_bytes(vectors).tofile(path)
    cuts = sorted(data.draw(st.lists(st.integers(0, count), max_size=8)))
    ranges = [range(a, b) for a, b in zip(cuts[::2], cuts[1::2], strict=False)] if data.draw(st.booleans()) else None
    allowed = range(count) if ranges is None else [number for part in ranges for number in part]
    query, limit = rng.standard_normal(dimension).astype(np.float32), data.draw(st.integers(1, 40))
    scores = {number: float(vectors[number].astype(np.float32) @ query) for number in allowed}
    found = DenseIndex(path, count, dimension).search(query, limit, ranges)
    assert [score for _, score in found] == pytest.approx(sorted(scores.values(), reverse=True)[:limit], abs=1e-4)
    assert len({number for number, _ in found}) == len(found)
    assert all(scores[number] == pytest.approx(score, abs=1e-4) for number, score in found)


def clustered(count, dimension=48, seed=0):
    """Unit vectors that gather around some points, as those of texts do."""
    rng = np.random.default_rng(seed)
    points = np.random.default_rng(9).standard_normal((150, dimension))
    vectors = points[rng.integers(0, len(points), count)] + 0.8 * rng.standard_normal((count, dimension))
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float16)


def test_candidates_hold_nearly_all_of_the_nearest(tmp_path):
    """Where passages are too many to compare all: recall@10 of at least 0.99, true scores, and under filters all."""
    vectors, questions = clustered(20_000), clustered(200, seed=1).astype(np.float32)
    to_bytes(vectors).tofile(tmp_path / "dense.faiss")
    coarse.to_bytes(vectors).tofile(tmp_path / "coarse.faiss")
    exact = DenseIndex(tmp_path / "dense.faiss", *vectors.shape)
    index = DenseIndex(
        tmp_path / "dense.faiss", *vectors.shape, coarse.CoarseIndex(tmp_path / "coarse.faiss", *vectors.shape)
    )
    hits = 0
    for question in questions:
        found, true = index.search(question, 10), dict(exact.search(question, 10))
        hits += len(true.keys() & dict(found).keys())
        assert all(
            score == pytest.approx(float(vectors[n].astype(np.float32) @ question), abs=1e-4) for n, score in found
        )
        some = [range(100, 900), range(7000, 7100)]
        assert index.search(question, 10, some) == exact.search(question, 10, some)
    assert hits >= 0.99 * 10 * len(questions)
    assert len(index.search(questions[0], 15_000)) == 15_000


def test_an_index_that_grows_beyond_the_limit_gets_candidates(tmp_path, monkeypatch):
    """And loses them when it shrinks; questions notice nothing."""
    texts = [f"Word{number} was said by word{number % 7}." for number in range(300)]
    reports = [make_report("Chad", year, texts[at : at + 100]) for at, year in ((0, 2019), (100, 2020), (200, 2021))]
    vector = HashEncoder().encode(["Word7 was said by word0."])[0]
    monkeypatch.setattr(dense, "EXACT", 250)
    for held, expected in ((reports[:2], False), (reports, True), (reports[1:], False)):
        build(held, tmp_path, "hash", encoders=HashEncoder)
        store = LocalStore.open(tmp_path)
        assert ("coarse.faiss" in store.manifest.files) is expected
        exact = DenseIndex(store.folder / "dense.faiss", len(store), 32).search(vector, 5)
        assert dict(store.similar(vector, 5)) == pytest.approx(dict(exact), abs=1e-4)
        if expected:
            flip(store.folder / "coarse.faiss", 100)
            with pytest.raises(IndexDamagedError, match=r"coarse\.faiss"):
                LocalStore.open(tmp_path)


WORDS = ["court", "police", "prison", "u.", "1.c", "'s", "naïve", "中文"]


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.lists(st.lists(st.sampled_from(WORDS), max_size=12), min_size=1, max_size=9), min_size=1, max_size=5),
    st.lists(st.sampled_from([*WORDS, "nonesuch"]), min_size=1, max_size=4),
    st.sets(st.sampled_from("abcdef")),
    st.sets(st.sampled_from("abcde")),
)
def test_lexical_search_equals_bm25_by_hand(tmp_path_factory, held, wanted, reports, ends):
    """BM25 (k1 1.2, b 0.75) with the whole collection's statistics, filter or not; a repeated term counts once.

    It makes no difference how the reports are cut into segments: behind each report of ``ends`` a new one begins.
    """
    folder = tmp_path_factory.mktemp("lexical")
    named = list(zip("abcde", held, strict=False))
    hashes = {name: "0" * 64 if name in ends else "1".zfill(8) + "0" * 56 for name, _ in named}
    write_index(folder, [Indexed(name, hashes[name], lambda found=found: found) for name, found in named])
    passages = [(name, found) for name, each in named for found in each]
    index, count = LexicalIndex(folder, len(passages)), len(passages)
    assert len(list(folder.glob("*.term"))) == len(ends & set("abcde"[: len(held) - 1])) + 1
    mean = sum(len(found) for _, found in passages) / count
    expected = {}
    for number, (report, found) in enumerate(passages):
        for term in set(wanted) & set(found):
            frequency = sum(term in other for _, other in passages)
            weight = log(1 + (count - frequency + 0.5) / (frequency + 0.5))
            times = found.count(term)
            share = times * 2.2 / (times + 1.2 * (0.25 + 0.75 * len(found) / mean))
            if report in reports:
                expected[number] = expected.get(number, 0.0) + weight * share
    assert dict(index.search(wanted, 99, reports)) == pytest.approx(expected, rel=1e-4)
    unfiltered = dict(index.search(wanted, 99))
    assert {n: s for n, s in unfiltered.items() if passages[n][0] in reports} == pytest.approx(expected, rel=1e-4)
    assert all(index.frequency(term) == sum(term in found for _, found in passages) for term in wanted)


def test_many_threads_read_alike(store):
    encoder = HashEncoder()
    questions = ["courts", "police beat", "72 hours", "bribes", "overcrowded prisons"]

    def ask(question):
        vector = encoder.encode([question])[0]
        numbers = [number for number, _ in store.similar(vector, 3, ["chad-2021", "kazakhstan-2020"])]
        return (
            store.passages(numbers),
            store.matching(terms(question), 3),
            [store.similarities(vector, number) for number in numbers],
            store.text("chad-2021"),
            len(store.vocabulary),
        )

    expected = [ask(question) for question in questions]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(ask, questions * 40)) == expected * 40


# Damage


def damaged_copy(index, tmp_path):
    copy = tmp_path / "index"
    shutil.copytree(index, copy, ignore=shutil.ignore_patterns("cache"))
    return copy


def names_of_files(index):
    folder = live_folder(index)
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def halve(path):
    os.truncate(path, path.stat().st_size // 2)


def empty(path):
    os.truncate(path, 0)


def lengthen(path):
    path.write_bytes(path.read_bytes() + b"\0")


def flip_first(path):
    content = bytearray(path.read_bytes())
    content[0] ^= 0xFF
    path.write_bytes(content)


def flip_last(path):
    content = bytearray(path.read_bytes())
    content[-1] ^= 0x01
    path.write_bytes(content)


@pytest.mark.parametrize("damage", [Path.unlink, empty, halve, lengthen, flip_first, flip_last])
def test_every_damaged_file_is_named_on_opening(index, tmp_path, damage):
    """Missing, cut, longer or altered at its edges: each file in turn, before anything of it is mapped."""
    names = names_of_files(index)
    assert {"manifest.json", "dense.faiss", "passages.npy", "reports.txt", "encoder.onnx"} <= set(names)
    assert any(name.startswith("lexical/") for name in names)
    for position, name in enumerate(names):
        copy = damaged_copy(index, tmp_path / str(position))
        damage(live_folder(copy) / name)
        with pytest.raises((IndexDamagedError, IndexFormatError)) as caught:
            LocalStore.open(copy)
        assert str(live_folder(copy) / name) in str(caught.value)
        assert "`rapporteur index build`" in str(caught.value)


def test_damage_amid_a_file_is_found_by_verifying(large, tmp_path):
    for name in names_of_files(large):
        path = live_folder(large) / name
        if path.stat().st_size <= 2 * 4096 or name == "manifest.json":
            continue
        copy = damaged_copy(large, tmp_path / name.replace("/", "-"))
        flip(live_folder(copy) / name, path.stat().st_size // 2)
        with pytest.raises(IndexDamagedError) as caught:
            LocalStore.open(copy).verify()
        assert str(live_folder(copy) / name) in str(caught.value)


def flip(path, place):
    with path.open("r+b") as file:
        file.seek(place)
        byte = file.read(1)[0]
        file.seek(place)
        file.write(bytes([byte ^ 0xFF]))


def test_damage_amid_a_file_never_gives_a_wrong_quote(large, tmp_path):
    """Without verifying, a reader gets the true passage or an error of the product's own; never a crash."""
    copy = damaged_copy(large, tmp_path)
    folder = live_folder(copy)
    true = LocalStore.open(large).passages(range(600))
    large_files = [name for name in names_of_files(copy) if (folder / name).stat().st_size > 3 * 4096]
    assert {"dense.faiss", "reports.txt", "passages.npy", "sentence_vectors.npy"} <= set(large_files)
    refused, vector = 0, HashEncoder().encode(["word7"])[0]
    for name in large_files:
        size = (folder / name).stat().st_size
        for place in range(4096, size - 4096, max(1, (size - 8192) // 12)):
            flip(folder / name, place)
            store = unless_refused(lambda: LocalStore.open(copy))
            for number in range(600 if store else 0):
                found = unless_refused(lambda number=number, store=store: store.passages([number]))
                assert found in (None, [true[number]])
                refused += found is None
            for ask in (
                lambda store: store.similar(vector, 5),
                lambda store: store.similarities(vector, 300),
                lambda store: store.matching(["word1", "word7"], 600),
                lambda store: store.frequency("word9"),
                lambda store: store.vocabulary,
                lambda store: store.text("chad-2021"),
            ):
                refused += store is None or unless_refused(lambda ask=ask, store=store: ask(store)) is None
            flip(folder / name, place)
    assert refused


def unless_refused(act):
    try:
        return act()
    except StoreError:
        return None


@pytest.mark.parametrize("make", [lambda folder: None, Path.mkdir, lambda folder: (folder / "sub").mkdir(parents=True)])
def test_a_missing_index_says_how_to_make_one(tmp_path, make):
    make(tmp_path / "index")
    with pytest.raises(IndexMissingError, match="`rapporteur index build`"):
        LocalStore.open(tmp_path / "index")


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xfe", b"../../etc", b"x" * 100_000, b"20200101T000000000000-0123456789ab\n"]
)
def test_a_pointer_to_nowhere_is_damage(index, tmp_path, content):
    copy = damaged_copy(index, tmp_path)
    (copy / "CURRENT").write_bytes(content)
    with pytest.raises(IndexDamagedError, match="`rapporteur index build`"):
        LocalStore.open(copy)


@pytest.mark.parametrize("content", [{"format": FORMAT + 1}, {"format": "x"}, {}, [], 7], ids=str)
def test_another_format_is_named(index, tmp_path, content):
    copy = damaged_copy(index, tmp_path)
    (live_folder(copy) / "manifest.json").write_text(json.dumps(content))
    with pytest.raises(IndexFormatError, match=f"reads format {FORMAT}"):
        LocalStore.open(copy)


def test_a_manifest_of_this_format_with_other_fields_is_named(index, tmp_path):
    copy = damaged_copy(index, tmp_path)
    content = json.dumps({"format": FORMAT, "surprise": 1}).encode()
    name = f"20200101T000000000000-{name_hash(content)}"
    live_folder(copy).rename(copy / name)
    (copy / name / "manifest.json").write_bytes(content)
    (copy / "CURRENT").write_text(name)
    with pytest.raises(IndexFormatError, match="other fields"):
        LocalStore.open(copy)
