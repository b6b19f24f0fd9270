"""What time alone brings about: parcels looked at again when they are due."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from tracking.enums import CONCLUDED
from tracking.models import Shipment
from tracking.services.each_shop import work_on_each_shop
from tracking.services.ingest import refold_shipments

BATCH = 200
PUT_OFF = timedelta(hours=6)
"""A parcel that cannot be judged is tried again after so long, and keeps nobody waiting."""


def look_again(*, at: datetime, limit: int = BATCH) -> int:
    """Judge the parcels that are due, of every shop, the longest due first; return how many.

    Workers at the same time take different parcels. Publishes what `refold_shipments` does.
    """
    with transaction.atomic():
        due = list(
            Shipment.every_merchant.select_for_update(no_key=True, skip_locked=True)
            .filter(look_again_at__lte=at)
            .exclude(status__in=CONCLUDED)
            .order_by("look_again_at")
            .values_list("merchant_id", "pk")[:limit]
        )
        failed = work_on_each_shop(due, lambda rows: refold_shipments(rows, at=at))
        Shipment.every_merchant.filter(pk__in=failed).update(look_again_at=at + PUT_OFF)
    return len(due)
