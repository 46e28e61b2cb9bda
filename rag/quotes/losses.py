"""What a cut quotation may have lost: the words left out that would turn it round.

Patterns expect text folded by ``rag.quotes.fold``.
"""

from rag.text.words import phrases

NEGATION = phrases(
    r"""not; no; never; none; nobody; nothing; nowhere; neither; nor; without; cannot; unable; \w+n't; fail; failed;
    fails; failure; lack; lacked; lacks; lacking; absence; refuse*; refusal; rarely; seldom; hardly"""
)
DENIAL = phrases("deny; denies; denied; denying; denial*; disput*; reject*; refut*; rebuff*; disclaim*")
SPEAKER = phrases(
    """according to;
    said; says; say; stated; states; stating; report; reports; reported; reportedly; reporting; claim;
    claims; claimed; claiming; alleg*; assert*; argue*; insist*; believ*; maintained that; noted; indicated; announced;
    suggest*; accus*; complain*; criticiz*; concluded; ruled; suspect; suspects; suspected; wrote; told; observed;
    called; termed; purported*; considered"""
)
CONDITION = phrases(
    """if; unless; except; provided; although; though; but; however; nevertheless; only; while; yet; whether; may;
    might; could; would; should; until; despite"""
)
LOST = {"negation": NEGATION, "denial": DENIAL, "speaker": SPEAKER, "condition": CONDITION}
"""What a cut quotation may have lost, by name."""
