"""What stands in a log line: its request's id, never tokens or personal data.

Tokens and whole ids are keys to what they name, so paths are cut before they are written.
"""

from __future__ import annotations

import json
import logging
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

# A log line shows only how a long segment of a path begins.
LONG_SEGMENT = re.compile(r"([^/]{8})[^/]{13,}")
# What may come in as X-Request-ID. Anything else could forge a line or smuggle data into the log.
WELL_FORMED = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{7,63}")
LONGEST_REQUEST_ID = 64

_request_id: ContextVar[str] = ContextVar("request_id", default="")


def without_secrets(path: str) -> str:
    """Return the path as it may stand in a log: long segments cut, control characters escaped."""
    shown = LONG_SEGMENT.sub(r"\1…", path)
    return shown if shown.isprintable() else ascii(shown)


def request_id() -> str:
    """Return the id of the request that caused what runs now; empty where no request did."""
    return _request_id.get()


@contextmanager
def caused_by(request: str) -> Iterator[None]:
    """Let every log line and event inside the block carry the id of a request."""
    token = _request_id.set(request)
    try:
        yield
    finally:
        _request_id.reset(token)


def accepted_request_id(offered: str) -> str:
    """Return the offered X-Request-ID where it is well formed, else a new id of 32 hex digits.

    Well formed are 8 to 64 letters, digits, dots, dashes and underscores.
    """
    return offered if WELL_FORMED.fullmatch(offered) else secrets.token_hex(16)


class HidesSecrets(logging.Filter):
    """Cuts the paths that a record names."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple):
            record.args = tuple(
                without_secrets(part) if isinstance(part, str) and "/" in part else part
                for part in record.args
            )
        return True


class NamesRequest(logging.Filter):
    """Gives each record the id of the request it belongs to, as `request`; `-` where there is none.

    Not as `request_id`: Django's records have the whole request as `request`, which this replaces.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        record.request = request_id() or "-"
        return True


class JsonLines(logging.Formatter):
    """Writes each record as one line of JSON: `at`, `level`, `logger`, `message`, `request_id`.

    What a caller gives as `extra={"facts": {...}}` stands beside these. Of an exception the lines
    name the kind and the places, never its words: those may quote personal data.
    """

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            "process": record.process,
        }
        if (request := getattr(record, "request", "-")) != "-":
            line["request_id"] = request
        line |= getattr(record, "facts", {})
        if record.exc_info and record.exc_info[0] is not None:
            line["exception"] = record.exc_info[0].__name__
            line["places"] = _places(record)
        return json.dumps(line, ensure_ascii=False)


def _places(record: logging.LogRecord) -> list[str]:
    """Return where an exception came through, the innermost last, as `file:line function`."""
    places = []
    step = record.exc_info[2] if record.exc_info else None
    while step is not None:
        code = step.tb_frame.f_code
        places.append(f"{code.co_filename}:{step.tb_lineno} {code.co_name}")
        step = step.tb_next
    return places
