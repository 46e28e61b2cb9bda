"""Phrases that stand for a single word: "lost their lives" says what "died" says."""

import re
from collections.abc import Iterator
from functools import lru_cache

from rag.grounding.reading import Reading
from rag.grounding.tokens import Token
from rag.text.words import stem

_IDIOMS = {
    r"los(?:e|es|t|ing) (?:\w+ )?(?:life|lives)": "die dead death deadly kill murder",
    r"los(?:e|es|t|ing) (?:\w+ )?(?:posts?|jobs?|positions?|office)": "dismiss fire remove oust layoff",
    r"behind bars": "prison jail detention custody incarceration imprisonment detain inmate prisoner convict",
    r"(?:brought|put|came|come|brings|puts) (?:\w+ )?(?:to )?an end": "end stop cease halt release",
    r"shut (?:\w+ ){0,3}in\b": "confine lock detain hold isolate",
    r"(?:lock|locked|shut) (?:away|up)": "confine detain jail imprison hold",
    r"shut (?:down|off|out)": "close block suspend cut disconnect",
    r"(?:put|puts|putting|set|sets|setting) up": "build establish create form found erect",
    r"(?:held|hold|holding) (?:\w+ )?(?:accountable|to account|answerable)": "responsible liable punish prosecute",
    r"(?:answer|answers|answered) for": "responsible liable accountable",
    r"(?:bring|brought|bringing) (?:\w+ ){0,3}to justice": "prosecute convict punish accountable try",
    r"(?:put|placed|standing|stood|stand) on trial|(?:stand|stood) trial": "prosecute try trial court",
    r"taken? into custody|took (?:\w+ )?into custody|picked up|rounded up": "arrest detain custody apprehend",
    r"made (?:it|this|them|him|her|easier|harder)? ?(?:inaccessible|unavailable)": "block close shut ban",
    r"(?:made|make|making) (?:it )?easier": "help strengthen facilitate ease simplify enable ability",
    r"(?:made|make|making) (?:it )?harder": "hinder difficult impede complicate",
    r"(?:made|become|became|becoming) worse": "worsen exacerbate deteriorate aggravate",
    r"(?:turn|turned|turning) down": "reject refuse deny decline",
    r"(?:step|stepped|stepping) down": "resign resignation quit",
    r"(?:do|did|does|done|doing) away with": "abolish eliminate remove repeal",
    r"(?:call|called|calling) off": "cancel",
    r"(?:hand|handed|handing) (?:over|down)": "extradite deliver issue sentence transfer give",
    r"(?:let|let) (?:go|out|free)": "release free",
    r"(?:let|lets|letting) slip": "leak disclose reveal",
    r"(?:got|get|gets|given|gave) (?:\w+ ){0,4}years?(?: in)?": "sentence imprison convict",
    r"(?:got|get|gets|given|gave) (?:\w+ )?back|got back": "return restore",
    r"(?:cut|cuts|cutting) (?:off|down)": "block disconnect reduce stop restrict",
    r"(?:single|singled|singles) out": "target",
    r"(?:dealt|deal) with": "handle address process apply",
    r"(?:want|lack) of|for want of": "lack shortage absence",
    r"against (?:\w+ )?will": "involuntary force unwilling",
    r"of (?:\w+ )?own accord|of (?:\w+ )?own (?:free )?will": "voluntary willing",
    r"(?:passed|pass) away": "die dead death",
    r"(?:took|take|taken) (?:\w+ )?own life": "suicide",
    r"became law|become law|becomes law|signed into law": "sign adopt enact pass",
    r"(?:make|made|making) known": "announce publish disclose say state report",
    r"(?:set|sets|setting) out": "explain provide describe explanation state",
    r"(?:came|come|comes) to (?:\w+ )?(?:attention|light|notice)": "reach reveal emerge disclose public",
    r"(?:found|find|finds) guilty": "convict conviction",
    r"in (?:\w+ )?absence": "absentia",
    r"(?:carried|carry|carries) out": "conduct perform commit",
    r"(?:went|go|gone|goes) unpunished": "impunity",
    r"(?:gave|given|give) birth": "born birth pregnant",
    r"out of work": "unemployed dismiss unemployment",
    r"(?:take|took|taken) (?:\w+ )?to court": "sue lawsuit suit",
    r"(?:kept|keep|keeps) (?:\w+ ){0,3}from": "prevent bar block deny",
    r"(?:spoke|speak|speaks) for": "represent",
    r"beat (?:\w+ ){0,2}(?:candidates|rivals|opponents|contenders|challengers)": "win won victory",
    r"break(?:ing|s)? (?:\w+ )?(?:laws?|rules?)|broke (?:\w+ )?(?:laws?|rules?)": "unlawful illegal violate breach",
    r"as (?:the )?(?:law|constitution|code) (?:provides|requires|prescribes)": "constitution law code legal",
    r"violat\w+ (?:of )?(?:[\w']+ )?rights": "abuse violation breach infringe",
    r"abus\w+ (?:of )?(?:[\w']+ )?rights": "abuse violation breach infringe",
    r"required minimum|minimum required": "minimum",
    r"made up for|mak(?:e|es|ing) up for": "compensate offset",
    r"as a rule": "generally usually commonly",
    r"public health chief|health officer": "health officer",
}
"""Pattern in folded text, and words of which the evidence must have one."""
_COMPILED = tuple(
    (re.compile(rf"\b(?:{phrase})"), frozenset(map(stem, words.split()))) for phrase, words in _IDIOMS.items()
)


@lru_cache(maxsize=4_096)
def _found(text: str) -> tuple[tuple[int, int, frozenset[str]], ...]:
    lower = text.lower()
    return tuple((m.start(), m.end(), meanings) for pattern, meanings in _COMPILED for m in pattern.finditer(lower))


def meanings(reading: Reading, token: Token) -> Iterator[frozenset[str]]:
    """Stems that each phrase around a word stands for."""
    return (stems for start, end, stems in _found(reading.text) if start <= token.start and token.end <= end)


def told(reading: Reading, token: Token, evidence: Reading) -> bool:
    """Whether a word is part of a phrase for which the evidence has a word."""
    return any(not stems.isdisjoint(evidence.concepts) for stems in meanings(reading, token))
