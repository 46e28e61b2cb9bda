"""The reply of a language model, read strictly: one statement a line, each ending in the labels it rests on.

    In 2020 the ombudsman's office received 125 complaints of torture in ten months. [14]

Or the single line ``NOT IN THE REPORTS``. A list mark before the statement and a full stop after the labels are
allowed; nothing else is repaired. Labels stand for whole sentences of a ``Sheet``: no reply can alter what is quoted.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum

from rag.errors import ModelReplyError
from rag.text import invisible
from rag.text.words import words
from rag.types import Draft, Passage, Withheld

LONGEST_LINE = 2_000
LONGEST_REPLY = 60_000
"""Characters, reasoning included."""
LONGEST_STATEMENT = 600
MOST_LABELS = 6
"""Sentences that one statement may rest on. More would lend support to anything."""
MODEL_FAILED = "model_failed"
"""Verdict of what is not shown because the model failed; no statement was judged."""

_LIST_MARK = re.compile(r"(?:[-*•–]|\d{1,2}[.)])\s+(?=\S)")
_LABEL_INSIDE = re.compile(r"\[[\d\s,;–-]+\]")
_MARKUP = re.compile(r"\w+://\S*|\bwww\.\S+|[<>{}|\\^~`*_#]+|\]\(")
"""What plain statements have no use for unless the sentence they cite has it."""
_REFUSAL = re.compile(
    r"(?:I(?:['’]m| am) (?:very )?sorry|Sorry|I apologi[sz]e|Unfortunately,? I"
    r"|I (?:can(?:['’]t|not| not)|am unable|won['’]t)|I(?:['’]m| am) (?:not able|unable)|As an AI)\b",
    re.IGNORECASE,
)
_ENGLISH = frozenset(
    """the a an of in to and was were is are be been by for that on had has have with at as from not no or it its his
    her their they he she who which this these those did do does than after before during under between about more over
    all some any other there also but""".split()
)


class Said(Enum):
    """A reply that proposes nothing."""

    ABSENT = "NOT IN THE REPORTS"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a model was shown: sentence n of ``sentences``, counted from 1, has the label n."""

    sentences: tuple[tuple[Passage, int], ...]
    passages: int
    """How many they come from."""

    def resolve(self, label: str) -> tuple[Passage, int] | None:
        known = label.isascii() and label.isdecimal() and len(label) < 7 and 1 <= int(label) <= len(self.sentences)
        return self.sentences[int(label) - 1] if known else None


def lines(pieces: Iterable[str]) -> Iterator[str]:
    """The lines that say something, each as soon as it is finished. What a model thinks aloud first is left out.

    Raises ``ModelReplyError`` for a line or a reply of more characters than allowed.
    """
    waiting, total = "", 0
    thinking = None
    for piece in pieces:
        total += len(piece)
        waiting += piece
        if thinking is None and len(waiting.lstrip()) >= len("<think>"):
            thinking = waiting.lstrip().startswith("<think>")
        if thinking and "</think>" in waiting:
            waiting, thinking = waiting.partition("</think>")[2], False
        if total > LONGEST_REPLY:
            raise ModelReplyError(f"the reply does not end: it was cut after {LONGEST_REPLY:,} characters")
        if thinking:
            continue
        *ended, waiting = waiting.split("\n")
        if len(waiting) > LONGEST_LINE or any(len(line) > LONGEST_LINE for line in ended):
            raise ModelReplyError(f"the reply has a line of more than {LONGEST_LINE:,} characters")
        yield from (line for line in ended if line.strip())
    if waiting.strip() and not thinking:
        yield waiting


def parse(line: str, sheet: Sheet) -> Draft | Withheld | Said:
    """What a finished line proposes; ``Withheld`` names what is wrong with its form."""
    text, labels = _cut(" ".join(line.split()))
    if labels is None:
        return _unlabelled(text)
    unknown = [label for label in labels if sheet.resolve(label) is None]
    statement = _LIST_MARK.sub("", text, count=1) if _LIST_MARK.match(text) else text
    if not any(character.isalnum() for character in statement):
        return _withheld(line.strip(), "no_quote", "there are labels and no statement")
    if unknown:
        return _withheld(statement, "unknown_label", f"there is no sentence {', '.join(map(repr, unknown[:5]))}")
    evidence = tuple(dict.fromkeys(place for label in labels if (place := sheet.resolve(label))))
    if len(evidence) > MOST_LABELS:
        return _withheld(statement, "no_quote", f"it cites {len(evidence)} sentences, and at most {MOST_LABELS} may be")
    fault = _fault(statement, " ".join(passage.sentence(index) for passage, index in evidence))
    return _withheld(statement, *fault) if fault else Draft(statement, evidence)


def out_of_form(withheld: Withheld) -> bool:
    """Whether a model did not keep to the form, as against stating what does not hold."""
    return withheld.verdict in ("no_quote", "unknown_label") or withheld.detail == NOT_ENGLISH


NOT_ENGLISH = "it is not in English"


def _cut(line: str) -> tuple[str, list[str] | None]:
    """A line's text and its labels; ``None`` where it ends in none."""
    rest = line
    stop = ""
    if rest.endswith(("].", "]!")):
        rest, stop = rest[:-1], rest[-1]
    labels: list[str] = []
    while rest.endswith("]") and "[" in rest:
        rest, _, inside = rest[:-1].rpartition("[")
        labels[:0] = [label.strip() for label in inside.split(",")]
        rest = rest.rstrip(" ,")
    if not labels:
        return line, None
    return (rest + stop if rest and rest[-1] not in '.!?”"' else rest), labels


def _unlabelled(text: str) -> Withheld | Said:
    if text.strip(" .*\"'`").upper() == Said.ABSENT.value:
        return Said.ABSENT
    if _REFUSAL.match(text):
        return Said.REFUSED
    return _withheld(text, "no_quote", "the line does not end in a label")


def _fault(statement: str, cited: str) -> tuple[str, str] | None:
    if len(statement) > LONGEST_STATEMENT:
        return "no_quote", f"it has {len(statement)} characters, at most {LONGEST_STATEMENT} are allowed"
    if _LABEL_INSIDE.search(statement):
        return "no_quote", "a label stands inside the statement, not at its end"
    foreign = [match.group() for match in _MARKUP.finditer(statement) if match.group() not in cited]
    if foreign:
        return "words_not_in_quote", f"{foreign[0]!r} is not in the cited sentences"
    if not _english(statement):
        return "unrelated", NOT_ENGLISH
    return None


def _english(statement: str) -> bool:
    letters = [character for character in statement if character.isalpha()]
    latin = sum(character < "\u0250" for character in letters)
    found = [word.folded for word in words(statement)]
    return latin >= 0.7 * len(letters) and (len(found) < 6 or not _ENGLISH.isdisjoint(found))


def _withheld(text: str, verdict: str, detail: str) -> Withheld:
    shown = invisible.shown(text)
    return Withheld(shown if len(shown) <= LONGEST_STATEMENT else shown[:LONGEST_STATEMENT] + "…", verdict, detail)
