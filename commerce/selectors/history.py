"""The event log in the words of people: who did what to an object."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from commerce.models import ApiKey, User
from postexp.kernel.history import happened_at, words_of
from postexp.kernel.models import EventRecord

SERVICES = {
    "shopify": "Shopify",
    "easypost": "EasyPost",
    "aftership": "AfterShip",
    "shippo": "Shippo",
    "seventeentrack": "17TRACK",
}


def timeline(
    records: Iterable[EventRecord], also: Iterable[dict[str, Any]] = ()
) -> list[dict[str, Any]]:
    """Return log rows as entries of `{% timeline %}`, what happened last first.

    Kinds nobody described are left out. `also` are entries of what the log does not tell.
    """
    records = list(records)
    actors = name_actors(record.actor for record in records)
    entries = [
        entry_of(record, actors[record.actor])
        for record in records
        if words_of(record.type) is not None
    ]
    return sorted([*entries, *also], key=lambda entry: _instant(entry["at"]), reverse=True)


def _instant(at: date) -> datetime:
    """A day alone ends the story of that day."""
    if isinstance(at, datetime):
        return at
    return datetime.combine(at, time.max, tzinfo=timezone.get_current_timezone())


def entry_of(record: EventRecord, actor: str) -> dict[str, Any]:
    """Return one log row as a timeline entry; its type stands in where nobody described it."""
    words = words_of(record.type)
    detail = words.detail(record.payload) if words and words.detail else ""
    by = _("by %(name)s") % {"name": actor} if actor else ""
    return {
        "title": words.title if words else record.type,
        "at": happened_at(record),
        "text": " · ".join(str(part) for part in (detail, by) if part),
        "icon": words.icon if words else "circle",
        "tone": words.tone if words else "neutral",
    }


def name_actors(actors: Iterable[str]) -> dict[str, str]:
    """Return how people read the actors of the log; Postexp itself has an empty name.

    At most two queries, whatever their number.
    """
    found = set(actors)
    people = _ids(found, "staff")
    keys = _ids(found, "api")
    names = {
        f"staff:{user.pk}": str(user)
        for user in (
            User.objects.filter(pk__in=[pk for pk in people if pk.isdigit()]) if people else ()
        )
    } | {
        f"api:{key.public_id}": _("API key “%(name)s”") % {"name": key.name}
        for key in (ApiKey.objects.filter(public_id__in=keys) if keys else ())
    }
    return {actor: names.get(actor) or _plain_name(actor) for actor in found}


def _ids(actors: set[str], kind: str) -> list[str]:
    return [actor.removeprefix(f"{kind}:") for actor in actors if actor.startswith(f"{kind}:")]


def _plain_name(actor: str) -> str:
    if actor == "system":
        return ""
    if actor == "shopper":
        return _("the shopper")
    kind = actor.partition(":")[0]
    if kind == "staff":
        return _("a former member of staff")
    if kind == "api":
        return _("a deleted API key")
    if kind == "policy":
        return _("the return policy")
    if kind == "import":
        return _("an import")
    if kind == "generic":
        return _("one of your own systems")
    return SERVICES.get(kind, kind)
