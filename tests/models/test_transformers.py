"""A real, awkward server: ``transformers serve`` with a tiny random model. Its nonsense ends cleanly."""

import os
import socket
import subprocess
import sys
import time
from dataclasses import replace

import pytest

from rag.errors import ModelError, ModelRequestError
from rag.interfaces import Message
from rag.models.openai import OpenAIModel
from rag.models.requests import Server
from rag.models.service import over

# What the extra transformers[serving] brings, besides what the product has itself.
pytest.importorskip("openai")

QUESTION = "How many complaints about torture did the ombudsman's office receive in the first ten months of 2020?"
MAKE_MODEL = """
import sys
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

tokenizer = Tokenizer(models.BPE())
tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
tokenizer.decoder = decoders.ByteLevel()
alphabet = pre_tokenizers.ByteLevel.alphabet()
trainer = trainers.BpeTrainer(vocab_size=400, special_tokens=["<s>", "</s>"], initial_alphabet=alphabet)
tokenizer.train_from_iterator(["the court [1] found that police beat him"], trainer)
fast = PreTrainedTokenizerFast(tokenizer_object=tokenizer, bos_token="<s>", eos_token="</s>")
fast.chat_template = "{% for m in messages %}{{ m['role'] }}: {{ m['content'] }}\\n{% endfor %}"
fast.save_pretrained(sys.argv[1])
config = LlamaConfig(
    vocab_size=len(fast), hidden_size=16, intermediate_size=32, num_hidden_layers=1, num_attention_heads=2,
    max_position_embeddings=65536, bos_token_id=0, eos_token_id=1,
)
LlamaForCausalLM(config).save_pretrained(sys.argv[1])
"""


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """Address of the server, and the name of its only model."""
    folder = tmp_path_factory.mktemp("tiny")
    offline = {**os.environ, "HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1", "HF_HUB_DISABLE_TELEMETRY": "1"}
    subprocess.run([sys.executable, "-c", MAKE_MODEL, str(folder)], check=True, capture_output=True, env=offline)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "transformers.cli.transformers", "serve", str(folder)]
    options = ["--host", "127.0.0.1", "--port", str(port), "--device", "cpu"]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen([*command, *options], stdout=log, stderr=log, env=offline)
        try:
            _wait_for(port, process, folder / "log")
            yield f"http://127.0.0.1:{port}/v1", str(folder)
        finally:
            process.terminate()
            process.wait(30)


def _wait_for(port, process, log):
    until = time.monotonic() + 120
    while time.monotonic() < until and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.2)
    pytest.fail(f"the server did not start: {log.read_text()[-2000:]}")


def model_at(url, name):
    return OpenAIModel("openai", Server(f"openai:tiny at {url}", name, url, None, 120))


@pytest.mark.slow
def test_nonsense_ends_in_a_clean_decline_or_fallback(served, answerer):
    model = model_at(*served)
    drafter, rewriter = over(model, answerer.guard)
    found = replace(answerer, drafter=drafter, rewriter=rewriter).ask(QUESTION)
    if found.outcome == "answered":
        assert found.model.degraded
        assert any(one.verdict == "model_failed" for one in found.withheld)
        assert all(statement.text in {quote.text for quote in found.quotes} for statement in found.statements)
    else:
        assert found.decline.reason in ("silent", "nothing_verified")
    assert not any("\x1b" in one.text for one in found.withheld)
    model.close()


@pytest.mark.slow
def test_the_true_wire_is_understood(served):
    """The nonsense arrives as text and comes to an end, without an error of the protocol."""
    model = model_at(*served)
    try:
        assert isinstance("".join(model.reply([Message("user", "Why?")])), str)
    finally:
        model.close()


@pytest.mark.slow
def test_an_unknown_model_is_refused_by_name(served):
    model = model_at(served[0], "no/such-model")
    with pytest.raises(ModelError) as refused:
        list(model.reply([Message("user", "Why?")]))
    assert isinstance(refused.value, ModelRequestError)
    model.close()
