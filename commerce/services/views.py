"""Saving the filters of a list under a name. Who looks at what is nobody's business: no events."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction

from commerce.enums import ListName
from commerce.errors import ViewNameTaken
from commerce.models import SavedView, User


def save_view(
    *, user: User, list_name: ListName, name: str, query: str, shared: bool, at: datetime
) -> SavedView:
    """Keep the filters in `query`, as `serializers.kept_query` writes them, under a name.

    Raises ViewNameTaken for a name the person has given in this list already.
    """
    try:
        with transaction.atomic():
            return SavedView.objects.create(
                user=user,
                list_name=list_name,
                name=name,
                query=query,
                shared=shared,
                created_at=at,
            )
    except IntegrityError as error:
        raise ViewNameTaken from error


def change_view(*, view: SavedView, name: str, shared: bool) -> None:
    """Rename a view, share it, or keep it to oneself. Raises ViewNameTaken."""
    view.name, view.shared = name, shared
    try:
        with transaction.atomic():
            view.save(update_fields=["name", "shared"])
    except IntegrityError as error:
        raise ViewNameTaken from error


def delete_view(*, view: SavedView) -> None:
    """Forget a view."""
    SavedView.objects.filter(pk=view.pk).delete()
