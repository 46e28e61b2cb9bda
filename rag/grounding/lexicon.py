"""Word classes that decide whether two texts say the same: negation, denial, report, doubt, condition.

Patterns expect text folded by ``rag.quotes.fold`` (lower case, straight marks).
"""

import re

NEGATION = re.compile(
    r"\b(?:not|no|never|none|nobody|nothing|nowhere|neither|nor|without|cannot|unable|\w+n't)\b"
    r"|\b(?:fail(?:ed|s|ure)?|lack(?:ed|s|ing)?|absence|refus(?:ed|es|al)|rarely|seldom|hardly)\b"
)
DENIAL = re.compile(r"\b(?:den(?:y|ies|ied|ying|ial|ials)|disput\w+|reject\w*|refut\w+|rebuff\w*|disclaim\w*)\b")
SPEAKER = re.compile(
    r"\baccording to\b"
    r"|\b(?:said|says|say|stat(?:ed|es|ing)|report(?:s|ed|edly|ing)?|claim(?:s|ed|ing)?|alleg\w+|assert\w*|argu(?:ed|es|ing)"
    r"|insist\w*|believ\w+|maintained that|noted|indicated|announced|asserted|suggest\w*|accus\w+|complain\w*"
    r"|criticiz\w+|concluded|ruled|suspect(?:ed|s)|reported|wrote|told|observed|called|termed|purported\w*|considered)\b"
)
CONDITION = re.compile(
    r"\b(?:if|unless|except|provided|although|though|but|however|nevertheless|only|while|yet|whether|may|might|could"
    r"|would|should|until|despite)\b"
)
LOST = {"negation": NEGATION, "denial": DENIAL, "speaker": SPEAKER, "condition": CONDITION}
"""What a cut quotation may have lost, by name."""
