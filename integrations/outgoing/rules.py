"""Decisions about outgoing webhooks: what is signed and how, when to try again, when to stop."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

WRITTEN_WITH = "whsec_"
SECRET_BYTES = 32

# The waits after each failed attempt, as the Standard Webhooks specification proposes them. Jitter
# only lengthens them, so that the last attempt comes 75 hours after the first or later.
WAITS = tuple(
    timedelta(seconds=seconds)
    for seconds in (5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400)
)
MOST_ATTEMPTS = len(WAITS) + 1
JITTER = 0.2
LONGEST_ASKED_WAIT = timedelta(hours=24)

# An endpoint that answered nothing well for this long is paused.
PATIENCE = timedelta(days=5)
# How many requests may be under way to one endpoint: a failing one gets a single try at a time.
AT_ONCE, AT_ONCE_FAILING = 4, 1
# A secret that was replaced signs beside the new one for this long.
OVERLAP = timedelta(hours=24)

GONE = 410


def sign(*, message_id: str, at: datetime, body: bytes, secrets: Sequence[str]) -> dict[str, str]:
    """Return the three headers that prove a message, with one signature for each secret."""
    timestamp = str(int(at.timestamp()))
    signed = f"{message_id}.{timestamp}.".encode() + body
    signatures = [
        base64.b64encode(hmac.new(_key(secret), signed, hashlib.sha256).digest()).decode()
        for secret in secrets
    ]
    return {
        "webhook-id": message_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": " ".join(f"v1,{signature}" for signature in signatures),
    }


def write_secret(key: bytes) -> str:
    """Return a key as receivers are given it: `whsec_` and base64."""
    return WRITTEN_WITH + base64.b64encode(key).decode()


def _key(secret: str) -> bytes:
    return base64.b64decode(secret.removeprefix(WRITTEN_WITH))


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What an attempt came to: delivered, tried again at `again_at`, or failed for good.

    `gone`: the receiver asks never to be sent to again.
    """

    delivered: bool = False
    again_at: datetime | None = None
    gone: bool = False


def judge(
    *,
    status: int | None,
    retry_after: str,
    attempts: int,
    at: datetime,
    chance: float,
    hopeless: bool = False,
) -> Verdict:
    """Decide after an attempt. `status` is None where no answer came; `chance` is from 0 to 1;
    `hopeless` says that no further attempt can fare better.

    `attempts` counts the one just made. Redirects are failures: the address is checked, where it
    leads is not.
    """
    if status is not None and 200 <= status < 300:
        return Verdict(delivered=True)
    if status == GONE:
        return Verdict(gone=True)
    if hopeless or attempts >= MOST_ATTEMPTS:
        return Verdict()
    wait = WAITS[attempts - 1] * (1 + JITTER * chance)
    return Verdict(again_at=at + max(wait, asked_wait(retry_after, at=at)))


def asked_wait(retry_after: str, *, at: datetime) -> timedelta:
    """Return the wait a `Retry-After` header asks for, a day at most; zero if it asks for none."""
    text = retry_after.strip()
    if text.isascii() and text.isdigit():
        return min(timedelta(seconds=int(text[:9])), LONGEST_ASKED_WAIT)
    try:
        wait = parsedate_to_datetime(text) - at
    except (TypeError, ValueError):
        return timedelta()
    return max(timedelta(), min(wait, LONGEST_ASKED_WAIT))


def is_endpoint(url: str, *, https_only: bool) -> bool:
    """Whether an address can be an endpoint: https, a host, no user name, no fragment."""
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname, parts.port
    except ValueError:
        return False
    schemes = ("https",) if https_only else ("https", "http")
    return (
        parts.scheme in schemes
        and bool(host)
        and parts.username is None
        and not parts.fragment
        and url.isprintable()
        and " " not in url
    )
