"""Incidents end to end: a message opens them, the next one closes them, time does the rest."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.models.functions import Now

from commerce.events import RefundRecorded
from commerce.models import Merchant, Order, User
from postexp.kernel.events import append
from postexp.kernel.models import EventRecord
from postexp.kernel.tenancy import merchant_scope
from tests.parallel import overlap
from tests.tracking.conftest import fulfilment_facts
from tests.tracking.scans import START, scan
from tracking import services
from tracking.enums import Actor, CorrectionSubject, Deed, IncidentEnd, IncidentKind, Status
from tracking.errors import NotStaff, WakesInThePast
from tracking.models import Incident, Shipment
from tracking.rules import Action, Estimate, NormalisedEvent, NormalisedShipment, Summary

pytestmark = pytest.mark.django_db

NUMBER = "4000-1234-5670"


@pytest.fixture
def shipment(order: Order) -> Shipment:
    """A parcel with a right number; its label was made two hours before START."""
    sent_at = START - timedelta(hours=2)
    facts = fulfilment_facts(order, sent_at, tracking_numbers=(NUMBER,))
    return services.take_in_shipment(facts, at=sent_at)[0]


def later(hours: float) -> datetime:
    return START + timedelta(hours=hours)


def tell(shipment: Shipment, *events: NormalisedEvent, at: datetime = START, **facts: Any) -> None:
    told = NormalisedShipment(source="test", tracking_number=NUMBER, events=events, **facts)
    services.ingest_tracking(shipment, told, at=at)
    shipment.refresh_from_db()


def standing() -> list[str]:
    return list(
        Incident.objects.filter(closed_at__isnull=True)
        .order_by("id")
        .values_list("kind", flat=True)
    )


def published() -> list[tuple[str, str]]:
    return [
        (record.type.removeprefix("incident."), record.payload["kind"])
        for record in EventRecord.objects.filter(
            type__in=("incident.opened", "incident.closed")
        ).order_by("id")
    ]


REPORTED = [
    ("in_transit", "misrouted", "misrouted"),
    ("delivery_attempted", "recipient_absent", "failed_attempt"),
    ("exception", "customs_held", "customs_hold"),
    ("exception", "address_incorrect", "address_problem"),
    ("exception", "payment_due", "payment_due"),
    ("exception", "damaged", "damaged"),
    ("exception", "security", "other_problem"),
    ("available_for_pickup", "final_notice", "unclaimed"),
    ("returning", "refused", "returning"),
]


@pytest.mark.parametrize(("status", "substatus", "kind"), REPORTED)
def test_what_a_carrier_reports_opens_and_the_delivery_closes(
    shipment: Shipment, status: str, substatus: str, kind: str
) -> None:
    tell(shipment, scan(0, status, substatus))
    row = Incident.objects.get()
    assert (row.kind, row.cause, row.since_at, row.opened_at) == (kind, substatus, START, START)
    tell(shipment, scan(0, status, substatus), at=later(1))
    assert Incident.objects.count() == 1
    tell(shipment, scan(2, "delivered"), at=later(3))
    row.refresh_from_db()
    assert (row.closed_at, row.ended_at) == (later(3), later(3))
    assert row.closed_because == IncidentEnd.ARRIVED
    assert published() == [("opened", kind), ("closed", kind)]


@pytest.mark.parametrize(
    ("hours", "kind"), [(48, "label_not_scanned"), (24 * 89, "label_not_scanned")]
)
def test_a_label_nobody_scans(shipment: Shipment, hours: float, kind: str) -> None:
    assert shipment.look_again_at is not None
    assert standing() == []
    services.look_again(at=later(hours))
    assert standing() == [kind]
    tell(shipment, scan(hours, "in_transit", "picked_up"), at=later(hours))
    assert standing() == []
    assert Incident.objects.get().closed_because == IncidentEnd.MOVED_ON


def test_a_number_with_a_wrong_check_digit(order: Order) -> None:
    wrong = fulfilment_facts(order, START, tracking_numbers=("4000-1234-5675",))
    services.take_in_shipment(wrong, at=START)
    assert standing() == ["invalid_number"]
    right = fulfilment_facts(order, START, tracking_numbers=(NUMBER,))
    services.take_in_shipment(right, at=later(1))
    assert standing() == []


@pytest.mark.parametrize(
    ("carrier", "number", "kinds"),
    [
        ("UPS", "1Z5R89390357567128", ["invalid_number"]),
        ("UPS", "1Z5R89390357567127", []),
        # Numbers of other kinds are UPS' too: parcels that the post brings, and freight.
        ("UPS Mail Innovations", "9274890998949103001234", []),
        ("UPS", "123456789", []),
        ("Sagawa (JA)", "400012345679", ["invalid_number"]),
    ],
)
def test_only_a_number_of_the_checked_shape_can_be_wrong(
    order: Order, carrier: str, number: str, kinds: list[str]
) -> None:
    told = fulfilment_facts(order, START, tracking_numbers=(number,), carrier_name=carrier)
    services.take_in_shipment(told, at=START)
    assert Shipment.objects.get().carrier in ("ups", "sagawa")
    assert standing() == kinds


def test_a_corrected_carrier_closes_what_was_wrong_with_the_number(order: Order) -> None:
    told = fulfilment_facts(order, START, tracking_numbers=("400012345671",))
    (parcel,) = services.take_in_shipment(told, at=START)
    assert standing() == ["invalid_number"]
    corrected = services.correct_carrier(
        shipment_id=parcel.public_id, carrier="acme", at=later(1), actor="staff"
    )
    assert (standing(), corrected.carrier) == ([], "acme")
    services.withdraw_correction(
        shipment_id=parcel.public_id,
        subject=CorrectionSubject.CARRIER,
        at=later(2),
        actor="staff",
    )
    assert standing() == ["invalid_number"]


def test_time_alone_lets_a_parcel_stall_and_be_lost_and_a_scan_finds_it(
    shipment: Shipment,
) -> None:
    tell(shipment, scan(0, "in_transit", "arrived_facility"))
    seen = []
    at = START
    for _ in range(12):
        shipment.refresh_from_db()
        if shipment.look_again_at is None:
            break
        at = shipment.look_again_at
        assert services.look_again(at=at) == 1
        seen.append(standing())
    assert seen == [["stalled"], ["lost_suspected"], []]
    assert Incident.objects.order_by("-id")[0].closed_because == IncidentEnd.OUTDATED
    assert at == START + timedelta(days=90)
    shipment.refresh_from_db()
    assert shipment.look_again_at is None


def test_an_expired_parcel_leaves_the_queue_when_it_is_forgotten(shipment: Shipment) -> None:
    tell(shipment, scan(0, "in_transit"), scan(24 * 30, "expired"), at=later(24 * 30))
    assert standing() == ["lost_suspected"]
    while shipment.look_again_at:
        at = shipment.look_again_at
        assert services.look_again(at=at) == 1
        shipment.refresh_from_db()
    assert at == later(24 * 120)
    assert standing() == []
    assert Incident.objects.get().closed_because == IncidentEnd.OUTDATED


def test_a_late_parcel_goes_from_foreseen_to_passed(shipment: Shipment) -> None:
    promised = Estimate(day=date(2026, 11, 21))
    tell(shipment, scan(0, "in_transit"), estimate=promised)
    assert standing() == []
    services.look_again(at=later(30))
    assert standing() == ["predicted_late"]
    shipment.refresh_from_db()
    assert (shipment.is_delayed, shipment.delay_source) == (True, "predicted")
    services.look_again(at=later(36))
    assert standing() == ["promise_passed"]
    tell(shipment, scan(40, "available_for_pickup", "locker"), at=later(40))
    assert standing() == []


def test_a_delay_the_carrier_tells(shipment: Shipment) -> None:
    tell(shipment, scan(0, "in_transit", "weather_delay"))
    row = Incident.objects.get()
    assert (row.kind, row.cause, row.remedy) == ("carrier_delay", "weather", "tell_shopper")


def test_a_summary_alone_counts_too(order: Order) -> None:
    told = NormalisedShipment(
        source="easypost",
        tracking_number="9",
        summary=Summary(status=Status.EXCEPTION, substatus="lost"),
        action=Action(who=Actor.MERCHANT, what=Deed.CONTACT_CARRIER, until=date(2026, 12, 1)),
    )
    services.take_in_report(told, at=START)
    row = Incident.objects.get()
    assert (row.kind, row.deadline, row.money) == ("lost_suspected", date(2026, 12, 1), None)


def test_money_at_risk_is_what_is_in_the_parcel(shipment: Shipment, order: Order) -> None:
    tell(shipment, scan(0, "exception", "damaged"))
    row = Incident.objects.get()
    paid = order.lines.get(external_id="l1").goods_paid
    assert (row.money, row.currency) == (min(paid, order.captured - order.given_back), "JPY")


def test_boxes_of_one_fulfilment_share_its_money_and_refunds_lower_it(order: Order) -> None:
    numbers = (NUMBER, "4000-1234-5681", "4000-1234-5692")
    told = fulfilment_facts(order, START, tracking_numbers=numbers)
    boxes = services.take_in_shipment(told, at=START)
    for box in boxes:
        tell(box, scan(1, "exception", "damaged"))
    paid = order.lines.get(external_id="l1").goods_paid
    money = Incident.objects.filter(kind="damaged").values_list("money", flat=True)
    assert list(money) == [paid // 3] * 3
    Order.objects.filter(pk=order.pk).update(given_back=order.captured - 10)
    services.weigh_incidents(order.public_id)
    assert set(money.all()) == {10}


def test_a_refund_weighs_the_incidents_of_its_order_anew(
    order: Order, drain: Callable[[], None]
) -> None:
    told = fulfilment_facts(order, START, tracking_numbers=(NUMBER,))
    (parcel,) = services.take_in_shipment(told, at=START)
    tell(parcel, scan(0, "exception", "damaged"))
    drain()
    Order.objects.filter(pk=order.pk).update(given_back=order.captured)
    with transaction.atomic():
        append(RefundRecorded(order_id=order.public_id, refund_id="rfn_1"), at=START)
    drain()
    assert Incident.objects.get().money == 0


def test_every_kind_was_seen_here() -> None:
    told = {kind for *_, kind in REPORTED} | {
        *("label_not_scanned", "invalid_number", "stalled", "lost_suspected"),
        *("predicted_late", "promise_passed", "carrier_delay"),
    }
    assert told == {kind.value for kind in IncidentKind}


def test_staff_close_what_stays_closed_until_it_happens_anew(
    shipment: Shipment, owner: User
) -> None:
    tell(shipment, scan(0, "delivery_attempted", "recipient_absent"))
    row = Incident.objects.get()
    assert services.close_incidents([row.public_id], word=" Sent  again ", by=owner, at=START) == 1
    tell(shipment, scan(1, "delivery_attempted", "business_closed"), at=later(1))
    row.refresh_from_db()
    assert (row.closed_because, row.closing_word) == (IncidentEnd.BY_STAFF, "Sent again")
    assert (row.ended_at, standing()) == (None, [])
    tell(shipment, scan(2, "out_for_delivery"), at=later(2))
    row.refresh_from_db()
    assert (row.ended_at, row.closed_because) == (later(2), IncidentEnd.BY_STAFF)
    tell(shipment, scan(3, "delivery_attempted"), at=later(3))
    assert standing() == ["failed_attempt"]
    assert Incident.objects.count() == 2
    assert published().count(("closed", "failed_attempt")) == 1


def test_staff_snooze_and_assign(shipment: Shipment, owner: User, scope: Merchant) -> None:
    tell(shipment, scan(0, "exception", "damaged"))
    row = Incident.objects.get()
    services.snooze_incidents([row.public_id], until=later(24), by=owner, at=START)
    services.assign_incidents([row.public_id], to=owner, by=owner, at=START)
    row.refresh_from_db()
    assert (row.snoozed_until, row.assignee) == (later(24), owner)
    told = EventRecord.objects.get(type="incident.assigned")
    assert (told.actor, told.payload["assignee"]) == (owner.actor, owner.actor)
    with pytest.raises(WakesInThePast):
        services.snooze_incidents([row.public_id], until=START, by=owner, at=START)
    stranger = User.objects.create_user("stranger@example.com", None)
    with pytest.raises(NotStaff):
        services.assign_incidents([row.public_id], to=stranger, by=owner, at=START)
    services.assign_incidents([row.public_id], to=None, by=owner, at=START)
    services.snooze_incidents([row.public_id], until=None, by=owner, at=START)
    row.refresh_from_db()
    assert (row.snoozed_until, row.assignee) == (None, None)


def test_another_shops_incidents_are_out_of_reach(
    shipment: Shipment, other_merchant: Merchant, owner: User
) -> None:
    tell(shipment, scan(0, "exception", "damaged"))
    row = Incident.objects.get()
    with merchant_scope(other_merchant.pk):
        assert services.close_incidents([row.public_id], word="", by=owner, at=START) == 0


def test_one_row_a_kind_while_it_lasts(shipment: Shipment) -> None:
    tell(shipment, scan(0, "exception", "damaged"))
    row = Incident.objects.get()
    row.pk, row.public_id = None, "inc_second"
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save()


# Before a shopper hears of a problem.


def problems() -> list[dict[str, Any]]:
    rows = EventRecord.objects.filter(type="shipment.problem").order_by("id")
    return [row.payload for row in rows]


def test_a_problem_is_told_once_it_has_lasted(shipment: Shipment) -> None:
    tell(shipment, scan(0, "exception", "customs_held"))
    assert problems() == []
    assert shipment.look_again_at == later(0.5)
    services.look_again(at=later(0.5))
    assert [told["substatus"] for told in problems()] == ["customs_held"]
    assert services.look_again(at=later(1)) == 0
    tell(shipment, scan(1, "exception", "documents_missing"), at=later(1))
    assert len(problems()) == 1


def test_a_problem_that_clears_in_minutes_is_never_told(shipment: Shipment) -> None:
    tell(shipment, scan(0, "exception", "security"))
    tell(shipment, scan(0.2, "in_transit"), at=later(0.2))
    services.look_again(at=later(1))
    tell(shipment, scan(30, "delivered"), at=later(30))
    assert problems() == []
    assert standing() == []


@pytest.mark.parametrize(
    ("status", "substatus"),
    [
        ("exception", "lost"),
        ("exception", "damaged"),
        ("exception", "disposed"),
        ("exception", "recipient_refused"),
        ("returning", "refused"),
        ("returned", "returned_to_sender"),
    ],
)
def test_what_is_final_is_told_at_once(shipment: Shipment, status: str, substatus: str) -> None:
    tell(shipment, scan(0, status, substatus))
    assert [(told["status"], told["substatus"]) for told in problems()] == [(status, substatus)]


def test_who_is_told_of_the_way_back_is_not_told_of_its_end(shipment: Shipment) -> None:
    tell(shipment, scan(0, "returning", "refused"))
    tell(shipment, scan(9, "returned"), at=later(9))
    assert len(problems()) == 1


def test_the_settle_time_is_the_shops_own(shipment: Shipment, owner: User) -> None:
    services.change_tracking_settings(settle_minutes=0, by=owner, at=START)
    tell(shipment, scan(0, "exception", "security"))
    assert len(problems()) == 1
    services.change_tracking_settings(settle_minutes=120, by=owner, at=START)
    tell(shipment, scan(1, "in_transit"), scan(2, "exception", "security"), at=later(2))
    assert shipment.look_again_at == later(4)
    assert EventRecord.objects.filter(type="tracking.settings_changed").count() == 2


def test_a_delay_is_told_once_for_each_cause_and_when_it_is_over(shipment: Shipment) -> None:
    promised = Estimate(day=date(2026, 11, 24))
    moved = Estimate(day=date(2026, 11, 26))
    tell(shipment, scan(0, "in_transit"), estimate=promised, reported_at=START)
    tell(shipment, estimate=moved, reported_at=later(1), at=later(1))
    tell(shipment, estimate=promised, reported_at=later(2), at=later(2))
    assert Shipment.objects.get().is_delayed
    services.look_again(at=later(25))
    shipment.refresh_from_db()
    assert not shipment.is_delayed
    assert delay_words() == [("delayed", "unknown", 1), ("recovered", "", 1)]
    # The opposite follows when a day has passed, and not before.
    tell(shipment, scan(26, "in_transit", "weather_delay"), at=later(26))
    services.look_again(at=later(48.9))
    assert len(delay_words()) == 2
    shipment.refresh_from_db()
    assert shipment.look_again_at == later(49)
    services.look_again(at=later(49))
    assert delay_words()[2:] == [("delayed", "weather", 2)]


def delay_words() -> list[tuple[str, str, int]]:
    told = ("shipment.delayed", "shipment.still_delayed", "shipment.recovered")
    rows = EventRecord.objects.filter(type__in=told).order_by("id")
    return [
        (row.type.partition(".")[2], row.payload.get("reason", ""), row.payload["turn"])
        for row in rows
    ]


def test_the_same_cause_is_told_anew_after_good_news(shipment: Shipment) -> None:
    promised, moved = Estimate(day=date(2026, 11, 28)), Estimate(day=date(2026, 11, 30))
    for hours, day in ((0, promised), (1, moved), (2, promised), (60, moved)):
        tell(shipment, scan(hours, "in_transit"), estimate=day, at=later(hours))
        services.look_again(at=later(hours + 25))
    assert delay_words() == [
        ("delayed", "unknown", 1),
        ("recovered", "", 1),
        ("delayed", "unknown", 2),
    ]
    shipment.refresh_from_db()
    assert shipment.write_again_on


def test_a_further_word_puts_good_news_off_for_a_day(shipment: Shipment) -> None:
    promised, moved = Estimate(day=date(2026, 11, 28)), Estimate(day=date(2026, 11, 30))
    tell(shipment, scan(0, "in_transit"), estimate=promised)
    tell(shipment, estimate=moved, at=later(1))
    shipment.refresh_from_db()
    assert shipment.write_again_on == date(2026, 11, 23)
    services.look_again(at=later(72))
    tell(shipment, estimate=promised, at=later(73))
    assert [name for name, *_ in delay_words()] == ["delayed", "still_delayed"]
    services.look_again(at=later(95.9))
    assert len(delay_words()) == 2
    services.look_again(at=later(96))
    assert [name for name, *_ in delay_words()] == ["delayed", "still_delayed", "recovered"]


def test_an_estimate_named_after_a_delay_overrules_it(shipment: Shipment) -> None:
    promised, sooner = Estimate(day=date(2026, 11, 28)), Estimate(day=date(2026, 11, 27))
    tell(shipment, estimate=promised)
    # A message that tells of the delay and repeats the promise does not.
    tell(shipment, scan(1, "in_transit", "weather_delay"), estimate=promised, at=later(2))
    services.look_again(at=later(30))
    assert standing() == ["carrier_delay"]
    tell(shipment, scan(31, "out_for_delivery"), estimate=sooner, at=later(31))
    assert (standing(), shipment.is_delayed) == ([], False)
    assert [name for name, *_ in delay_words()] == ["delayed", "recovered"]


def test_nobody_is_told_that_a_parcel_is_in_time_because_staff_set_its_status(
    shipment: Shipment, owner: User
) -> None:
    promised = Estimate(day=date(2026, 11, 25))
    tell(shipment, scan(0, "in_transit", "weather_delay"), estimate=promised)
    services.correct_status(
        shipment_id=shipment.public_id, status=Status.DELIVERED, at=later(30), actor=owner.actor
    )
    services.look_again(at=later(60))
    assert delay_words() == [("delayed", "weather", 1)]
    services.withdraw_correction(
        shipment_id=shipment.public_id,
        subject=CorrectionSubject.STATUS,
        at=later(61),
        actor=owner.actor,
    )
    # What the carrier says counts again: it is late, and good news is still to come.
    shipment.refresh_from_db()
    assert shipment.is_delayed
    tell(shipment, estimate=Estimate(day=date(2026, 11, 24)), at=later(62))
    services.look_again(at=later(86))
    assert delay_words()[-1] == ("recovered", "", 1)


# Time, over many parcels and several workers.


def test_the_sweep_walks_every_shop_and_leaves_what_has_ended(
    shipment: Shipment, other_merchant: Merchant
) -> None:
    with merchant_scope(other_merchant.pk):
        report = NormalisedShipment(source="x", tracking_number="1", events=(scan(0, "pending"),))
        theirs = services.take_in_report(report, at=START)
    assert services.look_again(at=later(200), limit=1) == 1
    assert services.look_again(at=later(200), limit=1) == 1
    assert services.look_again(at=later(200), limit=1) == 0
    with merchant_scope(other_merchant.pk):
        assert Incident.objects.get().shipment_id == theirs.pk
    tell(shipment, scan(201, "delivered"), at=later(201))
    assert shipment.look_again_at is None


def test_a_new_row_is_looked_at_soon(scope: Merchant) -> None:
    now = datetime.now(UTC)
    bare = Shipment.objects.create(source="x", created_at=now, changed_at=now)
    # The database said when, by its own clock.
    soon = Shipment.objects.filter(look_again_at__lte=Now() + timedelta(minutes=1))
    due = soon.values_list("look_again_at", flat=True).get()
    assert services.look_again(at=due) == 1
    bare.refresh_from_db()
    assert bare.look_again_at is None


def test_looking_again_in_vain_changes_nothing(shipment: Shipment) -> None:
    tell(shipment, scan(0, "in_transit"))
    version = shipment.version
    Shipment.objects.update(look_again_at=START)
    events = EventRecord.objects.count()
    services.look_again(at=later(1))
    shipment.refresh_from_db()
    assert (shipment.version, EventRecord.objects.count()) == (version, events)
    assert shipment.look_again_at is not None
    assert shipment.look_again_at > later(1)


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_take_different_parcels(scope: Merchant, order: Order) -> None:
    numbers = tuple(f"40001234{place}" for place in range(1000, 1006))
    facts = fulfilment_facts(order, START, tracking_numbers=numbers, carrier_name="Acme")
    services.take_in_shipment(facts, at=START)
    counts: list[int] = []

    def sweep() -> None:
        counts.append(services.look_again(at=later(200), limit=3))

    overlap(scope, sweep, sweep)
    assert counts == [3, 3]
    assert Incident.objects.filter(kind="label_not_scanned").count() == len(numbers)


@pytest.mark.django_db(transaction=True)
def test_a_sweep_and_a_message_at_once_open_one_incident(scope: Merchant, order: Order) -> None:
    facts = fulfilment_facts(order, START, tracking_numbers=(NUMBER,))
    parcel = services.take_in_shipment(facts, at=START)[0]
    broken = NormalisedShipment(
        source="test", tracking_number=NUMBER, events=(scan(50, "exception", "damaged"),)
    )
    acts: list[Callable[[], object]] = [
        lambda: services.look_again(at=later(72)),
        lambda: services.ingest_tracking(parcel, broken, at=later(72)),
    ]
    overlap(scope, *acts)
    assert standing() == ["damaged"]
    parcel.refresh_from_db()
    assert parcel.status == Status.EXCEPTION
