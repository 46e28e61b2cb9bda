"""What every ``PassageStore`` promises, held by each of them: the local one, and the one on a Milvus server."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.corpus.passages import embedded_text, split
from rag.errors import EncoderError, UnknownReportError
from rag.index.builder import build
from rag.store import LocalStore
from rag.store.milvus import Engine, MilvusStore, publish
from rag.text.words import terms
from tests.fakes import HashEncoder, make_report
from tests.milvus_server import milvus_server

REPORTS = [
    make_report(
        "Kazakhstan", 2020, ["Police beat protesters in Almaty. The ombudsman received 125 complaints.", "No."]
    ),
    make_report(
        "Côte d’Ivoire",
        2021,
        ["“Détenus” were held for 72 hours 😀. Courts were slow.", "Judges took bribes in U.S. dollars."],
    ),
    make_report("Chad", 2021, ["Prisons were overcrowded.", "Police beat detainees. Courts were slow."]),
    make_report("Chad", 2019, ["Courts were slow."]),
]


def silent(done, total):
    """Shows no progress."""


@pytest.fixture(scope="module")
def local(tmp_path_factory):
    index = tmp_path_factory.mktemp("store") / "index"
    build(REPORTS, index, "hash", encoders=HashEncoder)
    return LocalStore.open(index)


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    with milvus_server(tmp_path_factory.mktemp("milvus")) as address:
        engine = Engine(address)
        yield engine
        engine.close()


@pytest.fixture(scope="module")
def milvus(local, engine, tmp_path_factory):
    assert publish(local, engine, silent)
    return MilvusStore.open(engine, tmp_path_factory.mktemp("asking"))


@pytest.fixture(params=["local", "milvus"])
def store(request):
    return request.getfixturevalue(request.param)


# What goes in comes out


def test_passages_come_back_as_they_were_cut(store):
    """Every field of every passage survives, offsets in code points included."""
    expected = [
        passage for info in store.reports for report in REPORTS if report.info == info for passage in split(report)
    ]
    assert store.passages(range(len(store))) == expected


def test_passages_come_in_the_order_asked_for(store):
    """Also where one is asked for twice."""
    numbers = [3, 0, len(store) - 1, 3]
    assert store.passages(numbers) == [store.passages([number])[0] for number in numbers]


def test_reports_stand_in_order_of_country_then_year(store):
    assert [report.id for report in store.reports] == [
        "chad-2019",
        "chad-2021",
        "côte d’ivoire-2021",
        "kazakhstan-2020",
    ]
    assert set(store.reports) == {report.info for report in REPORTS}


def test_texts_are_the_stored_texts_unchanged(store):
    assert {info.id: store.text(info.id) for info in store.reports} == {r.info.id: r.text for r in REPORTS}


def test_a_reports_passages_are_one_range(store):
    for info in store.reports:
        numbers = store.passages_of(info.id)
        assert numbers
        assert {passage.report for passage in store.passages(numbers)} == {info.id}
    assert sum(len(store.passages_of(info.id)) for info in store.reports) == len(store)


def test_the_vocabulary_holds_the_folded_words_of_passages_and_headings(store):
    assert {"almaty", "detenus", "72", "integrity", "1.c"} <= set(store.vocabulary)
    assert list(store.vocabulary) == sorted(set(store.vocabulary))


def test_frequency_counts_passages(store):
    """Once a passage, however often the term occurs in it; a heading counts for every passage below it."""
    assert store.frequency(*terms("courts")) == 3
    assert store.frequency(*terms("integrity")) == len(store)
    assert store.frequency("nonesuch") == 0
    assert store.frequency("") == 0


def test_stores_of_one_generation_are_alike(local, milvus):
    """What an answer names as its index is the same wherever it is asked."""
    assert milvus.info == local.info
    assert list(milvus.vocabulary) == list(local.vocabulary)
    words = {term for passage in local.passages(range(len(local))) for term in terms(passage.text)}
    assert {word: milvus.frequency(word) for word in words} == {word: local.frequency(word) for word in words}
    for file in ("encoder.onnx", "tokenizer.json"):
        assert (milvus.folder / file).read_bytes() == (local.folder / file).read_bytes()


def test_the_store_verifies(store):
    store.verify()


# Search


def test_similarities_are_cosines_with_the_passage_and_each_sentence(store):
    encoder = HashEncoder()
    vector = encoder.encode(["Were the courts slow?"])[0]
    for number, passage in enumerate(store.passages(range(len(store)))):
        whole, parts = store.similarities(vector, number)
        assert whole == pytest.approx(float(encoder.encode([embedded_text(passage)])[0] @ vector), abs=2e-3)
        sentences = [passage.sentence(position) for position in range(len(passage.sentences))]
        assert parts == pytest.approx(list(map(float, encoder.encode(sentences) @ vector)), abs=2e-3)


def test_similar_agrees_with_similarities(store):
    """So the search is exact: no cosine outside the list is higher than one in it."""
    vector = HashEncoder().encode(["Police beat people"])[0]
    found = store.similar(vector, len(store))
    assert [score for _, score in found] == sorted((score for _, score in found), reverse=True)
    assert {number for number, _ in found} == set(range(len(store)))
    for number, score in found:
        assert score == pytest.approx(store.similarities(vector, number)[0], abs=1e-5)
    assert store.similar(vector, 2) == found[:2]


def test_matching_finds_the_passages_that_hold_any_of_the_terms(store):
    """Those that hold more of them, or rarer ones, first."""
    found = [number for number, _ in store.matching(terms("courts in Almaty"), 99)]
    texts = [passage.text for passage in store.passages(found)]
    assert texts[0].startswith("Police beat protesters in Almaty.")
    assert sorted(texts[1:]) == sorted(p.text for r in REPORTS for p in split(r) if "Courts" in p.text)
    scores = [score for _, score in store.matching(terms("police courts"), 99)]
    assert scores == sorted(scores, reverse=True)
    assert min(scores) > 0


@pytest.mark.parametrize("text", ["72", "U.S.", "Détenus", "Section 1.c.", "Côte d’Ivoire"])
def test_terms_of_any_kind_are_found_whole(store, text):
    """Numbers, initials, accents, section numbers, apostrophes: exactly the passages whose words hold a term."""
    wanted = set(terms(text))
    expected = {
        number
        for number, passage in enumerate(store.passages(range(len(store))))
        if wanted & set(terms("\n".join([*passage.outline, passage.text])))
    }
    assert {number for number, _ in store.matching(list(wanted), 99)} == expected
    assert max(store.frequency(term) for term in wanted) <= len(expected)


def test_filters_admit_only_the_reports_asked_for(store):
    vector = HashEncoder().encode(["Courts were slow."])[0]
    allowed = {*store.passages_of("chad-2019"), *store.passages_of("kazakhstan-2020")}
    assert {number for number, _ in store.similar(vector, 99, ["kazakhstan-2020", "chad-2019"])} == allowed
    found = {number for number, _ in store.matching(["court", "slow"], 99, {"kazakhstan-2020", "chad-2019"})}
    assert found == set(store.passages_of("chad-2019"))


@pytest.mark.parametrize("reports", [[], ()], ids=["list", "tuple"])
def test_no_report_admitted_means_nothing_found(store, reports):
    assert store.similar(HashEncoder().encode(["x"])[0], 5, reports) == []
    assert store.matching(["court"], 5, reports) == []


def test_empty_requests_find_nothing(store):
    assert store.matching([], 5) == store.matching([" "], 5) == store.matching(["court"], 0) == []
    assert store.similar(HashEncoder().encode(["x"])[0], 0) == []
    assert store.passages([]) == []


def test_terms_are_never_parsed_as_a_query(store):
    """Operators of the search engine's own language are terms like any other, and match nothing here."""
    assert store.matching(['"', "+court", "terms:court", "NOT", "(", "*", "\\", "court~2"], 5) == []


def test_unknown_reports_are_named(store):
    vector = HashEncoder().encode(["x"])[0]
    for ask in (
        lambda: store.text("atlantis-2020"),
        lambda: store.passages_of("atlantis-2020"),
        lambda: store.similar(vector, 5, ["atlantis-2020"]),
        lambda: store.matching(["court"], 5, ["atlantis-2020"]),
    ):
        with pytest.raises(UnknownReportError, match="atlantis-2020"):
            ask()


def test_a_number_that_is_no_passage_is_an_index_error(store):
    """-1, which search engines pad with, must never mean the last passage."""
    for number in (-1, len(store)):
        with pytest.raises(IndexError, match=f"no passage {number}"):
            store.passages([number])
        with pytest.raises(IndexError, match=f"no passage {number}"):
            store.similarities(HashEncoder().encode(["x"])[0], number)


def test_a_vector_of_another_encoder_is_refused(store):
    with pytest.raises(EncoderError, match=r"shape \(7,\).*needs \(32,\)"):
        store.similar(np.ones(7, dtype=np.float32), 5)


@settings(max_examples=30, deadline=None)
@given(st.data())
def test_filtered_search_equals_brute_force(local, milvus, data):
    """Over any set of reports and for any question, both stores find the passages with the highest cosines."""
    words = data.draw(st.lists(st.sampled_from("police beat courts slow judges bribes prisons".split()), min_size=1))
    reports = data.draw(st.none() | st.sets(st.sampled_from([report.id for report in local.reports]), min_size=1))
    limit = data.draw(st.integers(1, 9))
    vector = HashEncoder().encode([" ".join(words)])[0]
    allowed = range(len(local)) if reports is None else [n for r in reports for n in local.passages_of(r)]
    best = sorted((local.similarities(vector, number)[0] for number in allowed), reverse=True)[:limit]
    for store in (local, milvus):
        found = store.similar(vector, limit, reports)
        assert [score for _, score in found] == pytest.approx(best, abs=1e-4)
        assert {number for number, _ in found} <= set(allowed)
        assert len({number for number, _ in found}) == len(found)


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
        assert list(pool.map(ask, questions * 10)) == expected * 10
