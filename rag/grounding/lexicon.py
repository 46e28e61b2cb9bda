"""Word classes that decide whether two texts say the same: negation, report, doubt, extent, obligation.

Sets hold folded words or their stems, as named; patterns expect text folded by ``rag.quotes.fold``.
"""

import re

from rag.text.words import phrases, stem


def _stems(text: str) -> frozenset[str]:
    return frozenset(stem(word) for word in text.split())


NEGATING_WORDS = frozenset(
    "not no never none nobody nothing nowhere neither nor without cannot rarely seldom hardly".split()
)
NEGATING_STEMS = _stems(
    """fail failure lack absence refuse refusal unable prevent prohibit prohibition ban bar forbid forbidden forbade
    deny denial reject refute rebuff dispute outlaw ineligible impossible shortage insufficient inadequate"""
)
"""Verbs and the like that turn what follows them into its opposite."""
SHORT_NEGATIONS = frozenset("without lack lacked lacks lacking shortage shortages insufficient inadequate".split())
"""They govern the next few words only."""
RARELY = frozenset("rarely seldom hardly rare few uncommon infrequent infrequently little".split())
ENDING_STEMS = _stems(
    """eliminate disqualify disqualification exempt ignorance unaware refrain abstain absent preclude impede exclude
    exclusion except unless missing"""
)
"""Further words that make a clause negative, with those above."""
DENIALS = _stems("deny denial reject refute rebuff dispute disclaim decline refuse refusal")
"""One may stand for another."""
FROM_STEMS = _stems("prevent bar prohibit ban stop block")
"""In "prevents X from Y" it is Y that does not happen."""
NEGATIVE = phrases(
    r"""not; no; never; none; nobody; nothing; neither; nor; without; cannot; \w+n't; unable; only; few; little;
    limited; restricted; despite; un\w{4,}; in\w{4,}; im\w{4,}; il\w{4,}; ir\w{4,}; non\w{4,}; dis\w{4,}; fail*;
    lack*; absen*; refus*; rare*; seldom; hardly; deni*; deny*; reject*; refut*; rebuff*; prevent*; prohibit*; ban;
    bans; banned; bar; bars; barred; forbid*; block*; stop*; withdr*; declin*; lost; drop*; clos*; remov*; overturn*;
    short*; ignor*; avoid*; exempt*; except*; but"""
)
"""Anything that a negative statement may rest on."""

CLAUSE_WORDS = frozenset(
    """if when until so but although though while whereas however because nevertheless despite unless which who whom
    whose""".split()
)
"""They begin a clause that an earlier negation or modal no longer governs."""

SPEECH_STEMS = _stems(
    """say state report claim allege assert argue insist believe note indicate announce suggest accuse complain
    criticize conclude observe write tell warn maintain contend express consider call term describe view perceive
    suspect comment remark rule cite elaborate emphasize highlight deplore acknowledge admit confirm deny think feel
    voice hail explain praise grumble underline stress lament decry caution recount reiterate mention testify attest
    opine remonstrate protest bemoan"""
)
"""Verbs that make what follows somebody's word or thought."""
COMPLAINTS = frozenset("complaint complaints allegation allegations claim claims accusation accusations rumors".split())
"""What is complained of, alleged or claimed follows their "that"."""
SPEECH_FORMS = frozenset("objected said told wrote felt thought".split())
SPEECH_NOUNS = frozenset(
    "state states charge charges post posts view views concern concerns report reports note comment".split()
)
"""After a determiner they are nouns."""
CRITICS = frozenset("critical critic critics criticism".split())
"""Of the stem of "criticize", and no verbs."""
DETERMINERS = frozenset("the a an of public this that these those its their his her no any some many".split())
REPORT_WORDS = frozenset("allegedly reportedly purportedly apparently supposedly alleged purported suspected".split())
RECORD_WORDS = frozenset(
    "counted records recorded documented cited listed rated mentions lists counts puts cites gives".split()
)
"""In a statement they keep a figure with the one who gives it, as "reported" does."""
SPOKEN_WORDS = frozenset(
    """faulted condemned slammed deemed regarded seen denounced lauded commended declared charged hailed praised
    disclosed published show showed shown shows suggests indicates revealed""".split()
)
"""Further ways of a statement to say that somebody says it."""
SPEECH_ACTS = frozenset(
    """announcement contention allegation allegations accusation accusations assertion argument belief suspicion called
    demanded demanding urged asked warned warning attributed blamed claim claims""".split()
)
"""Acts that leave a matter with the one who speaks of it."""
VIEWS = phrases(
    r"""in the (?:view|words|opinion|eyes|assessment) of; by [\w' ]{3,40} account;
    in [\w' ]{3,40} (?:view|opinion|assessment|telling|judgment|estimation|eyes|words);
    [\w']+s' (?:count|tally|figures|account|view|estimate); [\w']+'s (?:count|tally|figures|account|view|estimate);
    spoke of; speaks of; spoken of; talked of; wrote of; told of; tells of; took [\w' ]{3,40} to be; put [\w' ]{3,40}
    down to; held that; was of the view; were of the view; of the opinion; had it that; by its own account;
    by their own account; pointed to; pointed out; drew attention to; raised concerns; expressed; testified; testif\w*;
    took the view; in the eyes; thought; faulted; objected; lamented; complained;
    described; flagged; adding that; criticism from; under fire from;
    for (?:[\w-]+ ){0,3}(?:observers|activists|monitors|advocates|critics) the; singled out; heard from; was told;
    were told; learned from; source of; sources;
    estimat\w+; opined; deplor\w+; decri\w+; protested that; reckoned; recalled; recount\w*;
    relat(?:ed|es) (?:how|that); worried; worries; feared; the finding of; the findings of;
    found (?!in |dead|guilty|at |on |it |them |him |her |no ); added that;
    made known; makes known; faulting; accusing; denounc\w+; blam\w+;
    vouch\w*; put the number; put at; puts; reckon\w*; hold that; holds that;
    traced [\w' ]{3,40} to; ascribed; credited; portrayed; characteri\w+"""
)
"""Ways of saying that a matter is somebody's view or word."""
FACTIVE_STEMS = _stems("corroborate verify acknowledge admit confirm prove establish reveal demonstrate concede")
"""They vouch for what follows; "alleged" does not."""

POSSIBLE_WORDS = frozenset("may might could can".split())
POSSIBLE = phrases(
    """may; might; could; can; cannot; allow*; permi*; enabl*; eligib*; entitle*; authoriz*; possib*; right to;
    rights to; able; unable; power; powers; opportunity; would; likely; up to; discretion; free to; option*;
    impossible; prohibit*; forbid*; ban; bans; banned; bar; bars; barred; ability"""
)
"""What leaves a thing possible, or speaks of its possibility."""
NECESSARY_WORDS = frozenset("must shall".split())
NECESSARY = phrases(
    """must; shall; requir*; oblig*; mandat*; compulsory; need; needs; needed; necess*; has to; have to; had to; forced;
    duty; only; subject to; be to; demand*; provided that; order; orders; ordered; conditional; minimum; at least;
    stipulat*; depend*; prerequisite; days to; hours to; months to"""
)
MUST = phrases(
    r"""must(?! (?:not|never)\b); shall; is required; are required; was required; were required; be required;
    is obliged; are obliged; was obliged; were obliged; obliges; compels; has to; have to; mandatory; obligated;
    obligatory; obligates"""
)
FREE = phrases(
    "may; can; could; might; free to; optional*; voluntar*; encouraged; recommended; advised; asked; invited; wish"
)
UNREAL = phrases(
    """promis*; plan; plans; planned; planning; intend*; intent*; aim*; goal; goals; objective*; try; tries; tried;
    trying; attempt*; seek*; sought; threat*; propos*; demand*; request*; urge*; want*; hope*; hoping; pledg*; vow*;
    purpose*; ask*; expect*; call for; call on; called for; called on; calls for; calling for; would; will; should;
    could; may; might; meant to; apply; applied; application*; recommend*; orders; ordered; commit to; committed to;
    agree*; prepar*; in order; undertak*; undertook; assur*; told; instruct*; advis*"""
)
"""What keeps a thing from being said to be done."""
CERTAIN = phrases("certain to; sure to; inevitabl*; definitely; undoubtedly; unquestionably; bound to; guaranteed to")
DESIRED = re.compile(r"\b(?:should|would|will|ought to) (?:not )?(?:be )?(?P<verb>\w+)")
OVER = re.compile(r"\b(?:closed|completed|finished|ended|concluded)\b")
SETTLED = re.compile(
    r"\b(?:been|were|was|had|has|have) (?:\w+ )?(?:resolved|solved|finished|overcome|ended|concluded)\b"
)
STILL = re.compile(r"\b(?:continu\w+|ongoing|(?:is|are|was|were) (?:looking|examining|investigating))\b")
OBLIGED = re.compile(r"\b(?:obliges?|obliged|requires?|required|mandates?)\b[^.;,]{0,40}? to (?P<verb>\w+)")
EXEMPT = re.compile(r"\b(?:exempt\w*|excluded|except)\b")
UNREAL_BEFORE_TO = re.compile(
    r"\b(?:promis(?:e|es|ed|ing)|plan(?:s|ned|ning)?|intend(?:s|ed|ing)?|aim(?:s|ed|ing)?|goal(?:s? (?:is|was|were))?"
    r"|tr(?:y|ies|ied|ying)|attempt(?:s|ed|ing)?|seek(?:s|ing)?|sought|threaten(?:s|ed|ing)?|propos(?:e|es|ed|ing)"
    r"|pledged|vowed|want(?:s|ed)?|hop(?:e|es|ed|ing)|asked|urged|call(?:ed|s)? (?:on|upon) [\w' ]{3,60}?(?: not)?)"
    r" to (?P<verb>\w+)"
    r"|\b(?:measures?|steps|efforts?|action) to (?P<aim>\w+)"
)
PROPOSED = phrases("proposed; promised; threatened; planned; draft")
UNDER_WAY = re.compile(r"\b(?:is|are|was|were) (?:still |currently )?(?P<verb>(?!being\b)\w+ing)\b")
PENDING = re.compile(
    r"\b(?:pending|awaiting|ongoing|not yet|under way|underway)\b(?: (?:the|a|an|his|her|their))?(?: (?P<noun>\w+))?"
)
"""What has not come to its end."""
ENDED = phrases("after; following; upon; completed; finished; ended; concluded; closed; final")
NOT_YET = phrases("pending; await*; ongoing; not yet; until; before; still; under way; underway; continu*; remain*")
REQUESTS = phrases(
    """called for; called on; calls for; call for; urge*; asked; recommend*; request*; appeal*; encourag*; advis*;
    suggest*; propos*"""
)
ORDERS = phrases("order; orders; ordered; require*; instruct*; command*; obliged; mandat*; direct*; demand*; must")
FULL = frozenset(
    "complete completely full fully total totally absolute absolutely whole wholly entire entirely".split()
)
PARTIAL = frozenset("some partial partially limited somewhat certain part partly incomplete".split())
LADDER = {
    **dict.fromkeys("few".split(), 1),
    **dict.fromkeys("some several certain".split(), 2),
    **dict.fromkeys("many numerous".split(), 3),
    **dict.fromkeys("most".split(), 4),
    **dict.fromkeys("all every each any both".split(), 5),
}
"""How many of those named, in rising order."""

PERIODS = frozenset("year month week day of hour".split())
"""After "every" or "all" they measure time."""
UNIVERSAL_WORDS = frozenset(
    """all every always everyone everybody everything entire entirely whenever invariably automatically completely
    nationwide universally wholly exclusively solely whichever any""".split()
)
UNIVERSAL_GROUNDS = frozenset(
    "all any every each always no none never entire whole wholly entirely both everyone anyone full throughout "
    "annually annual yearly".split()
)
"""In the evidence, they may stand behind a universal word of the statement."""
MOST_WORDS = frozenset(
    """most mostly majority usually often frequently regularly typically generally routinely widespread commonly
    predominantly largely widely""".split()
)
MOST_GROUNDS = MOST_WORDS | frozenset(
    """largest highest greatest biggest bulk
    commonplace common main mainly primarily prevalent habitually normally continued continue numerous many almost
    nearly vast repeatedly constantly remained remain continues""".split()
)
SOME_WORDS = frozenset("some several certain few occasionally sometimes".split())
RESTRICTION = re.compile(
    r"\b(?:in (?:(?:some|several|many|certain|localized|a few|a number of|extreme|rare|individual|most)\s?)+ "
    r"(?:cases|instances|places|cities|areas|occasions)|on (?:some|several|certain) occasions"
    r"|at times|sometimes|occasionally|periodically|anecdotally)\b"
)
RESTRICTED = phrases(
    """some; several; certain; sometimes; at times; occasional*; periodic*; few; many; case; cases; instance; instances;
    localized; places; occasion; occasions; from time to; now and then; times; numerous; number of; most; often; can;
    may; repeatedly; anecdot*"""
)
"""What keeps such a restriction in a statement."""

IRREGULAR = frozenset(
    "won lost withdrew sued beat shot hit found gave took led fled left met sent went wrote made".split()
)
"""Past tenses that do not end in "-ed"."""
SUBJECT_WORDS = frozenset(
    "activist blogger journalist leader president chairman figure lawyer attorney judge party".split()
)
"""What a name's bearer may be called in its place."""

EVENTS = _stems(
    """convict acquit sentence clear punish jail imprison release free end cease reject dismiss award order ban kill
    murder execute attack beat torture rape arrest detain charge indict prosecute extradite deport expel grant deny
    approve improve worsen destroy confiscate threaten force resign flee escape admit confess apologize compensate win
    lose overturn uphold annul repeal abolish legalize criminalize cancel suspend violate ignore investigate steal rob
    fabricate elect hire promote choose choice pay invade shoot kidnap abduct drown poison strangle surrender disappear
    pardon fair true permanent innocent guilty"""
) | frozenset("beaten stole stolen chose chosen paid fled shot".split())
"""Acts, outcomes and harms: none is said to have happened where the evidence speaks of nothing like it."""
FATES = _stems(
    """convict acquit clear punish jail imprison release free dismiss execute kill murder torture rape arrest detain
    charge indict extradite deport expel confess pardon repeal abolish legalize criminalize annul overturn uphold cancel
    suspend resign flee escape win lose elect violate attack abduct kidnap surrender permanent innocent
    guilty criminal"""
)
"""Those that decide somebody's fate or a law's, which no other word stands for."""
