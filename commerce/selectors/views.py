"""Reads of saved views."""

from __future__ import annotations

from django.db.models import Q
from django.http import Http404

from commerce.enums import ListName
from commerce.models import SavedView, User

# As many tabs as one can tell apart; each costs a count.
MOST_VIEWS = 12


def list_views(user: User, list_name: ListName) -> list[SavedView]:
    """Return a person's own views of a list and those shared with them, the oldest first."""
    found = SavedView.objects.filter(Q(user=user) | Q(shared=True), list_name=list_name)
    return list(found.order_by("id")[:MOST_VIEWS])


def access_own_view(public_id: str, user: User) -> SavedView:
    """Return a view the person made; raises Http404."""
    found: SavedView | None = SavedView.objects.filter(public_id=public_id, user=user).first()
    if found is None:
        raise Http404
    return found
