"""What people of a shop did, in the words of the reader: the log keeps plain codes for all."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from commerce.enums import InvitationEnd, ListName, Role

_LISTS = {
    **{one.value: one.label for one in ListName},
    "api-requests": _("API requests"),
    "audit": _("Audit log"),
    "deliveries": _("Delivery report"),
    "delivery-incidents": _("Delivery report"),
    "events": _("Events"),
    "imports": _("Imports"),
    "message-report": _("Message report"),
    "requests": _("Raw requests"),
    "webhooks": _("Webhooks sent"),
}
_FACTORS = {
    "totp": _("Authenticator app"),
    "webauthn": _("Passkey"),
    "recovery_codes": _("Recovery codes"),
}
_FACTORS_BEFORE = {"totp authenticator": "totp", "recovery codes": "recovery_codes"}
"""What `detail` calls a factor, where an event from before says it there alone."""


def exported_in_words(payload: Mapping[str, Any]) -> str:
    """Say which list was taken out; that it was filtered, and not by what."""
    name = str(_LISTS.get(payload["list"], payload["list"]))
    return " · ".join((name, gettext("filtered")) if payload["detail"] else (name,))


def invited_in_words(payload: Mapping[str, Any]) -> str:
    """Say who was invited to be what."""
    address, role = payload.get("email", ""), payload.get("role", "")
    if not role:
        address, _as, role = str(payload["detail"]).rpartition(" as ")
    if role not in Role.values:
        return str(payload["detail"])
    return f"{address} · {Role(role).label}"


def answered_in_words(payload: Mapping[str, Any]) -> str:
    """Say whose invitation ended how."""
    end = str(payload["end"])
    if end not in InvitationEnd.values:
        return str(payload["detail"])
    address = payload.get("email") or str(payload["detail"]).removesuffix(f" {end}")
    return f"{address} · {InvitationEnd(end).label}"


def factor_in_words(payload: Mapping[str, Any]) -> str:
    """Say which second factor was added, removed or made anew."""
    act, factor = payload.get("act", ""), payload.get("factor", "")
    if not act:
        act, _space, named = str(payload["detail"]).partition(" ")
        factor = _FACTORS_BEFORE.get(named, named)
    said = {
        "added": pgettext("second factor", "added"),
        "removed": pgettext("second factor", "removed"),
        "renewed": pgettext("second factor", "made anew"),
    }
    if act not in said:
        return str(payload["detail"])
    return f"{_FACTORS.get(factor, factor)}: {said[act]}"
