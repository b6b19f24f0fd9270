"""Reads of imports."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet
from django.http import Http404

from integrations.spreadsheets.enums import GOING_ON, Outcome
from integrations.spreadsheets.models import Import, ImportItem

# A worker that was not heard of for so long is gone.
STALLED = timedelta(seconds=60)
KEEP = timedelta(days=30)
TOOK_EFFECT = (Outcome.CREATED, Outcome.CHANGED, Outcome.UNCHANGED, Outcome.KEPT)


def list_imports() -> QuerySet[Import]:
    """Return imports with who asked for them, newest first."""
    imports: QuerySet[Import] = Import.objects.select_related("asked_by").order_by("-id")
    return imports


def access_import(public_id: str) -> Import:
    """Return an import of the scope's shop; raises Http404."""
    found: Import | None = (
        Import.objects.select_related("asked_by").filter(public_id=public_id).first()
    )
    if found is None:
        raise Http404
    return found


def same_file(batch: Import) -> Import | None:
    """Return the newest other import of the very same file that was run and not undone, or None."""
    return (
        Import.objects.filter(kind=batch.kind, digest=batch.digest, undone_at=None)
        .exclude(pk=batch.pk)
        .exclude(finished_at=None)
        .order_by("-id")
        .first()
    )


def list_items(batch: Import, outcome: Outcome) -> QuerySet[ImportItem]:
    """Return the entries of an import that came to one outcome, in the order of the file."""
    found: QuerySet[ImportItem] = ImportItem.objects.filter(batch=batch, outcome=outcome)
    return found.order_by("line", "id")


def list_doubts(batch: Import) -> QuerySet[ImportItem]:
    """Return the entries that can be, or were, imported, and that staff had better look at."""
    outcomes = (Outcome.READY, Outcome.CREATED, Outcome.CHANGED)
    found: QuerySet[ImportItem] = ImportItem.objects.filter(batch=batch, outcome__in=outcomes)
    return found.exclude(reason="").order_by("line", "id")


def latest_prints(batch: Import, keys: Collection[str]) -> dict[str, str]:
    """Return what earlier imports told last of these keys, as prints."""
    rows = (
        ImportItem.objects.filter(kind=batch.kind, key__in=keys, outcome__in=TOOK_EFFECT)
        .exclude(batch=batch)
        .order_by("key", "-id")
        .distinct("key")
    )
    return dict(rows.values_list("key", "fingerprint"))


def actors_taken_back() -> tuple[str, ...]:
    """Return how the log names the imports that were undone."""
    return tuple(batch.actor for batch in Import.objects.exclude(undone_at=None).only("public_id"))


def list_waiting(*, at: datetime) -> list[tuple[int, str]]:
    """Return merchant and public id of the imports that go on and that nobody works on."""
    idle = Q(beat_at=None) | Q(beat_at__lt=at - STALLED)
    waiting = Import.every_merchant.filter(idle, state__in=GOING_ON)
    return list(waiting.order_by("id").values_list("merchant_id", "public_id"))


def list_old(*, at: datetime) -> list[int]:
    """Return the merchants with uploads a month old."""
    old = Import.every_merchant.filter(uploaded_at__lt=at - KEEP).exclude(path="")
    return list(old.order_by("merchant_id").values_list("merchant_id", flat=True).distinct())
