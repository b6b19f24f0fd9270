"""Reads of platform refunds that do not fit."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import Http404

from returns.models import RefundMismatch


def get_mismatch(public_id: str) -> RefundMismatch:
    """Return a mismatch with its order; raises RefundMismatch.DoesNotExist."""
    found: RefundMismatch = _all().get(public_id=public_id)
    return found


def access_mismatch(public_id: str) -> RefundMismatch:
    """Return a mismatch of the scope's shop for a page; raises Http404."""
    found = _all().filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found


def list_mismatches() -> QuerySet[RefundMismatch]:
    """Return the mismatches nobody has looked at yet, newest first."""
    return _all().filter(cleared_at=None).order_by("-id")


def _all() -> QuerySet[RefundMismatch]:
    found: QuerySet[RefundMismatch] = RefundMismatch.objects.select_related(
        "order", "platform_refund"
    )
    return found
