"""Reads of carriers' codes."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Count, F, Max, Q, QuerySet
from django.http import Http404

from tracking.models import CarrierCode, CarrierCodeScan, Shipment

CODE_VIEWS = ("open", "mapped")


def list_codes(*, view: str = "open") -> QuerySet[CarrierCode]:
    """Return the codes nobody reads yet (`open`), or the others, with a `count` of scans."""
    codes: QuerySet[CarrierCode] = (
        CarrierCode.objects.filter(mapped_at__isnull=view != "mapped")
        .select_related("mapped_by")
        .annotate(count=Count("scans"))
    )
    return codes


def count_scans_of(code: CarrierCode) -> int:
    """Return how many scans came under a code."""
    return CarrierCodeScan.objects.filter(code=code).count()


def count_code_views() -> dict[str, int]:
    """Return how many codes each view shows."""
    return CarrierCode.objects.aggregate(
        open=Count("pk", filter=Q(mapped_at=None)), mapped=Count("mapped_at")
    )


def list_open_codes_of(shipment: Shipment) -> list[CarrierCode]:
    """Return the codes nobody reads yet under which a parcel has scans."""
    scans = CarrierCodeScan.objects.filter(shipment=shipment)
    return list(CarrierCode.objects.filter(mapped_at=None, pk__in=scans.values("code")))


def example_parcels(codes: Iterable[CarrierCode]) -> dict[int, Shipment]:
    """Return the newest parcel under each code, by the code's row id."""
    newest = dict(
        CarrierCodeScan.objects.filter(code__in=list(codes))
        .values_list("code")
        .annotate(Max("shipment"))
        .order_by()
    )
    parcels = Shipment.objects.in_bulk(newest.values())
    return {code: parcels[shipment] for code, shipment in newest.items()}


def access_code(public_id: str) -> CarrierCode:
    """Return a code of the scope's shop for a page. Raises Http404."""
    code = CarrierCode.objects.filter(public_id=public_id).first()
    if code is None:
        raise Http404
    return code


def list_waiting_codes() -> list[tuple[int, str]]:
    """Return the codes of every shop with past scans to be read anew, as (merchant, code)."""
    waiting = CarrierCodeScan.every_merchant.filter(
        meaning__lt=F("code__meaning"), code__mapped_at__isnull=False
    )
    return list(waiting.order_by().values_list("merchant_id", "code__public_id").distinct())
