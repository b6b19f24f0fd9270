"""Reads of exports, of erasures, and of who counts stock."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q
from django.http import Http404

from commerce.enums import ExportState, StockOwner
from commerce.models import Customer, DataExport, ShopErasure, StockSource

# A worker that was not heard of for so long is gone.
STALLED = timedelta(minutes=3)
LATEST = 10


def stock_owner() -> StockOwner:
    """Return who says how many units the shop has of each variant."""
    source = StockSource.objects.first()
    return StockOwner(source.owner) if source else StockOwner.PLATFORM


def list_shop_exports() -> list[DataExport]:
    """Return the newest files of everything the shop has."""
    made = DataExport.objects.filter(customer=None, request=None).select_related("asked_by")
    return list(made.order_by("-id")[:LATEST])


def list_customer_exports(customer: Customer) -> list[DataExport]:
    """Return the newest files of a customer's data that are there or being made."""
    made = DataExport.objects.filter(customer=customer).exclude(state=ExportState.GONE)
    return list(made.order_by("-id")[:LATEST])


def access_export(public_id: str) -> DataExport:
    """Return a file of data of the scope's shop; raises Http404."""
    found: DataExport | None = DataExport.objects.filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found


def list_waiting_exports(*, at: datetime) -> list[tuple[int, str]]:
    """Return merchant and public id of the exports nobody is making, of every merchant."""
    waiting = DataExport.every_merchant.filter(is_idle(at), state=ExportState.WAITING)
    return list(waiting.order_by("id").values_list("merchant_id", "public_id"))


def list_waiting_erasures(*, at: datetime) -> list[int]:
    """Return the merchants whose ordered erasure nobody carries out."""
    waiting = ShopErasure.every_merchant.filter(is_idle(at))
    return list(waiting.order_by("id").values_list("merchant_id", flat=True))


def is_idle(at: datetime) -> Q:
    """Return the condition of an export or an erasure that no worker is at."""
    return Q(beat_at=None) | Q(beat_at__lt=at - STALLED)
