"""Amazon SNS asks whether a topic may send here, and sends nothing until its address was opened."""

from __future__ import annotations

import json
import re
from urllib.parse import urlsplit

import httpx

from integrations.http import checked_client

CONFIRMATION = "SubscriptionConfirmation"
_HOST = re.compile(r"sns\.[a-z0-9-]+\.amazonaws\.com(\.cn)?")


def is_confirmation(body: bytes) -> bool:
    """Whether a proven request of SNS is such a question."""
    return bool(json.loads(body).get("Type") == CONFIRMATION)


def confirm_topic(body: bytes) -> bool:
    """Answer yes, by opening the address that a proven request names; return whether that worked.

    Only addresses of SNS itself are opened.
    """
    url = str(json.loads(body).get("SubscribeURL", ""))
    parts = urlsplit(url)
    if parts.scheme != "https" or not _HOST.fullmatch(parts.hostname or ""):
        return False
    try:
        with checked_client() as client:
            return client.get(url).is_success
    except httpx.TransportError:
        return False
