"""Staff's word on a parcel: shown while it stands, kept apart from what carriers say."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commerce.models import Merchant, Order
from postexp.kernel.models import EventRecord
from postexp.kernel.tenancy import merchant_scope
from tests.parallel import overlap
from tests.tracking.conftest import fulfilment_facts
from tests.tracking.scans import START, scan
from tracking import services
from tracking.enums import CorrectionSubject, Status
from tracking.errors import NothingToWithdraw, UnknownSubstatus
from tracking.models import Correction, Shipment
from tracking.rules import NormalisedShipment, fold, place
from tracking.rules.correction import overrule, staff_word
from tracking.selectors.corrections import list_corrections
from tracking.serializers import represent_shipment

pytestmark = pytest.mark.django_db

CARRIER, STATUS = CorrectionSubject.CARRIER, CorrectionSubject.STATUS
BY = "staff:0"
LATER = START + timedelta(hours=6)


def tell(shipment: Shipment, *events: Any, **facts: Any) -> Shipment:
    told = NormalisedShipment(source="test", tracking_number="", events=events, **facts)
    services.ingest_tracking(shipment, told, at=LATER)
    shipment.refresh_from_db()
    return shipment


def say(shipment: Shipment, status: Status, substatus: str = "", at: datetime = LATER) -> Shipment:
    return services.correct_status(
        shipment_id=shipment.public_id, status=status, substatus=substatus, at=at, actor=BY
    )


def name(shipment: Shipment, carrier: str, at: datetime = LATER) -> Shipment:
    return services.correct_carrier(
        shipment_id=shipment.public_id, carrier=carrier, at=at, actor=BY
    )


def withdraw(shipment: Shipment, subject: CorrectionSubject, at: datetime = LATER) -> Shipment:
    return services.withdraw_correction(
        shipment_id=shipment.public_id, subject=subject, at=at, actor="staff:2"
    )


def events_of(type: str) -> list[tuple[str, dict[str, Any]]]:
    records = EventRecord.objects.filter(type=type).order_by("id")
    return [(record.actor, record.payload) for record in records]


class TestCarrier:
    def test_the_word_of_staff_is_shown_and_what_was_told_is_kept(self, shipment: Shipment) -> None:
        corrected = name(shipment, "佐川急便")
        assert (corrected.carrier, corrected.carrier_basis) == ("sagawa", "corrected")
        assert corrected.told_carrier == "yamato"
        corrected.refresh_from_db()
        assert (corrected.carrier, corrected.told_carrier) == ("sagawa", "yamato")
        [(actor, told)] = events_of("shipment.carrier_corrected")
        assert (actor, told["before"], told["after"]) == (BY, "yamato", "sagawa")
        [row] = list_corrections(corrected)
        assert (row.before, row.after, row.made_by) == ("yamato", "sagawa", BY)
        assert (row.made_at, row.ended_at) == (LATER, None)

    def test_its_page_is_the_right_carrier_s(self, order: Order) -> None:
        facts = fulfilment_facts(order, START, tracking_urls=("https://yamato.example/1",))
        (shipment,) = services.take_in_shipment(facts, at=START)
        assert represent_shipment(shipment)["tracking_url"] == "https://yamato.example/1"
        corrected = represent_shipment(name(shipment, "sagawa"))
        assert corrected["tracking_url"].startswith("https://k2k.sagawa-exp.co.jp/")
        assert represent_shipment(name(shipment, "Our Van"))["tracking_url"] == ""

    def test_sources_go_on_telling_beside_it(self, order: Order, shipment: Shipment) -> None:
        name(shipment, "sagawa")
        tell(shipment, scan(1, "in_transit"), carrier="japan_post")
        assert (shipment.carrier, shipment.told_carrier) == ("sagawa", "japan_post")
        later = fulfilment_facts(
            order, START, carrier_name="UPS", updated_at=START + timedelta(hours=1)
        )
        (again,) = services.take_in_shipment(later, at=LATER)
        assert (again.pk, again.carrier, again.told_carrier) == (shipment.pk, "sagawa", "ups")
        assert represent_shipment(again)["told_carrier"] == "ups"

    def test_withdrawn_it_is_as_told_last(self, shipment: Shipment) -> None:
        name(shipment, "sagawa")
        tell(shipment, carrier="japan_post")
        shown = withdraw(shipment, CARRIER)
        assert (shown.carrier, shown.carrier_basis, shown.told_carrier) == (
            "japan_post",
            "told",
            "",
        )
        [(actor, told)] = events_of("shipment.correction_withdrawn")
        assert (actor, told["of"]) == ("staff:2", "carrier")
        assert (told["before"], told["after"]) == ("sagawa", "japan_post")
        [row] = list_corrections(shipment)
        assert (row.ended_at, row.ended_by) == (LATER, "staff:2")

    def test_withdrawn_the_number_is_read_again(self, order: Order) -> None:
        facts = fulfilment_facts(
            order, START, carrier_name="Other", tracking_numbers=("1Z5R89390357567127",)
        )
        (shipment,) = services.take_in_shipment(facts, at=START)
        corrected = name(shipment, "fedex")
        assert (corrected.carrier, corrected.told_carrier) == ("fedex", "Other")
        shown = withdraw(shipment, CARRIER)
        assert (shown.carrier, shown.carrier_basis) == ("ups", "detected")

    def test_the_next_word_ends_the_one_before(self, shipment: Shipment) -> None:
        name(shipment, "sagawa")
        corrected = name(shipment, "ups", at=LATER + timedelta(hours=1))
        assert (corrected.carrier, corrected.told_carrier) == ("ups", "yamato")
        newest, oldest = list_corrections(shipment)
        assert (newest.before, newest.after, newest.ended_at) == ("sagawa", "ups", None)
        assert oldest.ended_at == LATER + timedelta(hours=1)

    def test_the_same_again_changes_nothing(self, shipment: Shipment) -> None:
        name(shipment, "sagawa")
        assert name(shipment, "Sagawa Express").version == name(shipment, "sagawa").version
        assert len(events_of("shipment.carrier_corrected")) == 1

    def test_pages_hear_of_it(self, shipment: Shipment, published: Callable[[], list[str]]) -> None:
        name(shipment, "sagawa")
        assert published()[-2:] == ["shipment.carrier_corrected", "shipment.changed"]


class TestStatus:
    def test_the_word_of_staff_is_shown(self, shipment: Shipment) -> None:
        tell(shipment, scan(1, "in_transit", "picked_up"))
        corrected = say(shipment, Status.EXCEPTION, "lost")
        assert (corrected.status, corrected.substatus) == ("exception", "lost")
        assert (corrected.carrier_status, corrected.carrier_substatus) == (
            "in_transit",
            "picked_up",
        )
        assert corrected.since_at == LATER
        [(actor, told)] = events_of("shipment.status_corrected")
        assert (actor, told["before"], told["status"]) == (BY, "in_transit", "exception")
        told_out = represent_shipment(corrected)
        assert told_out["reported"] == {"status": "in_transit", "substatus": "picked_up"}

    def test_nobody_is_written_to_because_of_it(
        self, shipment: Shipment, published: Callable[[], list[str]]
    ) -> None:
        say(shipment, Status.DELIVERED, "delivered")
        say(shipment, Status.EXCEPTION, "lost")
        assert not {"shipment.delivered", "shipment.problem"} & set(published())

    def test_what_the_carrier_says_later_stays_visible(
        self, shipment: Shipment, published: Callable[[], list[str]]
    ) -> None:
        say(shipment, Status.EXCEPTION, "lost")
        tell(shipment, scan(7, "delivered", "signed"))
        assert (shipment.status, shipment.substatus) == ("exception", "lost")
        assert (shipment.carrier_status, shipment.carrier_substatus) == ("delivered", "signed")
        assert "shipment.delivered" in published()

    def test_withdrawn_the_scans_are_shown_again(self, shipment: Shipment) -> None:
        tell(shipment, scan(1, "in_transit", "picked_up"))
        before = represent_shipment(shipment)
        say(shipment, Status.DELIVERED, "delivered")
        shown = withdraw(shipment, STATUS)
        after = represent_shipment(shown)
        assert {**after, "updated_at": ""} == {**before, "updated_at": ""}
        [(_, told)] = events_of("shipment.correction_withdrawn")
        assert (told["of"], told["before"], told["after"]) == ("status", "delivered", "in_transit")

    def test_a_word_that_agrees_with_the_carrier_is_kept_too(self, shipment: Shipment) -> None:
        tell(shipment, scan(1, "delivered", "mailbox"))
        corrected = say(shipment, Status.DELIVERED, "reception")
        assert (corrected.status, corrected.substatus) == ("delivered", "reception")
        assert corrected.since_at == START + timedelta(hours=1)

    def test_a_parcel_that_arrived_is_late_no_more(self, shipment: Shipment) -> None:
        tell(shipment, scan(1, "in_transit", "carrier_delay"))
        assert shipment.is_delayed
        corrected = say(shipment, Status.DELIVERED, "delivered")
        assert not corrected.is_delayed
        assert withdraw(shipment, STATUS).is_delayed

    def test_the_same_again_changes_nothing(self, shipment: Shipment) -> None:
        first = say(shipment, Status.EXCEPTION, "lost")
        again = say(shipment, Status.EXCEPTION, "lost", at=LATER + timedelta(hours=1))
        assert (first.version, again.corrected_at) == (again.version, LATER)
        assert Correction.objects.count() == 1

    def test_a_substatus_of_another_status_is_refused(self, shipment: Shipment) -> None:
        with pytest.raises(UnknownSubstatus):
            say(shipment, Status.DELIVERED, "lost")
        assert Correction.objects.count() == 0

    @pytest.mark.parametrize("subject", list(CorrectionSubject))
    def test_only_what_stands_is_withdrawn(
        self, shipment: Shipment, subject: CorrectionSubject
    ) -> None:
        with pytest.raises(NothingToWithdraw):
            withdraw(shipment, subject)
        assert events_of("shipment.correction_withdrawn") == []

    def test_carrier_and_status_stand_apart(self, shipment: Shipment) -> None:
        name(shipment, "sagawa")
        say(shipment, Status.EXCEPTION, "lost")
        shown = withdraw(shipment, CARRIER)
        assert (shown.carrier, shown.status) == ("yamato", "exception")

    def test_a_parcel_of_another_shop_is_not_found(
        self, shipment: Shipment, other_merchant: Merchant
    ) -> None:
        with merchant_scope(other_merchant.pk), pytest.raises(Shipment.DoesNotExist):
            say(shipment, Status.DELIVERED)


SCANS = [
    scan(1, "in_transit", "picked_up"),
    scan(2, "in_transit", "carrier_delay"),
    scan(3, "out_for_delivery"),
    scan(4, "delivery_attempted", "recipient_absent"),
    scan(5, "delivered", "signed"),
]


@given(st.lists(st.sampled_from(SCANS)), st.sampled_from(list(Status)))
def test_staff_s_word_lies_on_top_of_any_scans(scans: list[Any], status: Status) -> None:
    told = fold(place(scans))
    word = staff_word(status, "", said_at=LATER, zone="Asia/Tokyo")
    shown = overrule(told, word)
    assert (shown.status, shown.latest) == (status, word)
    assert shown.last_scan == told.last_scan
    assert shown.turns[: len(told.turns)] == told.turns
    assert shown.entered_by is not None
    assert shown.entered_by.event.status is status


@settings(
    max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(st.permutations([*SCANS, "word"]))
def test_the_order_of_scans_and_word_does_not_matter(order: Order, steps: list[Any]) -> None:
    facts = fulfilment_facts(order, START, external_id=f"f{Shipment.objects.count()}")
    (shipment,) = services.take_in_shipment(facts, at=START)
    for step in steps:
        if step == "word":
            say(shipment, Status.EXCEPTION, "lost")
        else:
            tell(shipment, step)
    shipment.refresh_from_db()
    assert (shipment.status, shipment.carrier_status) == ("exception", "delivered")
    assert (shipment.since_at, shipment.attempts) == (LATER, 1)
    shipment.delete()


@pytest.mark.django_db(transaction=True)
def test_two_words_at_once_leave_one_standing(shipment: Shipment, scope: Merchant) -> None:
    overlap(
        scope,
        lambda: name(shipment, "sagawa"),
        lambda: name(shipment, "ups"),
    )
    assert Correction.objects.filter(ended_at=None).count() == 1
    assert Correction.objects.count() == 2
    shipment.refresh_from_db()
    assert (shipment.carrier, shipment.told_carrier) == ("ups", "yamato")


@pytest.mark.django_db(transaction=True)
def test_a_scan_at_the_same_moment_is_not_lost(shipment: Shipment, scope: Merchant) -> None:
    overlap(
        scope,
        lambda: say(shipment, Status.EXCEPTION, "lost"),
        lambda: tell(shipment, scan(7, "delivered")),
    )
    shipment.refresh_from_db()
    assert (shipment.status, shipment.carrier_status) == ("exception", "delivered")
