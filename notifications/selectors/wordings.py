"""Reads of a shop's own words."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import Http404

from notifications.models import Wording
from notifications.rules.blocks import BlockFault, Body, read_body


def body_of(wording: Wording) -> Body:
    """Return what a version says. Raises BlockFault for what no version of ours can read."""
    return read_body(
        {
            "subject": wording.subject,
            "preheader": wording.preheader,
            "short": wording.short,
            "blocks": wording.blocks,
            "cases": wording.cases,
        }
    )


def find_wording(kind: str, locale: str) -> Wording | None:
    """Return the version in use for a kind in a language, or None where our own words are."""
    found: Wording | None = Wording.objects.filter(kind=kind, locale=locale, in_use=True).first()
    return found


def find_body(kind: str, locale: str) -> Body | None:
    """Return what the version in use says; None where our own words are used, or have to be."""
    wording = find_wording(kind, locale)
    try:
        return body_of(wording) if wording else None
    except BlockFault:
        return None


def bodies_by_kind(locale: str) -> dict[str, Body]:
    """Return what the shop says in one language, for every kind it has words of its own for."""
    found = {}
    for wording in Wording.objects.filter(locale=locale, in_use=True):
        try:
            found[wording.kind] = body_of(wording)
        except BlockFault:
            continue
    return found


def list_wordings(kind: str, locale: str) -> QuerySet[Wording]:
    """Return every version of a kind in a language, newest first."""
    found: QuerySet[Wording] = Wording.objects.filter(kind=kind, locale=locale)
    return found.order_by("-version")


def access_wording(kind: str, locale: str, version: int) -> Wording:
    """Return one version of the scope's shop. Raises Http404."""
    found: Wording | None = list_wordings(kind, locale).filter(version=version).first()
    if found is None:
        raise Http404
    return found


def list_advertising() -> set[tuple[str, str]]:
    """Return the kinds and languages in which the shop's own words make a message an offer."""
    found = set()
    for wording in Wording.objects.filter(in_use=True):
        try:
            if body_of(wording).is_promotional:
                found.add((wording.kind, wording.locale))
        except BlockFault:
            continue
    return found


def find_wording_by_id(wording_id: str) -> Wording | None:
    """Return a version of the scope's shop by its public id, or None."""
    found: Wording | None = Wording.objects.filter(public_id=wording_id).first()
    return found


def locales_in_use(kind: str) -> set[str]:
    """Return the languages in which a shop uses words of its own for a kind."""
    return set(Wording.objects.filter(kind=kind, in_use=True).values_list("locale", flat=True))
