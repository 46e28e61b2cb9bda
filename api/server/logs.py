"""One JSON line an event on stderr, for machines to read. What was asked is not in it, unless that is configured."""

import json
import logging
import traceback
from datetime import UTC, datetime
from typing import Any

LOGGER = logging.getLogger("rapporteur")


class JsonLines(logging.Formatter):
    """``logger.info("event", extra={"fields": {…}})`` as one line; exceptions as their kind and where they arose."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "event": record.getMessage(),
            **getattr(record, "fields", {}),
        }
        if record.exc_info and record.exc_info[1]:
            line |= raised(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False, default=str)


def raised(error: BaseException) -> dict[str, Any]:
    """The kind of an error and its places in the code, without its message, which may hold what was asked."""
    places = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(error.__traceback__)]
    return {"error": type(error).__name__, "places": places[-12:]}


CONFIGURATION: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "api.server.logs.JsonLines"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json", "stream": "ext://sys.stderr"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "rapporteur": {"level": "INFO"},
        "uvicorn": {"level": "INFO"},
    },
}
"""For ``logging.config.dictConfig``; the server's own messages in the same form."""
