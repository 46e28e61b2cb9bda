"""Server-sent events out of the bytes of a reply, in bounded memory."""

from collections.abc import Iterable, Iterator

from rag.errors import ModelReplyError

LONGEST_EVENT = 262_144
"""Bytes of one line. A chat server's are a few hundred."""
LONGEST_BODY = 8_388_608
"""Bytes of a whole reply, over ten times what the longest one needs."""


def capped(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The chunks; ``ModelReplyError`` where there are more bytes than ``LONGEST_BODY``."""
    total = 0
    for chunk in chunks:
        total += len(chunk)
        if total > LONGEST_BODY:
            raise ModelReplyError(f"the reply does not end: it was cut after {LONGEST_BODY:,} bytes")
        yield chunk


def events(chunks: Iterable[bytes]) -> Iterator[str]:
    """The data lines as soon as each is complete: chat servers put a whole event on one. Other lines are passed over.

    Raises ``ModelReplyError`` for what has more bytes than allowed or is no UTF-8.
    """
    for line in _lines(capped(chunks)):
        if line.startswith(b"data:"):
            yield decoded(line[5:]).strip()


def decoded(data: bytes) -> str:
    """``data`` as text; ``ModelReplyError`` where it is no UTF-8."""
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise ModelReplyError("the reply is no UTF-8") from error


def _lines(chunks: Iterable[bytes]) -> Iterator[bytes]:
    waiting: list[bytes] = []
    length = 0
    for chunk in chunks:
        *ended, rest = chunk.split(b"\n")
        for part in ended:
            yield (b"".join(waiting) + part).removesuffix(b"\r")
            waiting, length = [], 0
        waiting.append(rest)
        length += len(rest)
        if length > LONGEST_EVENT:
            raise ModelReplyError(f"the reply has a line of more than {LONGEST_EVENT:,} bytes")
    if length:
        yield b"".join(waiting).removesuffix(b"\r")
