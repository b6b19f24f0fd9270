"""Failures reported to Sentry, or to anything that speaks its protocol, without personal data."""

from __future__ import annotations

from typing import Any

import sentry_sdk
from sentry_sdk.types import Event, Hint

from postexp.kernel import logs

# What stands in a report, each chosen because no customer, staff member or key can stand in it.
KEPT = ("event_id", "timestamp", "level", "platform", "logger", "release", "environment", "sdk")
KEPT_OF_FRAME = ("filename", "abs_path", "function", "module", "lineno", "in_app")


def start(dsn: str, *, release: str) -> None:
    """Report unhandled failures and error lines from now on, in every process that calls this."""
    sentry_sdk.init(
        dsn=dsn,
        release=release,
        send_default_pii=False,
        include_local_variables=False,
        include_source_context=False,
        max_request_body_size="never",
        max_breadcrumbs=0,
        auto_session_tracking=False,
        before_send=without_personal_data,
    )


def without_personal_data(event: Event, hint: Hint) -> Event:
    """Return what of a report may leave the house: the kind of failure and where it happened.

    The words of an exception, local variables, addresses, headers, bodies and people stay here: our
    own log line of the same request id tells more to whoever may read it.
    """
    report: dict[str, Any] = {name: event[name] for name in KEPT if name in event}  # type: ignore[literal-required]
    if exceptions := event.get("exception", {}).get("values"):
        report["exception"] = {"values": [_failure(found) for found in exceptions]}
    if entry := event.get("logentry"):
        # The words of the programmer, not what was put into them.
        report["logentry"] = {"message": entry.get("message", "")}
    if request := logs.request_id():
        report["tags"] = {"request_id": request}
    return report  # type: ignore[return-value]


def _failure(exception: dict[str, Any]) -> dict[str, Any]:
    frames = (exception.get("stacktrace") or {}).get("frames", [])
    return {
        "type": exception.get("type"),
        "module": exception.get("module"),
        "stacktrace": {
            "frames": [{name: frame.get(name) for name in KEPT_OF_FRAME} for frame in frames]
        },
    }
