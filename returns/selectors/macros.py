"""Reads of the texts a shop keeps."""

from __future__ import annotations

from django.http import Http404

from returns.models import Macro


def list_macros() -> list[Macro]:
    """Return the shop's saved texts by name."""
    return list(Macro.objects.order_by("name"))


def get_macro(public_id: str) -> Macro | None:
    """Return a saved text of the scope's shop, or None."""
    found: Macro | None = Macro.objects.filter(public_id=public_id).first()
    return found


def access_macro(public_id: str) -> Macro:
    """Return a saved text of the scope's shop for a page; raises Http404."""
    found = get_macro(public_id)
    if found is None:
        raise Http404
    return found
