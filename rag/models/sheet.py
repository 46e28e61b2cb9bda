"""Which sentences a model is shown: the best passages that fit its window, in whole sentences."""

from rag.models.draft import Sheet
from rag.types import Evidence, Passage

CHARACTERS_PER_TOKEN = 3.2
"""Of English reports, cautiously; most tokenizers take over four."""
PER_SENTENCE = 8
"""Characters of a label with its surroundings."""
PER_PASSAGE = 120
"""Characters of headings over a passage."""


def fit(evidence: Evidence, tokens: int) -> Sheet:
    """Sentences of the passages of ``evidence`` by rank, as many as ``tokens`` hold, then in the order of the reports.

    The passage that no longer fits whole gives its first sentences; those after it give none. At least one is shown.
    """
    room = tokens * CHARACTERS_PER_TOKEN
    chosen: dict[tuple[str, int], tuple[Passage, int]] = {}
    for hit in evidence.hits:
        passage = hit.passage
        room -= PER_PASSAGE
        for index, span in enumerate(passage.sentences):
            place = (passage.report, span.start)
            if place in chosen:
                continue
            room -= span.end - span.start + PER_SENTENCE
            if room < 0 and chosen:
                return _ordered(chosen)
            chosen[place] = (passage, index)
    return _ordered(chosen)


def _ordered(chosen: dict[tuple[str, int], tuple[Passage, int]]) -> Sheet:
    places = sorted(chosen)
    passages = {(chosen[place][0].report, chosen[place][0].start) for place in places}
    return Sheet(tuple(chosen[place] for place in places), len(passages))
