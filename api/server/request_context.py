"""What is known of the request at hand, wherever in the server: its id."""

import re
from contextvars import ContextVar
from uuid import uuid4

from starlette.datastructures import Headers
from starlette.types import Scope

HEADER = "X-Request-ID"
_SANE = re.compile(r"[A-Za-z0-9._:-]{1,64}")
_KEY = "rapporteur.request_id"

CURRENT: ContextVar[str] = ContextVar("request_id", default="")
"""For the log of what is done on behalf of a request, in whatever thread."""


def request_id(scope: Scope) -> str:
    """The client's own X-Request-ID where it is sane, else one made for this request; the same at every call."""
    if _KEY not in scope:
        given = Headers(scope=scope).get(HEADER, "")
        scope[_KEY] = given if _SANE.fullmatch(given) else uuid4().hex
    return str(scope[_KEY])
