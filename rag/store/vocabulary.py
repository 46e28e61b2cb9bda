"""The words of a collection, each with the number of reports that hold it: a removed report takes its own along."""

from collections import Counter
from collections.abc import Iterable, Mapping

from rag.store.report_segment import Part
from rag.text.words import words


def words_of(part: Part) -> frozenset[str]:
    """The folded words of a report's passages and headings."""
    passages = list(part.passages())
    texts = [*{heading for passage in passages for heading in passage.outline}, *(p.text for p in passages)]
    return frozenset(word.folded for text in texts for word in words(text)) - {""}


def counted(before: Mapping[str, int], added: Iterable[Part], removed: Iterable[Part]) -> dict[str, int]:
    """In how many reports each word stands after a change, in order of the words."""
    counts = Counter(before)
    for part in added:
        counts.update(words_of(part))
    for part in removed:
        counts.subtract(words_of(part))
    return {word: count for word, count in sorted(counts.items()) if count > 0}
