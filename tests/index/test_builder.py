"""An index that was changed report by report is the index that is built at one go; what stays is not made again."""

import os
import tempfile
from dataclasses import replace
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.corpus import Refusal
from rag.errors import CorpusError, DuplicateReportError, IndexDamagedError, IndexMissingError, UnknownReportError
from rag.index.builder import build, extend
from rag.index.changes import compare
from rag.store import LocalStore, lexical
from rag.text.words import terms
from tests.fakes import HashEncoder, make_report

MEMORY = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108  # nothing here needs to last
SENTENCES = [
    "Police beat protesters.",
    "Courts were slow.",
    "The law prohibits torture.",
    "Prisons were overcrowded and inmates lacked medicine.",
    "“Détenus” were held for 72 hours 😀.",
    "The government did not comment.",
]
HEADINGS = ["Section 1.c.", "Section 2.a.", "Section 6"]


class Remembering(HashEncoder):
    """Works each text out once."""

    def __init__(self, name):
        super().__init__(name)
        self.known = {}

    def encode(self, texts, progress=None):
        for text in texts:
            if text not in self.known:
                self.known[text] = super().encode([text])[0]
        return np.stack([self.known[text] for text in texts])


ENCODER = Remembering("hash")


def report(country, year, paragraphs, heading):
    texts = [" ".join(SENTENCES[number] for number in paragraph) for paragraph in paragraphs]
    return make_report(country, year, [f"{text} It was {country}." for text in texts], HEADINGS[heading])


PLACES = list(product(["Chad", "Kenya", "Mali", "Peru"], [2019, 2020]))
TEXTS = st.lists(st.lists(st.integers(0, len(SENTENCES) - 1), min_size=1, max_size=3), min_size=1, max_size=3)
REPORTS = st.dictionaries(st.sampled_from(PLACES), st.tuples(TEXTS, st.integers(0, 2)), min_size=1, max_size=5)


def made(wanted):
    return {(country, year): report(country, year, *how) for (country, year), how in wanted.items()}


def reopen(folder, name):
    return ENCODER


def built(index, reports):
    build(list(reports), index, "hash", encoders=lambda _: ENCODER)


@pytest.fixture(scope="module", autouse=True)
def short_runs():
    """Few reports a segment of the word index, so that small collections have several."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lexical, "_RUN", 2)
        yield


def everything(store):
    """What each method of a store gives for many questions."""
    vectors = ENCODER.encode([*SENTENCES, "Was anybody beaten in Chad?"])
    ids = [info.id for info in store.reports]
    filters = [None, *([report] for report in ids), ids[::2], ids]
    numbers = range(len(store))
    return {
        "reports": store.reports,
        "texts": [store.text(report) for report in ids],
        "places": [store.passages_of(report) for report in ids],
        "passages": store.passages(numbers),
        "similar": [store.similar(vector, limit, only) for vector in vectors for limit in (2, 99) for only in filters],
        "similarities": [store.similarities(vector, number) for vector in vectors for number in numbers],
        "matching": [
            store.matching(terms(text), limit, only) for text in SENTENCES for limit in (1, 3, 99) for only in filters
        ],
        "frequencies": [store.frequency(term) for term in sorted({t for text in SENTENCES for t in terms(text)})],
        "vocabulary": store.vocabulary,
        "corpus": store.info.corpus_sha256,
    }


def assert_alike(index, fresh):
    changed, whole = LocalStore.open(index), LocalStore.open(fresh)
    changed.verify()
    assert everything(changed) == everything(whole)
    files, expected = (
        {name: entry for name, entry in store.manifest.files.items() if not name.startswith("lexical/")}
        for store in (changed, whole)
    )
    assert files == expected


@settings(max_examples=20, deadline=None)
@given(st.data())
def test_every_way_to_a_collection_leads_to_the_same_index(data):
    """Adding, removing and replacing in any order, by change or by building: every method gives what it gives of a
    fresh build, scores and the order of equals included, and but for the word index the files are the same bytes.
    """
    with tempfile.TemporaryDirectory(dir=MEMORY) as folder:
        change_and_compare(Path(folder), data)


def change_and_compare(folder, data):
    held = made(data.draw(REPORTS))
    built(folder / "index", held.values())
    for _ in range(data.draw(st.integers(1, 4))):
        removed = set(data.draw(st.lists(st.sampled_from(sorted(held)), unique=True, max_size=len(held))))
        incoming = made(data.draw(REPORTS))
        added = {place: new for place, new in incoming.items() if place in removed or place not in held}
        after = {**{place: old for place, old in held.items() if place not in removed}, **added}
        if data.draw(st.booleans()):
            extend(folder / "index", list(added.values()), [held[place].info.id for place in removed], reopen=reopen)
        else:
            built(folder / "index", after.values())
        held = after
    built(folder / "fresh", held.values())
    assert_alike(folder / "index", folder / "fresh")


CHAD, KENYA, MALI = (
    make_report(name, 2020, [f"Police beat people in {name}.", SENTENCES[1]]) for name in ("Chad", "Kenya", "Mali")
)


@pytest.fixture
def index(tmp_path):
    built(tmp_path / "index", [CHAD, KENYA])
    return tmp_path / "index"


def ids(index):
    return [info.id for info in LocalStore.open(index).reports]


def test_adding_embeds_the_new_texts_alone(index):
    """Not even sentences that other reports have: the model reads each text once, after its own probe."""
    encoder = HashEncoder("hash")
    extend(index, [MALI], reopen=lambda *_: encoder)
    assert encoder.encoded[1:] == ["Police beat people in Mali."]


def test_removing_embeds_nothing(index):
    encoder = HashEncoder("hash")
    extend(index, [], ["chad-2020"], reopen=lambda *_: encoder)
    assert ids(index) == ["kenya-2020"]
    assert encoder.encoded == []


def test_what_is_held_and_not_removed_is_not_added(index):
    """By country and edition, and by bytes; and nothing changes."""
    other = make_report("Chad", 2020, ["Another text."])
    renamed = replace(CHAD, info=replace(CHAD.info, id="tchad-2020", country="Tchad"))
    for twice in (other, renamed):
        with pytest.raises(DuplicateReportError):
            extend(index, [twice], reopen=reopen)
    extend(index, [other], ["chad-2020"], reopen=reopen)
    assert LocalStore.open(index).text("chad-2020") == other.text


def test_what_cannot_be_is_refused(index, tmp_path):
    with pytest.raises(UnknownReportError, match="mali-2020"):
        extend(index, [], ["mali-2020"], reopen=reopen)
    with pytest.raises(CorpusError, match="at least one report"):
        extend(index, [], ["chad-2020", "kenya-2020"], reopen=reopen)
    with pytest.raises(IndexMissingError):
        extend(tmp_path / "nothing", [CHAD], reopen=reopen)
    assert ids(index) == ["chad-2020", "kenya-2020"]


def test_damage_is_never_copied(tmp_path):
    """A flaw anywhere, which opening does not notice, must not come into a new generation with a fresh checksum."""
    texts = [" ".join(f"word{number}" for number in range(start, start + 40)) + "." for start in range(600)]
    index = tmp_path / "index"
    built(index, [make_report("Chad", 2020, texts)])
    path = LocalStore.open(index).folder / "sentence_vectors.npy"
    with path.open("r+b") as file:
        file.seek(path.stat().st_size // 2)
        file.write(b"\xff\xff\xff")
    with pytest.raises(IndexDamagedError, match=r"sentence_vectors.*`rapporteur index build`"):
        extend(index, [KENYA], reopen=reopen)
    built(index, [make_report("Chad", 2020, texts), KENYA])
    LocalStore.open(index).verify()
    built(tmp_path / "fresh", [make_report("Chad", 2020, texts), KENYA])
    assert_alike(index, tmp_path / "fresh")


def test_word_segments_of_unchanged_runs_are_links(index):
    """So that a large word index is not written again for one report."""
    reports = [make_report(f"Land {number:02}", 2020, ["Courts were slow."]) for number in range(30)]
    built(index, reports)
    before = {path.stat().st_ino for path in (LocalStore.open(index).folder / "lexical").glob("*.term")}
    extend(index, [CHAD], reopen=reopen)
    after = {path.stat().st_ino for path in (LocalStore.open(index).folder / "lexical").glob("*.term")}
    assert len(before) > 5
    assert len(after - before) <= 2


def test_no_links_no_harm(index, monkeypatch):
    """A file system without links gets copies."""

    def refuse(*_args):
        raise OSError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    monkeypatch.setattr(Path, "hardlink_to", refuse)
    extend(index, [MALI], reopen=reopen)
    assert ids(index) == ["chad-2020", "kenya-2020", "mali-2020"]


# What files would change


def test_files_are_compared_with_what_the_index_holds(index):
    """The same bytes are unchanged, another version is refused or replaces, and the same text by another name is refused."""
    store, torn = LocalStore.open(index), Refusal("torn.txt", "no text")
    other = make_report("Chad", 2020, ["Another text."])
    retitled = replace(KENYA, info=replace(KENYA.info, title="Another title"))
    renamed = replace(CHAD, info=replace(CHAD.info, id="tchad-2020"))
    found = compare([CHAD, MALI, torn], store)
    assert (found.added, found.replaced, found.unchanged, found.refused) == ((MALI,), (), (CHAD,), (torn,))
    assert not found.futile
    found = compare([other, retitled, renamed], store)
    assert (found.incoming, found.unchanged, len(found.refused)) == ((), (retitled,), 2)
    assert "'chad-2020' already" in found.refused[0].reason
    assert "same text as 'chad-2020'" in found.refused[1].reason
    found = compare([other, retitled, KENYA], store, replace=True)
    assert (found.replaced, found.unchanged, found.refused) == ((other, retitled), (KENYA,), ())
    assert compare([CHAD], None).added == (CHAD,)
    assert compare([torn], store).futile


def test_vectors_of_half_precision_are_copied_exactly(index):
    """And what was read of them outlives the store."""
    before = LocalStore.open(index).passage_vectors("chad-2020")
    extend(index, [MALI], reopen=reopen)
    assert (LocalStore.open(index).passage_vectors("chad-2020") == before).all()
    assert before.dtype == np.float16
