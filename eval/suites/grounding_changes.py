"""One change to a sentence at a time: those that make it false, and those that leave it true."""

import re
from collections.abc import Callable
from random import Random

MONTHS = "January February March April May June July August September October November December".split()
NUMBER_WORDS = "two three four five six seven eight nine ten eleven twelve".split()
_MONTH = "|".join(MONTHS)
_DATE = re.compile(rf"\b({_MONTH}) (\d{{1,2}})\b(?!,? \d{{4}})")
_PLACES = "Almaty Karaganda Pavlodar Aktau Kapshagay Taraz Kostanay Kokshetau Astana Nur-Sultan Rome".split()
_UNITS = {
    "hours": "days",
    "days": "weeks",
    "months": "years",
    "years": "months",
    "percent": "percentage of the budget, tenge",
    "month": "year",
    "tenge": "dollars",
}
_SAYS = re.compile(
    r"^(?:[A-Z][^,;]{2,70}?) "
    r"(?:stated|reported|claimed|alleged|asserted|noted|said|believed|denied|insisted|complained) (?:that )?(?=\w)"
)
_OPENING = re.compile(r"^(?:On|In|During|After) [^,]{3,40}, (?=[a-z])")

Change = Callable[[str, Random], str | None]
"""The changed sentence, or None where it offers nothing to change."""


def _number(text: str, random: Random) -> str | None:
    found = list(
        re.finditer(
            rf"(?<![\w.,-])(?:\d[\d,]*(?:\.\d+)?|{'|'.join(NUMBER_WORDS)})(?![\w]|[.,]\d|-\d)", text, re.IGNORECASE
        )
    )
    found = [
        m
        for m in found
        if not re.search(rf"(?:{_MONTH}|Article|Section|Unit) $", text[: m.start()])
        and not re.fullmatch(r"(?:19|20)\d\d", m.group())
    ]
    if not found:
        return None
    match = random.choice(found)
    old = match.group()
    if old.lower() in NUMBER_WORDS:
        new = random.choice([word for word in NUMBER_WORDS if word != old.lower() and word not in text.lower().split()])
    else:
        at = random.choice([i for i, c in enumerate(old) if c.isdigit()])
        digit = random.choice([d for d in "123456789" if d != old[at]])
        new = old[:at] + digit + old[at + 1 :]
        if re.search(rf"(?<!\d){re.escape(new)}(?!\d)", text):
            return None
    return text[: match.start()] + new + text[match.end() :]


def _unit(text: str, _random: Random) -> str | None:
    match = re.search(rf"\b(?:\d[\d,.]*|{'|'.join(NUMBER_WORDS)})[ -](hours?|days?|months|years|tenge)\b", text)
    if match is None:
        return None
    unit = match[1]
    other = _UNITS.get(unit) or _UNITS[unit + "s"][:-1]
    return text[: match.start(1)] + other + text[match.end(1) :]


def _day(text: str, random: Random) -> str | None:
    match = _DATE.search(text)
    if match is None:
        return None
    day = random.choice([d for d in range(1, 29) if str(d) != match[2] and f"{match[1]} {d}" not in text])
    return text[: match.start(2)] + str(day) + text[match.end(2) :]


def _month(text: str, random: Random) -> str | None:
    match = re.search(rf"\b(?:[Ii]n|[Oo]n|since|and) (?:early |late )?({_MONTH})\b", text)
    if match is None:
        return None
    month = random.choice([month for month in MONTHS if month not in text and month != "May"])
    return text[: match.start(1)] + month + text[match.end(1) :]


def _year(text: str, random: Random) -> str | None:
    match = re.search(r"\b(20\d\d)\b(?!-)", text)
    if match is None:
        return None
    year = random.choice([y for y in (2005, 2008, 2010, 2012) if str(y) not in text])
    return text[: match.start()] + str(year) + text[match.end() :]


def _place(text: str, random: Random) -> str | None:
    match = re.search(rf"\b(?:in|In|at|near) ({'|'.join(_PLACES)})\b", text)
    if match is None:
        return None
    other = random.choice(["Semey", "Aktobe", "Shymkent", "Oral", "Ekibastuz"])
    return text[: match.start(1)] + other + text[match.end(1) :]


def _negation_dropped(text: str, _random: Random) -> str | None:
    for pattern, plain in (
        (r"\bdid not (\w+)", r"did \1"),
        (r"\b(is|are|was|were|has|have|may|could|should|does|do) not\b", r"\1"),
        (r"\bThere were no\b", "There were"),
        (r"\b(?:have|had|has) no\b", "have"),
        (r"\bnever ", ""),
    ):
        if len(re.findall(pattern, text)) == 1 and len(re.findall(r"\b(?:not|no|never)\b", text)) == 1:
            return re.sub(pattern, plain, text)
    return None


def _negation_added(text: str, _random: Random) -> str | None:
    match = re.search(
        r"(?<!and )\b(was|were|is|are|has|have|may|must) (?!not|no|been|also|never)(?=[a-z]+(?:ed|en|ing)\b)", text
    )
    if match is None or re.search(r"\b(?:not|no|never|none)\b", text):
        return None
    return text[: match.end()] + "not " + text[match.end() :]


def _speaker_cut(text: str, _random: Random) -> str | None:
    for pattern in (_SAYS, re.compile(r"^According to [^,]{3,60}, ")):
        match = pattern.match(text)
        if (
            match
            and text[match.end() :].count(" ") > 3
            and not re.search(r"report|stat|said|alleg|claim|accord", text[match.end() :])
        ):
            rest = text[match.end() :]
            return rest[0].upper() + rest[1:]
    return None


def _speaker_changed(text: str, _random: Random) -> str | None:
    match = re.match(r"^(?:According to )(?:the )?([^,]{3,60}), ", text) or re.match(
        r"^([A-Z][\w’ ]{2,50}?) (?:stated|reported|claimed|alleged|asserted|noted|said|believed) that ", text
    )
    if match is None or match[1].lower().startswith(("she", "he ", "they", "it")):
        return None
    return text[: match.start(1)] + "Transparency International" + text[match.end(1) :]


def _hedge_dropped(text: str, _random: Random) -> str | None:
    if len(re.findall(r"\b(?:allegedly|reportedly)\b", text)) != 1 or re.search(
        r"according|stated|said|reported ", text
    ):
        return None
    return re.sub(r"\b(?:allegedly|reportedly) ", "", text)


def _scope_widened(text: str, _random: Random) -> str | None:
    if re.search(r"\b(?:all|every|always|each|any|no)\b", text, re.IGNORECASE):
        return None
    for pattern, wide in (
        (r"\b(?:Some|Many|Several|Most)\b", "All"),
        (r"\b(?:some|many|several|most)\b(?= [a-z]+s\b)", "all"),
        (r"\b(?:occasionally|sometimes|often|frequently|rarely)\b", "always"),
    ):
        if re.search(pattern, text):
            return re.sub(pattern, wide, text, count=1)
    return None


def _may_to_must(text: str, _random: Random) -> str | None:
    if re.search(r"\b(?:must|requir|oblig|mandat|only|need|forced|order)", text):
        return None
    changed = re.sub(r"\b(?:may|could|can)\b(?! not)", "must", text, count=1)
    return changed if changed != text else None


def _must_to_may(text: str, _random: Random) -> str | None:
    return (
        re.sub(r"\bmust\b", "may", text) if len(re.findall(r"\bmust\b", text)) == 1 and "requir" not in text else None
    )


def _outcome(text: str, _random: Random) -> str | None:
    for one, other in (
        ("convicted", "acquitted"),
        ("upheld", "overturned"),
        ("overturned", "upheld"),
        ("granted", "denied"),
        ("increased", "decreased"),
        ("prohibits", "permits"),
        ("rejected", "accepted"),
        ("banned", "authorized"),
        ("declined", "granted"),
    ):
        if len(re.findall(rf"\b{one}\b", text)) == 1 and other not in text:
            return re.sub(rf"\b{one}\b", other, text)
    return None


def _extra(text: str, random: Random) -> str | None:
    if not text.endswith(".") or len(text.split()) > 45:
        return None
    extra = random.choice(
        [
            ", including 37 women",
            " in the city of Semey",
            " on orders of General Akhmetov",
            ", at a cost of 4 billion tenge",
            " under Article 392",
            ", the European Union noted",
        ]
    )
    return f"{text[:-1]}{extra}."


def _cause(text: str, _random: Random) -> str | None:
    if (
        not text.endswith(".")
        or len(text.split()) > 40
        or re.search(r"\b(?:because|due to|as a result|in order)\b", text)
    ):
        return None
    return f"{text[:-1]} because of pressure from foreign investors."


def _forged(text: str, random: Random) -> str | None:
    words = text.split()
    if len(words) < 10 or any(mark in text for mark in "“”"):
        return None
    at = random.randrange(2, len(words) - 6)
    piece = [word.strip(".,;()") for word in words[at : at + 4]]
    if any(not word.islower() for word in piece):
        return None
    piece[random.randrange(1, 3)] = "utterly"
    return " ".join([*words[:at], f"“{' '.join(piece)}”", *words[at + 4 :]])


FALSE: dict[str, Change] = {
    "number": _number,
    "unit": _unit,
    "day": _day,
    "month": _month,
    "year": _year,
    "place": _place,
    "negation_dropped": _negation_dropped,
    "negation_added": _negation_added,
    "speaker_cut": _speaker_cut,
    "speaker_changed": _speaker_changed,
    "hedge_dropped": _hedge_dropped,
    "scope_widened": _scope_widened,
    "may_to_must": _may_to_must,
    "must_to_may": _must_to_may,
    "outcome": _outcome,
    "extra_specific": _extra,
    "invented_cause": _cause,
    "forged_quotation": _forged,
}


def _straight(text: str, _random: Random) -> str | None:
    return text.translate(str.maketrans("“”’–", '""\'-'))


def _number_word(text: str, _random: Random) -> str | None:
    match = re.search(rf"\b(?:{'|'.join(NUMBER_WORDS)})\b(?! (?:of|and)\b)(?!-)", text)
    return text[: match.start()] + str(NUMBER_WORDS.index(match.group()) + 2) + text[match.end() :] if match else None


def _percent(text: str, _random: Random) -> str | None:
    return re.sub(r"(?<=\d) percent\b", "%", text)


def _separator(text: str, _random: Random) -> str | None:
    return re.sub(r"(?<=\d),(?=\d{3}\b)", "", text)


def _day_first(text: str, _random: Random) -> str | None:
    return _DATE.sub(r"\2 \1", text)


def _date_last(text: str, _random: Random) -> str | None:
    match = _OPENING.match(text)
    if match is None or not text.endswith(".") or not match.group().startswith(("On", "In ")) or len(text.split()) > 30:
        return None
    rest = text[match.end() : -1]
    anchor = match.group().strip(", ")
    return f"{rest[0].upper()}{rest[1:]} {anchor[0].lower()}{anchor[1:]}."


def _without_parenthesis(text: str, _random: Random) -> str | None:
    return re.sub(r" \([^()]*\)", "", text) if text.count("(") == 1 and not text.startswith("(") else None


def _first_clause(text: str, _random: Random) -> str | None:
    match = re.match(r"^([^,;]{40,}), (?:and|but) (?:the|they|he|she|it|some|authorities)\b[^;]*$", text)
    if match is None or re.search(r"\b(?:if|unless|except|only)\b", text):
        return None
    return match[1] + "."


TRUE: dict[str, Change] = {
    "straight_marks": _straight,
    "number_as_digits": _number_word,
    "percent_sign": _percent,
    "no_separator": _separator,
    "day_first": _day_first,
    "date_last": _date_last,
    "no_parenthesis": _without_parenthesis,
    "first_clause": _first_clause,
}
