"""The roll-ups of delivery reports: each parcel once, corrected when it changes or is removed."""

from collections import defaultdict
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commerce.models import Merchant, Order
from postexp.kernel.tenancy import merchant_scope
from tests.parallel import overlap
from tests.tracking.conftest import fulfilment_facts
from tests.tracking.scans import START, counts_of, dated, scan
from tracking import services, tasks
from tracking.enums import CorrectionSubject, Status
from tracking.models import CountedParcel, DeliveryRollup, Shipment, ShipmentEvent
from tracking.reports import figures_in
from tracking.rules import Estimate, NormalisedShipment
from tracking.rules.outcomes import EMPTY, Figures, added_up

pytestmark = pytest.mark.django_db

DONE = START + timedelta(days=9)
NOVEMBER = date(2026, 11, 1)
TOKYO = ZoneInfo("Asia/Tokyo")


def parcels(order: Order, count: int) -> list[Shipment]:
    numbers = tuple(f"A{place}" for place in range(count))
    told = fulfilment_facts(order, START, tracking_numbers=numbers, carrier_name="Yamato")
    return services.take_in_shipment(told, at=START)


def tell(
    shipment: Shipment, *events: Any, service: str = "TA-Q-BIN", by: date | None = None
) -> None:
    told = NormalisedShipment(
        source="test",
        tracking_number="",
        service=service,
        events=events,
        estimate=Estimate(day=by) if by else None,
    )
    services.ingest_reports([(shipment.pk, told)], at=DONE)


def deliver(shipment: Shipment, hours: float, by: date | None = None) -> None:
    tell(shipment, scan(2, "in_transit", "picked_up"), scan(hours, "delivered"), by=by)


def count() -> int:
    return services.count_parcels(at=DONE)


def total() -> Figures:
    return added_up(figures_in(row) for row in DeliveryRollup.objects.all())


def test_a_parcel_is_counted_once_with_all_its_figures(order: Order) -> None:
    late, in_time = parcels(order, 2)
    tell(
        late,
        scan(2, "in_transit", "picked_up"),
        scan(40, "delivery_attempted", "recipient_absent"),
        scan(74, "delivered"),
        by=date(2026, 11, 22),
    )
    deliver(in_time, 26, by=date(2026, 11, 22))
    assert count() == 2
    assert count() == 0
    row = DeliveryRollup.objects.get()
    assert (row.month, row.carrier, row.service) == (NOVEMBER, "yamato", "TA-Q-BIN")
    assert row.lane.startswith("JP>JP")
    figures = figures_in(row)
    assert (figures.parcels, figures.delivered, figures.returned) == (2, 2, 0)
    assert (figures.promised, figures.on_time) == (2, 1)
    assert (figures.first_try, figures.attempts) == (1, 1)
    assert figures.transit == counts_of([72, 24])
    assert figures.first_scan == counts_of([2, 2])
    assert figures.mean_attempts == 1.5
    assert (
        figures.troubled
        == figures.incidents
        == late.incidents.count() + (in_time.incidents.count())
    )


def test_a_roll_up_holds_every_bucket_of_its_histograms(scope: Merchant) -> None:
    with pytest.raises(IntegrityError, match="delivery_rollup_every_bucket"):
        DeliveryRollup.objects.create(month=NOVEMBER, transit=[1, 2])


def test_days_are_counted_where_hours_are_not_known(order: Order) -> None:
    (shipment,) = parcels(order, 1)
    tell(shipment, dated("2026-11-21", "in_transit"), dated("2026-12-01", "delivered"))
    count()
    row = DeliveryRollup.objects.get()
    assert row.month == date(2026, 12, 1)
    assert figures_in(row).transit == counts_of([240])


def test_a_delivery_scan_alone_counts_from_when_the_shop_sent_it(order: Order) -> None:
    (shipment,) = parcels(order, 1)
    tell(shipment, scan(48, "delivered"))
    count()
    assert total().transit == counts_of([48])
    assert total().first_scan == EMPTY


def test_what_changes_afterwards_is_taken_out_as_it_was_counted(order: Order) -> None:
    first, second = parcels(order, 2)
    deliver(first, 26)
    deliver(second, 26)
    count()
    services.correct_carrier(
        shipment_id=first.public_id, carrier="sagawa", at=DONE, actor="staff:0"
    )
    assert count() == 1
    assert dict(DeliveryRollup.objects.values_list("carrier", "parcels")) == {
        "yamato": 1,
        "sagawa": 1,
    }
    services.correct_status(
        shipment_id=first.public_id, status=Status.IN_TRANSIT, at=DONE, actor="staff:0"
    )
    assert count() == 1
    assert dict(DeliveryRollup.objects.values_list("carrier", "parcels")) == {"yamato": 1}
    assert count() == 0


def test_cancelled_parcels_those_on_their_way_and_test_orders_count_nowhere(order: Order) -> None:
    cancelled, moving, of_a_test = parcels(order, 3)
    tell(cancelled, scan(3, "cancelled", "by_sender"))
    tell(moving, scan(3, "in_transit"))
    deliver(of_a_test, 26)
    type(order).objects.filter(pk=order.pk).update(test=True)
    count()
    assert not DeliveryRollup.objects.exists()


def test_removed_parcels_leave_the_figures(order: Order) -> None:
    first, second = parcels(order, 2)
    deliver(first, 26)
    deliver(second, 50)
    assert tasks.count_parcels() == 2
    ShipmentEvent.objects.filter(shipment_id=first.pk).delete()
    Shipment.objects.filter(pk=first.pk).delete()
    assert tasks.forget_removed() == 1
    assert tasks.forget_removed() == 0
    assert total().transit == counts_of([48])
    Shipment.objects.filter(pk=second.pk).delete()
    services.forget_removed()
    assert not DeliveryRollup.objects.exists()


def test_each_shop_counts_for_itself(order: Order, other_merchant: Merchant) -> None:
    deliver(parcels(order, 1)[0], 26)
    with merchant_scope(other_merchant.pk):
        theirs = services.take_in_report(
            NormalisedShipment(
                source="x",
                tracking_number="5",
                events=(scan(1, "in_transit"), scan(9, "delivered")),
            ),
            at=START,
        )
        assert theirs.status == Status.DELIVERED
    assert count() == 2
    assert total().parcels == 1
    with merchant_scope(other_merchant.pk):
        assert total().parcels == 1


CHANGES = st.lists(
    st.tuples(
        st.integers(0, 4),
        st.one_of(
            st.integers(3, 900).map(lambda hours: ("delivered", hours)),
            st.integers(3, 900).map(lambda hours: ("returned", hours)),
            st.just(("sagawa", 0)),
            st.just(("in_transit", 0)),
            st.just(("withdraw", 0)),
            st.just(("gone", 0)),
            st.just(("count", 0)),
        ),
    ),
    max_size=14,
)


def change(shipment: Shipment, what: str, hours: int) -> None:
    if what in ("delivered", "returned"):
        tell(shipment, scan(1, "in_transit"), scan(hours, what))
    elif what == "sagawa":
        services.correct_carrier(
            shipment_id=shipment.public_id, carrier=what, at=DONE, actor="staff:0"
        )
    elif what == "in_transit":
        services.correct_status(
            shipment_id=shipment.public_id, status=Status.IN_TRANSIT, at=DONE, actor="staff:0"
        )
    elif what == "withdraw" and Shipment.objects.get(pk=shipment.pk).corrected_status:
        services.withdraw_correction(
            shipment_id=shipment.public_id,
            subject=CorrectionSubject.STATUS,
            at=DONE,
            actor="staff:0",
        )
    elif what == "gone":
        Shipment.objects.filter(pk=shipment.pk).delete()


def truth() -> dict[tuple[date, str], tuple[int, int, int]]:
    """Parcels, delivered and returned ones, reckoned from the parcels themselves."""
    found: defaultdict[tuple[date, str], list[int]] = defaultdict(lambda: [0, 0, 0])
    for one in Shipment.objects.filter(status__in=("delivered", "returned")):
        assert one.since_at is not None
        row = found[one.since_at.astimezone(TOKYO).date().replace(day=1), one.carrier]
        row[0] += 1
        row[1] += one.status == "delivered"
        row[2] += one.status == "returned"
    return {cell: (row[0], row[1], row[2]) for cell, row in found.items()}


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(changes=CHANGES)
def test_any_course_of_changes_ends_in_the_truth(order: Order, changes: list[Any]) -> None:
    Shipment.objects.all().delete()
    CountedParcel.objects.all().delete()
    DeliveryRollup.objects.all().delete()
    shipments = parcels(order, 5)
    for place, (what, hours) in changes:
        there = Shipment.objects.filter(pk=shipments[place].pk).first()
        if what == "count":
            count()
        elif there:
            change(there, what, hours)
    while count() or services.forget_removed():
        pass
    rows = {
        (row.month, row.carrier): (row.parcels, row.delivered, row.returned)
        for row in DeliveryRollup.objects.all()
    }
    assert rows == truth()
    assert CountedParcel.objects.count() == sum(row[0] for row in rows.values())


@pytest.mark.django_db(transaction=True)
def test_two_counters_at_once_lose_and_double_nothing(scope: Merchant, order: Order) -> None:
    for shipment in parcels(order, 6):
        deliver(shipment, 26)

    def some() -> None:
        services.count_parcels(at=DONE, limit=3)

    overlap(scope, some, some)
    assert total().parcels == CountedParcel.objects.count() == 6
    assert count() == 0


@pytest.mark.django_db(transaction=True)
def test_a_scan_that_comes_while_its_parcel_is_counted_is_counted_next(
    scope: Merchant, order: Order
) -> None:
    (shipment,) = parcels(order, 1)
    deliver(shipment, 26)

    def say_returned() -> None:
        tell(shipment, scan(90, "returned"))

    overlap(scope, count, say_returned)
    count()
    assert (total().delivered, total().returned) == (0, 1)
