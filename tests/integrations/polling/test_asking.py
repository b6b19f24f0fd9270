"""Carriers are asked over real connections, and what they answer reaches the parcels."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from integrations.connections import disconnect
from integrations.fake_carriers.parcels import Step
from integrations.fake_carriers.server import Fault
from integrations.polling.accounts import (
    list_due_accounts,
    pause_account,
    resume_account,
)
from integrations.polling.forgetting import KEEP_ANSWERS, forget
from integrations.polling.models import AskedNumber, CarrierAccount, CarrierCalls, Pause
from integrations.polling.rules import BREAKS_AT
from integrations.polling.turns import CLAIM, take_turn
from notifications.models import StaffAlert
from postexp.kernel import inbox
from postexp.kernel.models import EventRecord, InboxMessage
from tests.integrations.polling.conftest import Desk
from tests.tracking.scans import scan
from tracking.enums import Status
from tracking.models import Shipment
from tracking.rules import NormalisedShipment
from tracking.rules.polling import LEAST, QUIET
from tracking.services import correct_carrier, take_in_report

Drain = Callable[[], None]
FIRST, SECOND, THIRD = "794600000011", "794600000022", "794600000033"


def status_of(number: str) -> str:
    return Shipment.objects.get(number_key=number).status


def events(kind: str) -> int:
    return EventRecord.objects.filter(type=kind).count()


def test_a_parcel_is_planned_asked_about_and_moves(fedex: Desk, drain: Drain) -> None:
    shipment = fedex.send(FIRST)
    # Nobody asked about it yet: it is due at once.
    assert fedex.row(FIRST).poll_at == fedex.clock()
    fedex.tell(FIRST, Step.OUT)
    assert fedex.ask() == 1
    message = InboxMessage.objects.get(source="fedex")
    assert message.provider_key.startswith(fedex.standing().connection.public_id)
    assert message.headers == {"numbers": FIRST}
    drain()
    message.refresh_from_db()
    assert (message.state, message.effect_object_id) == ("processed", shipment.public_id)
    assert status_of(FIRST) == "out_for_delivery"
    assert fedex.standing().answered_at == fedex.clock()
    # Its carrier is asked again within minutes now, for it comes today.
    row = fedex.row(FIRST)
    assert (row.asked_at, row.is_near, row.failures) == (fedex.clock(), True, 0)
    assert LEAST <= row.poll_at - fedex.clock() <= LEAST * 1.1


def test_what_is_not_due_is_not_asked_about(fedex: Desk) -> None:
    fedex.send(FIRST)
    fedex.all_due()
    assert (fedex.ask(), fedex.ask()) == (1, 0)
    assert len(fedex.asked()) == 1


def test_a_delivered_parcel_is_asked_about_no_more(fedex: Desk, drain: Drain) -> None:
    fedex.send(FIRST)
    fedex.tell(FIRST, Step.DELIVERED)
    fedex.all_due()
    fedex.ask()
    drain()
    assert status_of(FIRST) == "delivered"
    assert not AskedNumber.objects.exists()


def test_thirty_numbers_go_into_one_request(fedex: Desk, drain: Drain) -> None:
    numbers = [f"7946000001{place:02}" for place in range(35)]
    fedex.send_all(numbers)
    fedex.all_due()
    assert fedex.ask() == 35
    assert len(fedex.asked()) == 2
    drain()
    assert {status_of(number) for number in numbers} == {"in_transit"}
    day = CarrierCalls.objects.get()
    assert (day.calls, day.numbers, day.failed) == (2, 35, 0)


def test_one_number_that_two_orders_share_is_asked_about_once(fedex: Desk, drain: Drain) -> None:
    first = fedex.send(FIRST)
    second = fedex.send(SECOND)
    Shipment.objects.filter(pk=second.pk).update(number_key=FIRST, tracking_number=FIRST)
    AskedNumber.objects.filter(number=SECOND).delete()
    fedex.all_due()
    assert fedex.ask() == 1
    drain()
    statuses = Shipment.objects.filter(pk__in=[first.pk, second.pk])
    assert set(statuses.values_list("status", flat=True)) == {"in_transit"}


def test_no_parcel_is_made_by_an_answer(fedex: Desk, drain: Drain) -> None:
    fedex.send(FIRST)
    fedex.all_due()
    fedex.ask()
    Shipment.objects.all().delete()
    drain()
    assert InboxMessage.objects.get(source="fedex").state == "processed"
    assert not Shipment.objects.exists()


def test_another_carriers_parcel_of_the_same_number_stays_as_it_is(
    fedex: Desk, drain: Drain
) -> None:
    fedex.send(FIRST)
    other = fedex.send(SECOND)
    Shipment.objects.filter(pk=other.pk).update(number_key=FIRST, carrier="yamato")
    fedex.all_due()
    fedex.ask()
    drain()
    assert Shipment.objects.get(pk=other.pk).status == "info_received"
    assert Shipment.objects.get(number_key=FIRST, carrier="fedex").status == "in_transit"


def test_a_parcel_that_went_to_another_carrier_is_dropped(fedex: Desk) -> None:
    shipment = fedex.send(FIRST)
    correct_carrier(
        shipment_id=shipment.public_id, carrier="yamato", at=fedex.clock(), actor="system"
    )
    fedex.all_due()
    assert fedex.ask() == 0
    assert fedex.asked() == []
    assert not AskedNumber.objects.exists()


def test_demo_parcels_are_not_asked_about(fedex: Desk) -> None:
    fedex.send(FIRST, source="demo")
    fedex.send(SECOND)
    fedex.all_due()
    assert fedex.ask() == 1
    assert InboxMessage.objects.get(source="fedex").headers == {"numbers": SECOND}


def test_a_parcel_that_a_webhook_tells_of_is_left_alone_for_a_day(fedex: Desk) -> None:
    fedex.send(FIRST)
    events_told = (scan(20, "in_transit", source="easypost"),)
    told = NormalisedShipment(source="easypost", tracking_number=FIRST, events=events_told)
    take_in_report(told, at=fedex.clock(), actor="easypost")
    assert fedex.row(FIRST).poll_at == fedex.clock() + QUIET
    fedex.all_due()
    assert fedex.ask() == 0
    assert fedex.row(FIRST).poll_at == fedex.clock() + QUIET
    fedex.clock.at += QUIET
    assert fedex.ask() == 1


def test_parcels_that_were_there_before_the_account_join(fedex: Desk) -> None:
    for number in (FIRST, SECOND, THIRD):
        fedex.send(number)
    fedex.tell(THIRD, Step.DELIVERED)
    AskedNumber.objects.all().delete()
    Shipment.objects.filter(number_key=THIRD).update(status=Status.DELIVERED)
    Shipment.objects.filter(number_key=SECOND).update(carrier="ups")
    fedex.connect()
    assert list_due_accounts(at=fedex.clock()) == [(fedex.merchant.pk, fedex.account.pk)]
    fedex.ask()
    assert list(AskedNumber.objects.values_list("number", flat=True)) == [FIRST]
    assert fedex.standing().joined_at == fedex.clock()
    assert list_due_accounts(at=fedex.clock()) == []


def test_parcels_due_today_go_first(ups: Desk) -> None:
    for number in (FIRST, SECOND, THIRD):
        ups.send(number)
    AskedNumber.objects.update(poll_at=ups.clock() - timedelta(hours=9))
    Shipment.objects.filter(number_key=THIRD).update(status=Status.OUT_FOR_DELIVERY)
    AskedNumber.objects.filter(number=THIRD).update(is_near=True, poll_at=ups.clock())
    CarrierAccount.objects.update(per_second=1)
    assert take_turn(ups.account.pk, at=ups.clock()).groups == ((THIRD,),)


def test_a_token_that_lapsed_or_was_forgotten_is_renewed(fedex: Desk) -> None:
    fedex.send(FIRST)
    logins = fedex.fake.requests.count(f"POST {fedex.fake.login_path}")
    for fault in (None, Fault.TOKENS_LOST):
        if fault:
            fedex.fake.faults.append(fault)
        fedex.clock.at += timedelta(hours=9)
        fedex.all_due()
        assert fedex.ask() == 1
    # Each time it had lapsed, and the second time the carrier forgot the new one as well.
    assert fedex.fake.requests.count(f"POST {fedex.fake.login_path}") == logins + 3
    assert fedex.standing().connection.access_token in fedex.fake.tokens


def test_a_busy_carrier_is_left_alone_as_long_as_it_asks(fedex: Desk) -> None:
    fedex.send(FIRST)
    fedex.all_due()
    fedex.fake.faults.append(Fault.BUSY)
    assert fedex.ask() == 0
    standing = fedex.standing()
    assert standing.busy_until == fedex.clock() + timedelta(seconds=30)
    assert (standing.failures, standing.connection.problem) == (0, "Busy")
    assert list_due_accounts(at=fedex.clock()) == []
    assert fedex.ask() == 0
    fedex.clock.at += timedelta(seconds=30)
    assert fedex.ask() == 1
    assert fedex.standing().connection.problem == ""
    assert len(fedex.asked()) == 2


@pytest.mark.parametrize(
    "fault", [Fault.BROKEN, Fault.NOT_JSON, Fault.CUT_OFF, Fault.HANG_UP, Fault.SILENT]
)
def test_a_failure_puts_the_number_off_and_the_answer_comes_later(
    fedex: Desk, drain: Drain, fault: Fault
) -> None:
    fedex.send(FIRST)
    fedex.all_due()
    fedex.fake.faults.append(fault)
    assert fedex.ask(answer_seconds=0.5) == 0
    row = fedex.row(FIRST)
    assert (row.failures, row.asked_at, row.claimed_until) == (1, None, None)
    assert timedelta(minutes=1) < row.poll_at - fedex.clock() < timedelta(minutes=3)
    assert fedex.standing().connection.problem == "Unanswered"
    fedex.clock.at = row.poll_at
    assert fedex.ask() == 1
    drain()
    assert status_of(FIRST) == "in_transit"
    day = CarrierCalls.objects.get()
    assert (day.calls, day.failed) == (2, 1)


def test_garbage_is_kept_for_staff_and_the_number_goes_on(fedex: Desk, drain: Drain) -> None:
    fedex.send(FIRST)
    fedex.all_due()
    fedex.fake.answer = lambda *_: (200, {"what": "is this"})  # type: ignore[method-assign]
    assert fedex.ask() == 1
    drain()
    message = InboxMessage.objects.get(source="fedex")
    assert message.state == "failed"
    assert message.cause
    assert fedex.row(FIRST).poll_at > fedex.clock()


def test_a_carrier_that_fails_again_and_again_is_left_alone_and_staff_hear_of_it(
    ups: Desk, drain: Drain
) -> None:
    numbers = [f"7946000002{place:02}" for place in range(BREAKS_AT)]
    ups.send_all(numbers)
    ups.all_due()
    ups.fake.faults.extend([Fault.BROKEN] * BREAKS_AT)
    assert ups.ask() == 0
    standing = ups.standing()
    assert standing.failures == BREAKS_AT
    assert standing.open_until is not None
    assert list_due_accounts(at=ups.clock()) == []
    ups.all_due()
    assert ups.ask() == 0
    assert len(ups.asked()) == BREAKS_AT
    drain()
    alert = StaffAlert.objects.get(kind="carrier_account.troubled")
    assert alert.detail == "UPS: HTTP 500"

    # Half open: one request tries it, whatever is due; it fails, and the break grows.
    ups.clock.at = standing.open_until
    ups.all_due()
    ups.fake.faults.append(Fault.BROKEN)
    ups.ask()
    assert len(ups.asked()) == BREAKS_AT + 1
    again = ups.standing().open_until
    assert again is not None
    assert again - ups.clock() > timedelta(seconds=90)
    assert events("carrier_account.troubled") == 1

    # It is back: the probe closes the breaker, and the others follow.
    ups.clock.at = again
    ups.all_due()
    assert ups.ask() == BREAKS_AT
    standing = ups.standing()
    assert (standing.failures, standing.open_until, standing.troubled_since) == (0, None, None)
    assert standing.connection.problem == ""
    assert events("carrier_account.recovered") == 1


def test_a_refused_account_is_paused_until_staff_resume_it(fedex: Desk, drain: Drain) -> None:
    fedex.send(FIRST)
    fedex.all_due()
    right = fedex.fake.client_secret
    fedex.fake.client_secret = "changed there"
    fedex.fake.tokens.clear()
    assert fedex.ask() == 0
    standing = fedex.standing()
    assert (standing.pause, standing.connection.problem) == (Pause.REFUSED, "Refused")
    assert list_due_accounts(at=fedex.clock()) == []
    drain()
    assert "not valid" in StaffAlert.objects.get(kind="carrier_account.troubled").detail
    # Nothing was lost: the number is still due.
    assert fedex.row(FIRST).poll_at == fedex.clock()
    fedex.fake.client_secret = right
    resume_account(standing, merchant=fedex.merchant, by=fedex.by, at=fedex.clock())
    assert fedex.ask() == 1
    assert fedex.standing().pause == ""


def test_a_request_that_is_refused_takes_no_account_down_and_neighbours_not_twice(
    fedex: Desk, drain: Drain
) -> None:
    for number in (FIRST, SECOND):
        fedex.send(number)
    answer = fedex.fake.answer

    def refuse_second(method: str, path: str, body: bytes) -> tuple[int, dict[str, object]]:
        if SECOND.encode() in body:
            return 400, fedex.fake.complaint(400, "BAD", "We cannot stand this number.")
        return answer(method, path, body)

    fedex.fake.answer = refuse_second  # type: ignore[method-assign]
    fedex.all_due()
    assert fedex.ask() == 0
    assert fedex.standing().pause == ""
    fedex.all_due()
    assert fedex.ask() == 1
    drain()
    assert (fedex.row(FIRST).failures, fedex.row(SECOND).failures) == (0, 2)
    assert status_of(FIRST) == "in_transit"


def test_numbers_that_are_refused_stop_no_account(dhl: Desk) -> None:
    good = "4400000014"
    dhl.send(good)
    dhl.all_due()
    assert dhl.ask() == 1
    numbers = [f"44000001{place:02}" for place in range(BREAKS_AT)]
    dhl.send_all(numbers)
    answer = dhl.fake.answer

    def refuse(method: str, path: str, body: bytes) -> tuple[int, dict[str, object]]:
        if any(number.encode() in body for number in numbers):
            return 400, dhl.fake.complaint(400, "Bad", "We cannot stand this number.")
        return answer(method, path, body)

    dhl.fake.answer = refuse  # type: ignore[method-assign]
    AskedNumber.objects.filter(number__in=numbers).update(poll_at=dhl.clock())
    assert dhl.ask() == 0
    standing = dhl.standing()
    assert (standing.failures, standing.open_until, standing.pause) == (0, None, "")
    assert standing.connection.problem == "QuestionRefused"
    dhl.clock.at += timedelta(hours=9)
    dhl.all_due()
    assert dhl.ask() == 1
    assert dhl.standing().connection.problem == ""
    assert events("carrier_account.troubled") == 0


def test_a_carrier_that_accepts_the_account_and_refuses_a_number_is_not_troubled(
    ups: Desk,
) -> None:
    ups.send("7946000002")
    ups.all_due()
    assert ups.ask() == 1
    ups.fake.answer = lambda *_: (  # type: ignore[method-assign]
        403,
        ups.fake.complaint(403, "FORBIDDEN", "This parcel is another shipper's."),
    )
    for _ in range(BREAKS_AT):
        ups.clock.at += timedelta(hours=9)
        ups.all_due()
        assert ups.ask() == 0
    standing = ups.standing()
    assert (standing.failures, standing.pause, standing.open_until) == (0, "", None)
    assert standing.connection.problem == "QuestionRefused"


def test_a_carrier_that_refuses_every_question_from_the_first_is_told_of(
    ups: Desk, drain: Drain
) -> None:
    ups.send("7946000002")
    ups.fake.answer = lambda *_: (  # type: ignore[method-assign]
        403,
        ups.fake.complaint(403, "FORBIDDEN", "This app may not use tracking."),
    )
    for _ in range(BREAKS_AT):
        ups.all_due()
        assert ups.ask() == 0
    drain()
    assert "may not use tracking" in StaffAlert.objects.get(kind="carrier_account.troubled").detail


def test_a_number_stays_with_who_claimed_it(fedex: Desk) -> None:
    fedex.send(FIRST)
    fedex.all_due()
    assert take_turn(fedex.account.pk, at=fedex.clock()).groups == ((FIRST,),)
    # A change that read the row before the claim plans it for now.
    fedex.all_due()
    assert take_turn(fedex.account.pk, at=fedex.clock()).groups == ()
    fedex.clock.at += CLAIM
    assert take_turn(fedex.account.pk, at=fedex.clock()).groups == ((FIRST,),)


def test_calls_for_tokens_and_in_vain_count(fedex: Desk) -> None:
    before = len(fedex.fake.requests)
    fedex.send(FIRST)
    for fault in (Fault.TOKENS_LOST, Fault.BROKEN):
        # The token has lapsed by then.
        fedex.clock.at += timedelta(hours=2)
        fedex.fake.faults.append(fault)
        fedex.all_due()
        fedex.ask()
    made = len(fedex.fake.requests) - before
    assert made > len(fedex.asked())
    assert sum(day.calls for day in CarrierCalls.objects.all()) == made


def test_answers_that_were_read_are_forgotten_after_a_week(fedex: Desk, drain: Drain) -> None:
    fedex.send(FIRST)
    fedex.all_due()
    fedex.ask()
    drain()
    first = fedex.clock()
    fedex.fake.answer = lambda *_: (200, {"what": "is this"})  # type: ignore[method-assign]
    fedex.clock.at += timedelta(hours=9)
    fedex.all_due()
    assert fedex.ask() == 1
    drain()
    assert forget(at=first + KEEP_ANSWERS) == 0
    assert forget(at=first + KEEP_ANSWERS + timedelta(hours=10)) == 1
    # What could not be read waits for staff as all requests do.
    assert InboxMessage.objects.get(source="fedex").state == "failed"


def test_a_worker_that_is_killed_loses_nothing(fedex: Desk, drain: Drain) -> None:
    fedex.send(FIRST)
    fedex.all_due()
    turn = take_turn(fedex.account.pk, at=fedex.clock())
    assert turn.groups == ((FIRST,),)
    # It is gone now. Until its claim lapses nobody asks, not even where the parcel moves.
    assert fedex.ask() == 0
    take_in_report(
        NormalisedShipment(
            source="fedex", tracking_number=FIRST, events=(scan(3, "out_for_delivery"),)
        ),
        at=fedex.clock(),
    )
    assert fedex.ask() == 0
    fedex.clock.at += CLAIM
    fedex.clock.at = max(fedex.clock.at, fedex.row(FIRST).poll_at)
    assert fedex.ask() == 1
    drain()
    assert len(fedex.asked()) == 1


def test_a_paused_or_ended_account_asks_nothing(fedex: Desk) -> None:
    fedex.send(FIRST)
    fedex.all_due()
    pause_account(fedex.standing(), merchant=fedex.merchant, by=fedex.by, at=fedex.clock())
    assert list_due_accounts(at=fedex.clock()) == []
    assert fedex.ask() == 0
    resume_account(fedex.standing(), merchant=fedex.merchant, by=fedex.by, at=fedex.clock())
    assert list_due_accounts(at=fedex.clock()) != []
    disconnect(service="fedex", account=fedex.merchant.public_id, at=fedex.clock())
    assert list_due_accounts(at=fedex.clock()) == []
    assert fedex.ask() == 0
    fedex.send(SECOND)
    assert not AskedNumber.objects.filter(number=SECOND).exists()
    assert forget(at=fedex.clock()) == 1
    assert not AskedNumber.objects.exists()


def test_what_was_asked_before_the_end_and_answered_after_has_no_effect(
    fedex: Desk, drain: Drain
) -> None:
    fedex.send(FIRST)
    fedex.all_due()
    fedex.ask()
    disconnect(service="fedex", account=fedex.merchant.public_id, at=fedex.clock())
    drain()
    assert InboxMessage.objects.get(source="fedex").effect_kind == "ignored: disconnected"


def test_an_answer_read_again_changes_nothing(fedex: Desk, drain: Drain) -> None:
    fedex.send(FIRST)
    fedex.all_due()
    fedex.ask()
    drain()
    before = Shipment.objects.get(number_key=FIRST)
    inbox.replay(InboxMessage.objects.get(source="fedex"), at=fedex.clock())
    drain()
    after = Shipment.objects.get(number_key=FIRST)
    assert (after.version, after.status) == (before.version, before.status)


def test_the_calls_of_a_day_are_its_limit(ups: Desk) -> None:
    numbers = [f"7946000003{place:02}" for place in range(12)]
    ups.send_all(numbers)
    ups.all_due()
    CarrierAccount.objects.update(per_day=24)
    # Three o'clock and an hour ahead: four twenty-fourths of the day.
    assert ups.ask() == 4
    assert ups.ask() == 0
    ups.clock.at += timedelta(hours=1)
    assert ups.ask() == 1
    # The token had lapsed by then.
    assert CarrierCalls.objects.get().calls == 6
