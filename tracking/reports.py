"""How parcels have fared, for charts and figures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Avg, Count, F, Q

from postexp.kernel.replica import from_replica
from tracking.enums import Status
from tracking.models import Shipment

SPAN = 30
"""Days a report looks back."""


@dataclass(frozen=True, kw_only=True)
class CarrierReport:
    """What one carrier (a slug) did with the parcels sent in the span.

    `on_time` counts those delivered by the first estimate, of `promised` delivered ones that had
    one; `transit` is the mean time from the shop's hand to the delivery scan, None without any.
    """

    carrier: str
    sent: int
    delivered: int
    promised: int
    on_time: int
    first_try: int
    transit: timedelta | None


@from_replica
def report_carriers(*, at: datetime) -> list[CarrierReport]:
    """Return the carriers of the last 30 days, the busiest first, in one query."""
    delivered = Q(status=Status.DELIVERED)
    promised = delivered & Q(first_eta_day__isnull=False)
    rows = (
        Shipment.objects.filter(dispatched_at__gt=at - timedelta(days=SPAN), dispatched_at__lte=at)
        .exclude(carrier="")
        .values("carrier")
        .annotate(
            sent=Count("pk"),
            delivered=Count("pk", filter=delivered),
            promised=Count("pk", filter=promised),
            on_time=Count("pk", filter=promised & Q(is_delayed=False)),
            first_try=Count("pk", filter=delivered & Q(attempts=0)),
            transit=Avg(
                F("since_at") - F("dispatched_at"),
                filter=delivered & Q(since_at__gt=F("dispatched_at")),
            ),
        )
        .order_by("-sent", "carrier")
    )
    return [CarrierReport(**row) for row in rows]
