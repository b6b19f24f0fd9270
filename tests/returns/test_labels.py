"""Labels: asked for once, bought once, followed by their scans, and given back unused."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection, transaction

from commerce.models import Merchant, Order
from commerce.ports import Person
from postexp.kernel import clock
from postexp.kernel.models import EventRecord
from postexp.kernel.tenancy import merchant_scope
from returns import services
from returns.enums import LabelFileKind, LabelSource, ReturnMethod, ReturnState
from returns.errors import LabelUsed, MethodNotOffered, NoLabelHere, NumberTaken
from returns.messages.cases import approved_example
from returns.models import LabelFile, Return, ReturnAddress, ReturnParcel
from returns.ports import PaperFile
from returns.selectors.parcels import destinations_of, label_cost, list_parcels_of
from returns.services.labels import upload_label, void_label, want_labels
from returns.services.parcels import add_number, change_sending, save_address
from returns.services.personal import erase, export
from tests.kept import keeps
from tests.returns.conftest import STAFF, ask, fresh
from tests.returns.labels import FakeLabels, offer
from tests.shops import drain_all
from tracking.enums import Status, TimePrecision
from tracking.models import Incident, Shipment
from tracking.rules import NormalisedEvent, NormalisedShipment
from tracking.services import look_again, take_in_report

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def today() -> Iterator[Any]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def seller(scope: Merchant) -> Iterator[FakeLabels]:
    """A seller of labels, and a shop that offers them."""
    offer(ReturnMethod.LABEL, ReturnMethod.OWN)
    with FakeLabels() as seller:
        yield seller


@keeps
def scan(parcel: ReturnParcel, status: Status, substatus: str, at: datetime) -> None:
    """Let the carrier scan a parcel."""
    take_in_report(
        NormalisedShipment(
            source="fake",
            tracking_number=parcel.tracking_number,
            carrier=parcel.carrier,
            external_id=f"trk_{parcel.provider_ref}" if parcel.provider_ref else "",
            events=(
                NormalisedEvent(
                    source="fake",
                    occurred_at=at,
                    local_time=at.isoformat(),
                    time_precision=TimePrecision.SECOND,
                    zone="Asia/Tokyo",
                    status=status,
                    substatus=substatus,
                ),
            ),
        ),
        at=clock.now(),
    )
    drain_all()


@keeps
def approved(order: Order, **more: Any) -> Return:
    """A return that staff approved, so long ago that they cannot take it back."""
    case = ask(order, NOW, (0, 1, "too_small"), **more)
    services.approve_return(return_id=case.public_id, at=NOW - timedelta(minutes=5), actor=STAFF)
    drain_all()
    return fresh(case)


def the_parcel(case: Return) -> ReturnParcel:
    [parcel] = list_parcels_of(case)
    return parcel


def told(*types: str) -> list[str]:
    """The events of these types, in order."""
    return list(
        EventRecord.objects.filter(type__in=types).order_by("id").values_list("type", flat=True)
    )


def test_an_approved_return_gets_its_label(bought: Order, seller: FakeLabels) -> None:
    case = approved(bought)
    parcel = the_parcel(case)
    assert (case.method, parcel.state, parcel.source) == ("label", "ready", "fake")
    assert (parcel.tracking_number, parcel.cost, parcel.currency) == ("FAKE000000001", 520, "JPY")
    assert bytes(LabelFile.objects.get(parcel=parcel, kind="label").body).startswith(b"%PDF")
    shipment = parcel.shipment
    assert shipment is not None
    assert (shipment.is_return, shipment.order_id, shipment.status) == (
        True,
        None,
        "info_received",
    )
    assert label_cost(case) == {"JPY": 520}
    [asked] = seller.asked
    assert (asked.reference, asked.weight, asked.recipient.city) == (case.number, 1000, "Kyoto")


def test_nothing_is_bought_while_an_approval_can_be_taken_back(
    bought: Order, seller: FakeLabels, today: Any
) -> None:
    case = ask(bought, NOW, (0, 1, "too_small"))
    services.approve_return(return_id=case.public_id, at=clock.now(), actor=STAFF)
    drain_all()
    assert seller.bought == 0
    services.undo_decision(return_id=case.public_id, at=clock.now(), actor=STAFF)
    drain_all()
    today.shift(60)
    drain_all()
    assert (seller.bought, the_parcel(case).state) == (0, "voided")
    services.approve_return(return_id=case.public_id, at=clock.now(), actor=STAFF)
    today.shift(60)
    drain_all()
    assert seller.bought == 1


@pytest.mark.django_db(transaction=True)
def test_fifty_clicks_at_once_buy_one_label(
    scope: Merchant, bought: Order, seller: FakeLabels
) -> None:
    case = ask(bought, NOW, (0, 1, "too_small"))
    services.approve_return(return_id=case.public_id, at=NOW - timedelta(minutes=5), actor=STAFF)

    def click(_number: int) -> str:
        try:
            with merchant_scope(scope.pk), transaction.atomic():
                [parcel] = want_labels(return_id=case.public_id, at=NOW, actor="shopper")
                return parcel.public_id
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as pool:
        clicked = set(pool.map(click, range(50)))
    drain_all()
    assert (len(clicked), seller.bought, ReturnParcel.objects.count()) == (1, 1, 1)


def test_a_time_out_after_buying_buys_nothing_twice(
    bought: Order, seller: FakeLabels, today: Any
) -> None:
    seller.silent_after_buying = 3
    case = approved(bought)
    assert the_parcel(case).state == "wanted"
    for _attempt in range(5):
        today.shift(3600)
        drain_all()
    assert (the_parcel(case).state, seller.bought) == ("ready", 1)


def test_a_refusal_is_told_and_can_be_tried_again(bought: Order, seller: FakeLabels) -> None:
    seller.refuses = "The postcode is unknown."
    case = approved(bought)
    parcel = the_parcel(case)
    assert (parcel.state, parcel.failure) == ("failed", "The postcode is unknown.")
    assert told("return_label.failed") == ["return_label.failed"]
    seller.refuses = ""
    want_labels(return_id=case.public_id, at=clock.now(), actor=STAFF)
    drain_all()
    assert (the_parcel(case).state, seller.bought) == ("ready", 1)


def test_the_first_scan_moves_the_return_and_delivery_waits_to_be_opened(
    bought: Order, seller: FakeLabels
) -> None:
    case = approved(bought)
    parcel = the_parcel(case)
    scan(parcel, Status.INFO_RECEIVED, "label_created", NOW)
    assert fresh(case).state == ReturnState.APPROVED
    scan(parcel, Status.IN_TRANSIT, "picked_up", NOW + timedelta(hours=1))
    case = fresh(case)
    assert (case.state, case.tracking_number) == ("in_transit", parcel.tracking_number)
    scan(parcel, Status.IN_TRANSIT, "departed_facility", NOW + timedelta(hours=2))
    scan(parcel, Status.DELIVERED, "delivered", NOW + timedelta(hours=3))
    parcel = the_parcel(case)
    assert parcel.scanned_at == NOW + timedelta(hours=1)
    assert parcel.arrived_at == NOW + timedelta(hours=3)
    assert fresh(case).state == ReturnState.IN_TRANSIT
    assert told("return.sent", "return.scanned", "return.delivered") == [
        "return.sent",
        "return.scanned",
        "return.delivered",
    ]
    with pytest.raises(LabelUsed):
        void_label(parcel_id=parcel.public_id, at=NOW, actor=STAFF)


def test_an_unused_label_is_given_back_when_its_return_is_cancelled(
    bought: Order, seller: FakeLabels
) -> None:
    case = approved(bought)
    services.cancel_return(return_id=case.public_id, at=clock.now(), actor="shopper")
    drain_all()
    assert (the_parcel(case).state, seller.voided, label_cost(case)) == ("voided", 1, {})


def test_an_unused_label_is_given_back_when_its_return_expires(
    bought: Order, seller: FakeLabels, today: Any
) -> None:
    case = approved(bought)
    today.shift(timedelta(days=40))
    services.end_overdue(return_id=case.public_id, at=clock.now())
    drain_all()
    assert (fresh(case).state, the_parcel(case).state) == ("expired", "voided")


def test_a_label_that_is_not_taken_back_keeps_its_cost(bought: Order, seller: FakeLabels) -> None:
    case = approved(bought)
    seller.refuses_voids = "The carrier says it was used."
    void_label(parcel_id=the_parcel(case).public_id, at=clock.now(), actor=STAFF)
    drain_all()
    parcel = the_parcel(case)
    assert (parcel.state, parcel.failure) == ("spent", "The carrier says it was used.")
    assert label_cost(case) == {"JPY": 520}


def test_a_label_bought_for_a_return_that_ended_meanwhile_goes_back(
    bought: Order, seller: FakeLabels
) -> None:
    def cancel() -> None:
        services.cancel_return(return_id=case.public_id, at=clock.now(), actor="shopper")

    case = ask(bought, NOW, (0, 1, "too_small"))
    seller.while_buying = cancel
    services.approve_return(return_id=case.public_id, at=NOW - timedelta(minutes=5), actor=STAFF)
    drain_all()
    assert (the_parcel(case).state, seller.bought, seller.voided) == ("voided", 1, 1)


def test_what_no_provider_makes_is_uploaded(scope: Merchant, bought: Order) -> None:
    offer(ReturnMethod.LABEL)
    case = approved(bought)
    assert (the_parcel(case).state, the_parcel(case).source) == ("wanted", LabelSource.UPLOAD)
    upload_label(
        return_id=case.public_id,
        file=PaperFile(content_type="application/pdf", body=b"%PDF-1.4 %%EOF"),
        kind=LabelFileKind.LABEL,
        tracking_number="1234-5678-9012",
        carrier="yamato",
        at=clock.now(),
        actor=STAFF,
    )
    drain_all()
    parcel = the_parcel(case)
    assert (parcel.state, parcel.source, parcel.carrier) == ("ready", "upload", "yamato")
    scan(parcel, Status.IN_TRANSIT, "picked_up", NOW + timedelta(hours=1))
    assert fresh(case).state == ReturnState.IN_TRANSIT


def test_a_return_that_is_not_approved_gets_no_label(bought: Order, seller: FakeLabels) -> None:
    case = ask(bought, NOW, (0, 1, "too_small"))
    with pytest.raises(NoLabelHere):
        want_labels(return_id=case.public_id, at=NOW, actor="shopper")


def test_a_number_typed_in_is_followed_and_may_be_shared(scope: Merchant, bought: Order) -> None:
    case = approved(bought)
    services.mark_sent(
        return_id=case.public_id, tracking_number="123456789012", at=NOW, actor="shopper"
    )
    parcel = the_parcel(case)
    assert (parcel.source, parcel.state, fresh(case).state) == ("typed", "ready", "in_transit")
    assert told("return.scanned") == []
    scan(parcel, Status.IN_TRANSIT, "picked_up", NOW + timedelta(hours=1))
    assert told("return.scanned") == ["return.scanned"]

    other = ask(bought, NOW, (1, 1, "too_small"))
    services.approve_return(return_id=other.public_id, at=NOW, actor=STAFF)
    shared = add_number(
        return_id=other.public_id, tracking_number="123456789012", at=NOW, actor="shopper"
    )
    assert shared.pk == parcel.pk
    assert fresh(other).state == ReturnState.IN_TRANSIT


def test_the_number_of_the_parcel_the_shop_sent_is_refused(scope: Merchant, bought: Order) -> None:
    Shipment.objects.create(
        order=bought,
        source="shop",
        tracking_number="999",
        number_key="999",
        created_at=NOW,
        changed_at=NOW,
    )
    case = approved(bought)
    with pytest.raises(NumberTaken), transaction.atomic():
        services.mark_sent(return_id=case.public_id, tracking_number="999", at=NOW, actor="shopper")
    assert fresh(case).state == ReturnState.APPROVED


def test_only_what_shop_and_policy_offer_can_be_chosen(
    scope: Merchant, bought: Order, seller: FakeLabels
) -> None:
    with pytest.raises(MethodNotOffered):
        ask(bought, NOW, (0, 1, "too_small"), method="qr")
    assert ask(bought, NOW, (0, 1, "too_small"), method="own").method == "own"


def test_places_are_named_by_the_rules_and_addressed_by_the_settings(
    scope: Merchant, bought: Order, seller: FakeLabels
) -> None:
    [place] = destinations_of(approved(bought), at=NOW)
    assert (place.name, place.address) == ("", ReturnAddress.objects.get())
    assert place.lines[0] == "〒600-8001"
    again = ReturnAddress.objects.get()
    second = save_address(
        ReturnAddress(
            name="Osaka",
            company="Komorebi",
            address1="1",
            city="Osaka",
            postcode="1",
            country="JP",
            is_usual=True,
        ),
        at=NOW,
        actor=STAFF,
    )
    again.refresh_from_db()
    assert (second.is_usual, again.is_usual) == (True, False)


def test_a_returns_parcel_never_writes_to_shoppers_and_waits_without_alarm(
    scope: Merchant, bought: Order, seller: FakeLabels, today: Any
) -> None:
    case = approved(bought)
    today.shift(timedelta(days=20))
    look_again(at=clock.now())
    assert not Incident.objects.filter(shipment=the_parcel(case).shipment_id).exists()


def test_the_shops_settings_are_kept_once(scope: Merchant) -> None:
    for weight in (500, 700):
        kept = change_sending(
            methods=["own", "in_store"],
            words={},
            weight=weight,
            length=0,
            width=0,
            height=0,
            at=NOW,
            actor=STAFF,
        )
    assert (kept.weight, kept.methods) == (700, ["own", "in_store"])


def test_a_forgotten_shopper_leaves_no_label(bought: Order, seller: FakeLabels) -> None:
    case = approved(bought)
    person = Person(customer_id="", order_ids=(bought.public_id,), emails=(), words=())
    assert export(person)[0]["parcels"][0]["tracking_number"] == "FAKE000000001"
    erase(person, NOW)
    assert not LabelFile.objects.filter(parcel=the_parcel(case)).exists()


def test_the_message_of_the_approval_leads_to_the_label(
    scope: Merchant, bought: Order, seller: FakeLabels
) -> None:
    case = approved(bought)
    told = approved_example(bought.public_id)
    assert told is not None
    assert told.facts["sending"]["labelled"] is True
    assert f"/{case.public_id}/" in told.facts["sending"]["url"]
    assert told.facts["return"]["postage"] == "prepaid"
