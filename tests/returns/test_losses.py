"""Parcels lost on their way back: what tracking offers, who bears them, and what turns up."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from commerce.models import Merchant, Order, Variant
from commerce.ports import AddressFacts, Person
from notifications.models import Message
from postexp.kernel import clock
from postexp.kernel.models import EventRecord
from returns import services
from returns.enums import Outcome, ReturnMethod, ReturnState
from returns.enums.exchanges import ExchangeState
from returns.enums.losses import Bearer, LossEnd, LossGround, SendingProof
from returns.errors import (
    InvalidTransition,
    LossIsTheShops,
    NothingToSettle,
    UndoTimeOver,
    UnitAlreadySettled,
)
from returns.messages.losses import loss_example
from returns.models import (
    Exchange,
    LedgerEntry,
    PolicyVersion,
    Return,
    ReturnLine,
    ReturnLoss,
    Settlement,
)
from returns.reports import todo
from returns.selectors import count_by_view, judge, list_returns
from returns.selectors.losses import outlook_of
from returns.serializers.happenings import tell_happenings
from returns.serializers.losses import loss_words
from returns.services.losses import bear_loss, decline_loss
from returns.services.parcels import add_number
from returns.services.personal import erase, export
from returns.services.requests import mark_sent
from returns.tasks import end_overdue_returns
from tests.kept import keeps
from tests.returns.conftest import STAFF, arrive, ask, fresh, grade, line_ids, mug_facts, sent_order
from tests.returns.labels import FakeLabels
from tests.returns.test_api import Call, call, refused
from tests.returns.test_desk import at_desk, htmx, staff, words
from tests.returns.test_labels import approved, scan, seller, the_parcel
from tests.shops import drain_all
from tracking.enums import Status
from tracking.models import Incident
from tracking.services import look_again

__all__ = ("call", "seller", "staff")  # fixtures

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def today() -> Iterator[Any]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def silent(bought: Order, seller: FakeLabels, today: Any) -> Return:
    """A return on our label whose parcel was scanned once, three weeks ago."""
    case = approved(bought, method=ReturnMethod.LABEL)
    scan(the_parcel(case), Status.IN_TRANSIT, "picked_up", NOW)
    today.move_to(NOW + 21 * DAY)
    look_again(at=clock.now())
    drain_all()
    return fresh(case)


@pytest.fixture
@keeps
def unproved(bought: Order) -> Return:
    """A return that its shopper says was sent; no carrier has scanned anything of it."""
    case = approved(bought)
    mark_sent(return_id=case.public_id, tracking_number="", at=NOW, actor="shopper")
    drain_all()
    return fresh(case)


def bear(case: Return, **more: Any) -> ReturnLoss:
    return bear_loss(
        return_id=case.public_id,
        ground=more.pop("ground", LossGround.NO_SCAN),
        at=clock.now(),
        actor=STAFF,
        **more,
    )


def decline(case: Return, **more: Any) -> ReturnLoss:
    return decline_loss(
        return_id=case.public_id,
        ground=LossGround.KNOWN_OTHERWISE,
        at=clock.now(),
        actor=STAFF,
        **more,
    )


def undo(case: Return) -> Return:
    services.undo_decision(return_id=case.public_id, at=clock.now(), actor=STAFF)
    return fresh(case)


def settle(case: Return, key: str = "settle-1") -> Settlement:
    return services.settle_return(return_id=case.public_id, key=key, at=clock.now(), actor=STAFF)


def pay_by_hand(case: Return) -> None:
    """Confirm every payment of a return that waits for a person."""
    for settlement in Settlement.objects.filter(case=case):
        for refund in settlement.refunds.filter(state="pending"):
            services.refund_succeeded(
                refund.public_id, reference="bank", at=clock.now(), actor=STAFF
            )
    drain_all()


def later(today: Any, span: timedelta = timedelta(minutes=1)) -> None:
    """Let time pass, and everything happen that waited for it."""
    today.shift(span)
    drain_all()


def sent(case: Return) -> list[str]:
    kinds = Message.objects.filter(order_id=case.order.public_id, state="sent").order_by("id")
    return list(kinds.values_list("kind", flat=True))


def the_line(case: Return) -> ReturnLine:
    return ReturnLine.objects.get(case=case)


def test_tracking_offers_why_a_silent_parcel_is_lost(silent: Return) -> None:
    """It is offered to staff, found in a view of its own, and nothing happens by itself."""
    outlook = outlook_of(silent, at=clock.now())
    assert (outlook.ground, outlook.usual) == (LossGround.NO_SCAN, Bearer.SHOP)
    assert (outlook.proof, outlook.units) == (SendingProof.SCAN, 1)
    [trace] = outlook.traces
    assert (trace.by_shop, trace.sign, trace.days_still(clock.now())) == (True, "no_scan", 21)
    assert [one.pk for one in list_returns(view="lost")] == [silent.pk]
    assert (count_by_view()["lost"], todo().lost) == (1, 1)
    end_overdue_returns()
    assert fresh(silent).state == ReturnState.IN_TRANSIT


def test_a_carrier_may_say_so_itself(bought: Order, seller: FakeLabels) -> None:
    case = approved(bought, method=ReturnMethod.LABEL)
    parcel = the_parcel(case)
    scan(parcel, Status.IN_TRANSIT, "picked_up", NOW)
    assert outlook_of(case, at=NOW).ground is None
    scan(parcel, Status.EXCEPTION, "lost", NOW + timedelta(hours=2))
    assert outlook_of(case, at=NOW).ground is LossGround.CARRIER_SAYS


def test_of_a_parcel_nobody_hears_of_any_more_the_silence_still_tells(
    silent: Return, today: Any
) -> None:
    """Tracking ends its own incident after ninety days; the return is still without an end."""
    later(today, 100 * DAY)
    look_again(at=clock.now())
    assert not Incident.objects.filter(ended_at=None).exists()
    assert outlook_of(silent, at=clock.now()).ground is LossGround.NO_SCAN


def test_a_loss_the_shop_bears_is_settled_as_if_it_had_arrived(silent: Return, today: Any) -> None:
    loss = bear(silent, text="We have asked the carrier.")
    case = fresh(silent)
    assert (case.state, the_line(case).lost, the_line(case).payable) == ("resolving", 1, 1)
    assert (loss.proof, loss.units, loss.traces[0]["sign"]) == ("scan", 1, "no_scan")
    later(today)
    assert sent(case)[-1] == "return.loss_borne"
    settlement = settle(case)
    assert settlement.payout == case.quote["payout"]
    pay_by_hand(case)
    assert fresh(case).state == ReturnState.COMPLETED
    assert "return.refunded" in sent(case)
    assert sum(LedgerEntry.objects.values_list("amount", flat=True)) == settlement.total


def test_what_was_decided_is_taken_back_before_the_shopper_hears_of_it(
    silent: Return, today: Any
) -> None:
    loss = bear(silent)
    case = undo(silent)
    assert (case.state, the_line(case).lost) == (ReturnState.IN_TRANSIT, 0)
    loss.refresh_from_db()
    assert loss.end == LossEnd.TAKEN_BACK
    later(today)
    assert "return.loss_borne" not in sent(case)
    assert EventRecord.objects.filter(type="return.loss_undone").count() == 1
    # It is decided anew as if nothing had been.
    bear(case)
    later(today)
    with pytest.raises(UndoTimeOver):
        undo(case)


def test_nothing_is_taken_back_once_money_went(silent: Return) -> None:
    bear(silent)
    settle(silent)
    with pytest.raises(InvalidTransition):
        undo(silent)
    assert the_line(silent).lost == 1


def test_without_proof_it_is_left_to_the_shopper_and_holds_its_units(
    unproved: Return, today: Any
) -> None:
    outlook = outlook_of(unproved, at=NOW)
    assert (outlook.usual, outlook.by_law, outlook.traces) == (Bearer.SHOPPER, False, [])
    decline(unproved)
    case = fresh(unproved)
    assert (case.state, case.closed_at) == (ReturnState.LOST, NOW)
    later(today)
    assert sent(case)[-1] == "return.loss_declined"
    assert "receipt" in loss_words(ReturnLoss.objects.get(), "en")
    with pytest.raises(InvalidTransition):
        settle(case)
    mug = judge(case.order, at=clock.now()).lines[0]
    assert mug.decision.returnable == 1
    assert not LedgerEntry.objects.exists()


def test_a_receipt_that_comes_later_lets_the_shop_bear_it_yet(unproved: Return, today: Any) -> None:
    first = decline(unproved)
    later(today, DAY)
    second = bear(unproved, receipt=True)
    first.refresh_from_db()
    assert (first.end, second.proof) == (LossEnd.DECIDED_ANEW, SendingProof.RECEIPT)
    case = fresh(unproved)
    assert (case.state, case.closed_at) == (ReturnState.RESOLVING, None)
    assert settle(case).payout == case.quote["payout"]


def test_the_law_lets_nobody_leave_a_proved_loss_to_who_undoes_the_contract(
    scope: Merchant, mugs: None, publish: Callable[..., PolicyVersion], today: Any
) -> None:
    address = AddressFacts(name="Anna Weber", postcode="10115", country="DE", city="Berlin")
    order = sent_order(scope, mug_facts(address=address))
    case = approved(order)
    last = case.law_due_at
    assert last is not None
    mark_sent(return_id=case.public_id, tracking_number="", at=NOW, actor="shopper")
    # Without any proof the law does not want it paid yet, and staff may leave it to the shopper.
    assert not outlook_of(fresh(case), at=NOW).by_law
    with pytest.raises(LossIsTheShops):
        decline(case, receipt=True)
    decline(case)
    assert fresh(case).law_due_at is None
    assert undo(case).law_due_at == last
    loss = bear(case, receipt=True)
    assert (loss.bearer, fresh(case).law_due_at) == (Bearer.SHOP, last)


def test_what_was_paid_ahead_stays_paid(
    bought: Order, seller: FakeLabels, publish: Callable[..., PolicyVersion], today: Any
) -> None:
    """Where a scan has paid for it already, only its end is left to be told."""
    case = approved(bought, method=ReturnMethod.LABEL)
    scan(the_parcel(case), Status.IN_TRANSIT, "picked_up", NOW)
    line = the_line(case)
    line.settled = 1
    line.save()
    assert outlook_of(case, at=NOW).paid_ahead
    with pytest.raises(LossIsTheShops):
        decline(case)
    bear(case)
    assert fresh(case).state == ReturnState.RESOLVING
    later(today)
    assert fresh(case).state == ReturnState.COMPLETED
    with pytest.raises(InvalidTransition):
        settle(case)


def test_what_turns_up_after_it_was_paid_is_received_and_paid_no_second_time(
    silent: Return, today: Any
) -> None:
    loss = bear(silent)
    later(today)
    settle(silent)
    pay_by_hand(silent)
    paid = list(LedgerEntry.objects.values_list("pk", flat=True))
    later(today, 3 * DAY)
    arrive(silent, clock.now(), 1)
    case = fresh(silent)
    assert (case.state, case.closed_at) == (ReturnState.RECEIVED, None)
    line = the_line(case)
    assert (line.lost, line.received, line.settled) == (0, 1, 1)
    loss.refresh_from_db()
    assert loss.end == LossEnd.TURNED_UP
    drain_all()
    received = Message.objects.get(kind="return.received")
    assert "すでにお手続きが済んでおります" in received.text
    grade(case, clock.now())
    assert fresh(case).state == ReturnState.COMPLETED
    with pytest.raises(InvalidTransition):
        settle(case, "settle-2")
    assert list(LedgerEntry.objects.values_list("pk", flat=True)) == paid
    assert EventRecord.objects.get(type="return.turned_up").payload["units"] == 1
    # It has turned up: there is nothing left that could.
    with pytest.raises(InvalidTransition):
        arrive(case, clock.now(), 1)


def test_what_turns_up_before_it_is_paid_is_paid_as_it_arrived(silent: Return, today: Any) -> None:
    bear(silent)
    later(today)
    arrive(silent, clock.now(), 1)
    grade(silent, clock.now(), refused=1)
    with pytest.raises(NothingToSettle):
        settle(silent)


def test_a_part_that_turns_up_leaves_the_rest_at_the_shops_cost(bought: Order, today: Any) -> None:
    case = ask(bought, NOW, (0, 2, "too_small"))
    services.approve_return(return_id=case.public_id, at=NOW, actor=STAFF)
    mark_sent(return_id=case.public_id, tracking_number="", at=NOW, actor="shopper")
    loss = bear(case, receipt=True)
    later(today)
    arrive(case, clock.now(), 1)
    line = the_line(case)
    assert (line.lost, line.received) == (1, 1)
    loss.refresh_from_db()
    assert loss.ended_at is None
    grade(case, clock.now())
    assert settle(case).payout == case.quote["payout"]


def test_what_the_shopper_bore_is_paid_for_when_it_turns_up(unproved: Return, today: Any) -> None:
    decline(unproved)
    later(today, DAY)
    arrive(unproved, clock.now(), 1)
    grade(unproved, clock.now())
    assert settle(unproved).payout == unproved.quote["payout"]


def test_a_second_parcel_under_way_is_waited_for_past_the_last_day(
    bought: Order, seller: FakeLabels, today: Any
) -> None:
    """Who used two parcels is not left without the second because its time is over."""
    case = ask(bought, NOW, (0, 2, "too_small"), method=ReturnMethod.LABEL)
    services.approve_return(return_id=case.public_id, at=NOW - timedelta(minutes=5), actor=STAFF)
    drain_all()
    case = fresh(case)
    scan(the_parcel(case), Status.DELIVERED, "delivered", NOW)
    second = add_number(
        return_id=case.public_id, tracking_number="400000000001", at=NOW, actor="shopper"
    )
    scan(second, Status.IN_TRANSIT, "picked_up", NOW)
    arrive(case, NOW, 1)
    grade(case, NOW)
    settle(case)
    pay_by_hand(case)
    assert fresh(case).state == ReturnState.IN_TRANSIT
    later(today, 60 * DAY)
    end_overdue_returns()
    case = fresh(case)
    assert case.state == ReturnState.IN_TRANSIT
    # Its rest is lost, and the shop bears that, too.
    assert bear(case).units == 1
    later(today)
    settle(case, "settle-2")
    pay_by_hand(case)
    assert fresh(case).state == ReturnState.COMPLETED
    assert sum(one.payout for one in Settlement.objects.all()) == case.quote["payout"]


def test_the_rest_that_the_shopper_bears_ends_the_return_once_that_stands(
    bought: Order, today: Any
) -> None:
    case = ask(bought, NOW, (0, 2, "too_small"))
    services.approve_return(return_id=case.public_id, at=NOW, actor=STAFF)
    arrive(case, NOW, 1)
    grade(case, NOW)
    settle(case)
    pay_by_hand(case)
    assert fresh(case).state == ReturnState.IN_TRANSIT
    decline(case)
    assert undo(case).state == ReturnState.IN_TRANSIT
    decline(case)
    later(today)
    assert fresh(case).state == ReturnState.COMPLETED
    # The unit is free again once nobody waits for it, and taken where it was asked for elsewhere.
    again = ask(bought, clock.now(), (0, 1, "too_small"))
    with pytest.raises(UnitAlreadySettled):
        arrive(case, clock.now(), 1)
    services.cancel_return(return_id=again.public_id, at=clock.now(), actor=STAFF)
    arrive(case, clock.now(), 1)
    assert fresh(case).state == ReturnState.RECEIVED


def test_an_expired_return_is_borne_where_the_shopper_proves_it_in_time(
    bought: Order, today: Any
) -> None:
    case = approved(bought)
    later(today, 60 * DAY)
    end_overdue_returns()
    assert fresh(case).state == ReturnState.EXPIRED
    with pytest.raises(InvalidTransition):
        decline(case)
    bear(case, receipt=True)
    assert settle(case).payout == case.quote["payout"]


def test_a_late_proof_that_is_taken_back_leaves_the_return_expired(
    bought: Order, today: Any
) -> None:
    """Nobody waits for it, its units are free, and it ended when it ended."""
    case = approved(bought)
    later(today, 60 * DAY)
    end_overdue_returns()
    ended = fresh(case).closed_at
    later(today, DAY)
    for _again in range(2):
        bear(case, receipt=True)
        assert fresh(case).state == ReturnState.RESOLVING
        later(today, timedelta(seconds=5))
        back = undo(case)
        assert (back.state, back.closed_at, the_line(back).lost) == (ReturnState.EXPIRED, ended, 0)
    assert judge(back.order, at=clock.now()).lines[0].facts.reserved == 0
    later(today)
    assert "return.loss_borne" not in sent(case)
    assert {one["title"] for one in tell_happenings(back, [])}.isdisjoint({"Lost on its way"})


def test_a_decision_that_gave_way_stands_again_once_the_other_is_taken_back(
    unproved: Return, today: Any
) -> None:
    first = decline(unproved)
    later(today, DAY)
    second = bear(unproved, receipt=True)
    later(today, timedelta(seconds=5))
    case = undo(unproved)
    assert (case.state, case.closed_at, the_line(case).lost) == (ReturnState.LOST, NOW, 0)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.end, first.ended_at, second.end) == ("", None, LossEnd.TAKEN_BACK)
    later(today)
    assert fresh(case).state == ReturnState.LOST
    # The first one cannot be taken back any more.
    with pytest.raises(UndoTimeOver):
        undo(case)


@pytest.mark.parametrize("lost", [True, False])
def test_what_ended_an_exchange_ends_it_again_once_a_late_proof_is_taken_back(
    bought: Order, today: Any, lost: bool
) -> None:
    exchange = exchanged(bought, sent=lost)
    if lost:
        decline(exchange.case)
    later(today, 60 * DAY)
    end_overdue_returns()
    drain_all()
    bear(exchange.case, receipt=True)
    drain_all()
    exchange.refresh_from_db()
    assert exchange.state == ExchangeState.APPROVED
    undo(exchange.case)
    later(today)
    exchange.refresh_from_db()
    assert exchange.state == ExchangeState.CANCELLED


def exchanged(order: Order, *, sent: bool = True) -> Exchange:
    blue = Variant.objects.get(external_id="v2")
    case = ask(order, NOW, (0, 1, "too_small"), outcome=Outcome.EXCHANGE, variant=blue.public_id)
    if case.state == ReturnState.IN_REVIEW:
        services.approve_return(return_id=case.public_id, at=NOW, actor=STAFF)
    if sent:
        mark_sent(return_id=case.public_id, tracking_number="", at=NOW, actor="shopper")
    drain_all()
    return Exchange.objects.get(case=case)


def test_an_exchange_goes_on_with_a_loss_the_shop_bears(bought: Order, today: Any) -> None:
    exchange = exchanged(bought)
    bear(exchange.case, receipt=True)
    later(today)
    settle(exchange.case)
    drain_all()
    exchange.refresh_from_db()
    assert exchange.state == ExchangeState.READY_TO_SHIP
    assert fresh(exchange.case).state == ReturnState.COMPLETED


def test_an_exchange_ends_with_a_loss_its_shopper_bears_and_is_taken_up_again(
    bought: Order, today: Any
) -> None:
    exchange = exchanged(bought)
    decline(exchange.case)
    drain_all()
    exchange.refresh_from_db()
    assert exchange.state == ExchangeState.APPROVED
    later(today)
    exchange.refresh_from_db()
    assert exchange.state == ExchangeState.CANCELLED
    arrive(exchange.case, clock.now(), 1)
    drain_all()
    exchange.refresh_from_db()
    assert exchange.state == ExchangeState.APPROVED


def test_programs_decide_and_take_back(call: Call, silent: Return) -> None:
    path = f"returns/{silent.public_id}"
    told = call("GET", f"{path}/losses").json()
    assert (told["offered_ground"], told["usual_bearer"]) == ("no_scan", "shop")
    assert told["parcels"][0]["sign"] == "no_scan"
    body = {"bearer": "shop", "ground": "no_scan", "text": "紛失"}
    done = call("POST", f"{path}/losses", body, **{"idempotency-key": "loss-1"})
    assert (done.status_code, done.json()["state"]) == (200, "resolving")
    assert done.json()["lines"][0]["lost_quantity"] == 1
    again = call("POST", f"{path}/losses", body, **{"idempotency-key": "loss-1"})
    assert again.json() == done.json()
    assert refused(call("POST", f"{path}/losses", body)) == (409, "invalid_transition")
    assert call("POST", f"{path}/undo", {}).json()["state"] == "in_transit"
    [kept] = call("GET", f"{path}/losses").json()["data"]
    assert (kept["bearer"], kept["end"], kept["text"]) == ("shop", "taken_back", "紛失")
    left = call("POST", f"{path}/losses", {"bearer": "shopper", "ground": "known_otherwise"})
    assert left.json()["state"] == "lost"


def test_the_desk_shows_why_and_what_it_comes_to_before_it_decides(
    silent: Return, staff: Client, today: Any
) -> None:
    page = words(staff.get(at_desk(f"{silent.public_id}/")))
    assert "This return seems lost" in page
    assert "No carrier has scanned its parcel for 21 days." in page
    ask_page = staff.get(at_desk(f"{silent.public_id}/loss/"))
    assert "¥2,500" in words(ask_page)
    assert 'name="receipt"' not in ask_page.content.decode()
    missing = staff.post(at_desk(f"{silent.public_id}/loss/"), {"ground": "no_scan"})
    assert missing.status_code == 422
    where = at_desk(f"{silent.public_id}/loss/")
    said = {"ground": "no_scan", "bearer": "shop", "text": ""}
    done = staff.post(where, said, headers=htmx(at_desk(f"{silent.public_id}/")))
    assert "Lost on its way: you bear it" in words(done)
    assert "data-undo" in done.headers.get("HX-Trigger", "") or "undo" in str(done.headers)
    page = words(staff.get(at_desk(f"{silent.public_id}/")))
    assert "Undo" in page
    assert "Refund ¥2,500" in page
    staff.post(at_desk(f"{silent.public_id}/undo/"))
    assert fresh(silent).state == ReturnState.IN_TRANSIT


def test_the_desk_leaves_it_to_the_shopper_and_hears_of_the_receipt(
    staff: Client, unproved: Return, today: Any
) -> None:
    page = words(staff.get(at_desk(f"{unproved.public_id}/")))
    assert "This return seems lost" not in page
    assert "It was lost" in page
    said = {"ground": "known_otherwise", "bearer": "shopper", "text": "Not a trace of it."}
    staff.post(at_desk(f"{unproved.public_id}/loss/"), said)
    page = words(staff.get(at_desk(f"{unproved.public_id}/")))
    assert "Lost on its way: the shopper bears it" in page
    assert "Not a trace of it." in page
    again = staff.get(at_desk(f"{unproved.public_id}/loss/")).content.decode()
    assert 'value="shopper"' not in again
    staff.post(
        at_desk(f"{unproved.public_id}/loss/"),
        {"ground": "known_otherwise", "bearer": "shop", "receipt": "on", "text": ""},
    )
    assert fresh(unproved).state == ReturnState.RESOLVING
    arrival = words(staff.get(at_desk(f"{unproved.public_id}/arrival/")))
    assert "This parcel was called lost." in arrival


def test_what_was_written_of_a_loss_is_handed_out_and_forgotten(unproved: Return) -> None:
    decline(unproved, text="Dear Hanako")
    person = Person(customer_id="", order_ids=(unproved.order.public_id,), emails=(), words=())
    assert export(person)[0]["losses"][0]["text"] == "Dear Hanako"
    erase(person, NOW)
    assert ReturnLoss.objects.get().text == ""


def test_an_example_shows_the_words_of_the_newest_loss(unproved: Return) -> None:
    assert loss_example(unproved.order.public_id) is None
    decline(unproved)
    shown = loss_example(unproved.order.public_id)
    assert shown is not None
    assert shown.facts["loss"]["whole"] is True
    assert line_ids(unproved.order)[0] == shown.facts["return"]["lines"][0]["line_id"]
