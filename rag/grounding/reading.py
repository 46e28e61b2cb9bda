"""What the rules know of a text: its words with clause, negation, modality and speaker, read once, left to right."""

import re
from dataclasses import dataclass, field, replace
from functools import lru_cache

from rag.grounding import lexicon
from rag.grounding.thesaurus import kindred
from rag.grounding.tokens import AMBIGUOUS, Token, meanings_of, negates, short_cue, speaks
from rag.text import words
from rag.text.words import STOP_WORDS

_TOKEN = re.compile(r"\d+(?:[.,]\s?\d{3})*(?:\.\d+)?|[^\W\d_]+(?:['’][^\W\d_]+)*|\w+|[,;:.()–—\"“”]|-(?=\s)")
_BE = frozenset("is are was were".split())
_WANTS = frozenset("lack absence shortage shortages".split())
"""What they govern ends where the sentence says what they are."""
_MARKS = frozenset(',;:.()–—-"“”')
_FROM = re.compile(r"[^.;:]{1,120}?\bfrom\b")
_LAW = re.compile(
    r"\s+to\s+(?:the\s+)?(?:\w+\s+)?(?:law|constitution|code|amendments?|rules?|regulations?|legislation)\b"
)
"""After "according": what the law says is so."""
_PARENTHESIS = re.compile(r"\s(?:however|though|nevertheless|therefore|moreover|also),")
_LIST_GOES_ON = re.compile(
    r"(?:\s(?!(?:and|but|or|so|as|he|she|it|they|the|with|including|which|who|yet|while|nor)\b)[\w’'-]+){1,4}"
    r"(?:,|\s(?:and|or)\b)|\s(?:or|nor)\s|\s(?:and|or)\s(?:[\w’'-]+\s?){1,3}\."
)
"""After a comma: a further short item of a list."""
_LIGHT = (
    STOP_WORDS
    | frozenset(
        """have has had be been being get got make made include included including also however although though may
        might could must shall should would can without within among according despite nevertheless meanwhile due
        during whether per upon via toward towards yet still already even well many much most some several one
        cannot against""".split()
    )
) - frozenset("report reports reported kind once same own further before after".split())
"""Words that carry no content of their own."""


@dataclass(frozen=True, slots=True)
class Reading:
    text: str
    tokens: tuple[Token, ...]
    content: tuple[Token, ...]
    folded: frozenset[str]
    concepts: frozenset[str]
    """Of all words, light ones included."""

    def knows(self, token: Token) -> bool:
        """Whether a word here may mean the same."""
        return not token.concepts.isdisjoint(self.concepts)

    def touches(self, token: Token) -> bool:
        """Whether a word here speaks of the same matter."""
        return not kindred(token.stem).isdisjoint(self.concepts)

    def hyphenated(self, one: Token, other: Token) -> bool:
        """Whether a hyphen alone stands between two words."""
        first, second = sorted((one, other), key=lambda token: token.start)
        return self.text[first.end : second.start] in ("-", "\u2010", "\u2011")

    def after(self, number: int) -> str:
        """Folded token after the one at ``number``, "" at the end."""
        return self.tokens[number + 1].folded if number + 1 < len(self.tokens) else ""

    def heads(self, cue: int) -> list[Token]:
        """The first content words that a negation governs."""
        plain = self.tokens[cue].folded in lexicon.NEGATING_WORDS
        return [
            token
            for token in self.content
            if token.cue == cue
            and not token.folded.endswith("ly")
            and (plain or token.stem not in lexicon.NEGATING_STEMS or self._infinitive(token))
        ][:3]

    def _infinitive(self, token: Token) -> bool:
        return self.text[: token.start].endswith(" to ")

    @property
    def cues(self) -> dict[int, Token]:
        """Negations that govern something, by position."""
        return {number: self.tokens[number] for number in {token.cue for token in self.content} - {-1, AMBIGUOUS}}


@dataclass(slots=True)
class _State:
    """What governs the words that follow."""

    clause: int = 0
    cue: int = -1
    cue_left: int = 99
    pending: int = -1
    """"Prevented", whose negation begins only at its "from"."""
    attributed: bool = False
    attributed_left: int = 0
    initial: bool = True
    done: list[Token] = field(default_factory=list)


@lru_cache(maxsize=8_192)
def read(text: str) -> Reading:
    matches = list(_TOKEN.finditer(text))
    state = _State()
    for number, match in enumerate(matches):
        following = words.fold(matches[number + 1].group()) if number + 1 < len(matches) else ""
        if match.group() in _MARKS:
            _mark(text, match, state)
        else:
            _word(text, match, following, state)
    whole = tuple(_attribute_whole(text, state.done))
    return Reading(
        text,
        whole,
        tuple(token for token in whole if token.content),
        frozenset(token.folded for token in whole),
        frozenset(concept for token in whole for concept in token.concepts),
    )


def _mark(text: str, match: re.Match[str], state: _State) -> None:
    raw, end = match.group(), match.end()
    state.done.append(Token(match.start(), end, raw, raw, clause=state.clause))
    if raw == "." and text[end : end + 1] and not text[end].isspace() and text[end] not in "”\"'’)":
        return
    aside = raw == "," and (_PARENTHESIS.match(text, end) or text[: match.start()].endswith("however"))
    if raw in '"“”':
        state.initial = raw != "”"
    elif not aside:
        state.clause += 1
        if raw != "," or state.cue_left <= 3 or not _LIST_GOES_ON.match(text, end):
            state.cue = -1
    if raw in ".;":
        state.attributed, state.attributed_left = False, 0
        state.initial = state.initial or raw == "."


def _word(text: str, match: re.Match[str], following: str, state: _State) -> None:
    raw = match.group()
    folded = words.fold(raw)
    root, meanings, concepts = meanings_of(folded)
    if folded in lexicon.CLAUSE_WORDS and following != ",":
        state.clause += 1
        state.cue = -1
    token = Token(
        match.start(),
        match.end(),
        raw,
        folded,
        root,
        meanings,
        concepts,
        content=folded not in _LIGHT and len(folded) > 1,
        initial=state.initial,
        clause=state.clause,
        cue=state.cue,
        attributed=state.attributed or state.attributed_left > 0,
    )
    state.initial = False
    state.done.append(token)
    _negation(token, text, following, state)
    if token.content:
        state.attributed_left = max(0, state.attributed_left - 1)
    if folded == "that" and any(each.folded in lexicon.COMPLAINTS for each in state.done[-8:-1]):
        state.attributed = True
    if folded in lexicon.REPORT_WORDS:
        state.attributed_left = 6
    if speaks(token, following, state.done[-2:-1]) and not _LAW.match(text, match.end()):
        state.attributed = True


def _negation(token: Token, text: str, following: str, state: _State) -> None:
    """Updates what negation governs the next words.

    "No … failed" is a double one, which governs nothing; otherwise a later negation takes over from the one before.
    """
    here = len(state.done) - 1
    if token.content and state.cue >= 0:
        state.cue_left -= 1
        if state.cue_left <= 0:
            state.cue = -1
    if state.cue >= 0 and token.folded in _BE and state.done[state.cue].folded in _WANTS:
        state.cue = -1
    if state.pending >= 0 and token.folded == "from":
        state.cue, state.cue_left, state.pending = state.pending, 99, -1
    if _relative_over(token, state):
        state.cue = -1
    if token.folded == "bars" and here and state.done[here - 1].folded == "behind":
        return
    if (text[token.end : token.end + 1] == "-") or (token.capital and not token.initial):
        return
    if not negates(token, following):
        return
    plain = token.folded in lexicon.NEGATING_WORDS
    if token.folded == "no" and here and state.done[here - 1].content and state.done[here - 1].cue == -1:
        state.done[here - 1] = replace(state.done[here - 1], cue=AMBIGUOUS)
    if token.folded == "not" and here and state.done[here - 1].folded in ("is", "are", "was", "were"):
        for back in range(here - 1, max(-1, here - 5), -1):
            if state.done[back].content and state.done[back].cue == -1 and state.done[back].clause == state.clause:
                state.done[back] = replace(state.done[back], cue=AMBIGUOUS)
    if not plain and token.cue >= 0 and state.done[token.cue].folded in ("no", "not", "never", "none"):
        first = token.cue
        state.done[first:here] = [
            replace(each, cue=-1) if each.cue == first else each for each in state.done[first:here]
        ]
        state.cue = -1
    elif token.stem in lexicon.FROM_STEMS and _FROM.match(text, token.end):
        state.pending, state.cue = here, AMBIGUOUS
    else:
        state.cue, state.cue_left = here, 3 if short_cue(token.folded) else 99


def _relative_over(token: Token, state: _State) -> bool:
    """Whether a verb of being ends a negated relative clause ("those that were not approved are …").

    One also ends what "without" and the like govern.
    """
    here = len(state.done) - 1
    if state.cue < 0 or token.folded not in _BE:
        return False
    governed = any(each.content for each in state.done[state.cue + 1 : here])
    relative = any(each.folded == "that" for each in state.done[max(0, state.cue - 2) : state.cue])
    return governed and (relative or state.done[state.cue].folded in lexicon.SHORT_NEGATIONS)


def _attribute_whole(text: str, tokens: list[Token]) -> list[Token]:
    """Both "according to X", and "X said" after a comma, govern the words before them as well, back to a full stop."""
    found = list(tokens)
    for number, token in enumerate(tokens):
        late = (
            token.stem in lexicon.SPEECH_STEMS | lexicon.SPEECH_FORMS
            and number + 1 < len(tokens)
            and tokens[number + 1].raw in ".,"
            and any(each.raw == "," for each in tokens[max(0, number - 5) : number])
        )
        according = token.folded == "according" and not _LAW.match(text, token.end)
        if not (late or according):
            continue
        for back in range(number - 1, -1, -1):
            if tokens[back].raw in (".", ";"):
                break
            found[back] = replace(found[back], attributed=True)
    return found
