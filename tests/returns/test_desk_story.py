"""What belongs to a return is a press away on its page, and its story leaves nothing out."""

from collections.abc import Callable
from dataclasses import fields
from datetime import timedelta
from html import escape
from typing import Any

import pytest
import time_machine
from django.db import transaction
from django.test import Client
from django.utils.translation import override

from commerce.models import Order, User
from postexp.kernel.events import Event, append
from postexp.kernel.history import words_of
from returns import events, services
from returns.enums import CancellationState, Outcome, ReturnMove, ReturnState, WithdrawalState
from returns.enums.exchanges import ConvertedFor, ExchangePaymentKind
from returns.enums.receiving import RefusedState, UnannouncedState
from returns.models import (
    Cancellation,
    PolicyVersion,
    RefusedUnits,
    Return,
    ReturnParcel,
    Settlement,
    TransitionLog,
    UnannouncedGoods,
    Withdrawal,
)
from returns.rules.states import RETURN_MOVES
from returns.services.parcels import add_number
from tests.returns.conftest import STAFF, arrive, ask, fresh, grade
from tests.returns.rules.policy_samples import rule
from tests.returns.test_desk import NOW, at_desk, htmx, words
from tests.returns.test_refused import one_of_two, pay

Publish = Callable[..., PolicyVersion]

ABOUT = {"return_id", "refund_id", "settlement_id", "unannounced_id", "withdrawal_id"}
OF_A_RETURN = [
    kind
    for name in events.__all__
    if (kind := getattr(events, name)).__dict__.get("type")
    and ABOUT & {one.name for one in fields(kind)}
    # What happened is told beside these, else by the move itself.
    and kind not in {events.ReturnMoved, events.RefundMoved, events.RefusedUnitsMoved}
]
"""Every kind of event that can be about one return, and is told on its page."""
SPECIAL: dict[type[Event], dict[str, Any]] = {
    events.ExchangeChoiceNeeded: {"why": ConvertedFor.SOLD_OUT.value},
    events.ExchangeConverted: {"why": ConvertedFor.SOLD_OUT.value, "instead": "refund"},
    events.ExchangePaid: {"kind": ExchangePaymentKind.DIFFERENCE.value},
    events.ExchangePaymentDue: {"kind": ExchangePaymentKind.DIFFERENCE.value},
    events.ExchangeRestGivenUp: {"instead": Outcome.REFUND.value},
    events.RefusedUnitsClosed: {"state": RefusedState.DONATED.value},
}
"""Values that a kind of event reads otherwise than its like-named ones."""
USUAL = {
    "move": "accept",
    "on": "first_scan",
    "outcome": Outcome.REFUND.value,
    "currency": "JPY",
    "choice": "donate",
    "step": "renew",
    "end": "refunded",
    "ground": "no_scan",
}
BY_TYPE: dict[Any, Any] = {str: "", int: 1, bool: True}


@pytest.fixture(autouse=True)
def today() -> Any:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def staff(owner: User) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(owner)
    return client


def withdrawn(case: Return) -> Withdrawal:
    return Withdrawal.objects.create(
        number="W-1",
        request_key="w",
        name="佐藤",
        contract="#1001",
        contact="hanako@example.com",
        statement="I withdraw.",
        locale="en",
        received_at=NOW,
        refund_due=NOW.date(),
        state=WithdrawalState.MATCHED,
        order=case.order,
        case=case,
    )


def came_too_late(case: Return) -> Cancellation:
    return Cancellation.objects.create(
        number="C-1001",
        order=case.order,
        state=CancellationState.TOO_LATE,
        quote={},
        locale="en",
        requested_at=NOW,
        requested_by="shopper",
        undo_until=NOW,
        case=case,
        closed_at=NOW,
    )


def surplus(case: Return) -> UnannouncedGoods:
    return UnannouncedGoods.objects.create(
        number="U-7",
        state=UnannouncedState.MATCHED,
        title="タオル",
        quantity=2,
        order=case.order,
        case=case,
        received_at=NOW,
        received_by=STAFF,
    )


def test_r35_what_belongs_to_a_return_is_a_press_away(
    staff: Client, bought: Order, publish: Publish
) -> None:
    publish()
    case = one_of_two(bought, NOW)
    lost, late, more = withdrawn(case), came_too_late(case), surplus(case)
    before = ask(bought, NOW, (1, 1, "too_small"))
    services.cancel_return(return_id=before.public_id, at=NOW, actor="shopper")
    Return.objects.filter(pk=case.pk).update(replaces=before)
    page = staff.get(at_desk(f"{case.public_id}/"))
    source, refused = page.content.decode(), RefusedUnits.objects.get()
    for where in (
        f"receiving/refused/{refused.public_id}/",
        f"returns/withdrawals/{lost.public_id}/",
        f"receiving/unannounced/{more.public_id}/",
        f"returns/{before.public_id}/",
    ):
        assert f'href="/d/komorebi/{where}"' in source
    for told in ("Not accepted", "U-7 · タオル × 2", "W-1", late.number, "Changed from"):
        assert told in words(page)
    other = staff.get(at_desk(f"{before.public_id}/"))
    assert f"Changed into {case.number}" in words(other)


def sample(kind: type[Event], ids: dict[str, str]) -> Event:
    """An event of a kind, with values its words can read."""
    usual = {one.name: BY_TYPE.get(one.type, "") for one in fields(kind)}
    known = {**USUAL, **ids, **SPECIAL.get(kind, {})}
    return kind(**{**usual, **{name: known[name] for name in usual if name in known}})


@pytest.mark.parametrize("locale", ["en", "ja"])
def test_every_event_of_a_return_is_told_in_words(
    owner: User, bought: Order, publish: Publish, locale: str
) -> None:
    publish(review=False)
    case = ask(bought, NOW, (0, 1, "too_small"))
    add_number(return_id=case.public_id, tracking_number="ABC123", at=NOW, actor=STAFF)
    arrive(case, NOW, 1)
    grade(case, NOW)
    pay(case, NOW)
    refund = Settlement.objects.get(case=case).refunds.get()
    ids = {
        "order_id": bought.public_id,
        "return_id": case.public_id,
        "refund_id": refund.public_id,
        "parcel_id": ReturnParcel.objects.get().public_id,
        "withdrawal_id": withdrawn(case).public_id,
        "cancellation_id": came_too_late(case).public_id,
        "unannounced_id": surplus(case).public_id,
    }
    with transaction.atomic():
        for kind in OF_A_RETURN:
            append(sample(kind, ids), at=NOW)
    client = Client()
    client.force_login(owner)
    page = client.get(at_desk(f"{case.public_id}/"), headers={"accept-language": locale})
    source = page.content.decode()
    story = source[source.index('class="timeline"') :]
    assert len(OF_A_RETURN) > 40
    for kind in OF_A_RETURN:
        found = words_of(kind.type)
        assert found is not None, kind
        with override(locale):
            title = str(found.title)
        assert escape(title) in story, kind


@pytest.mark.parametrize("locale", ["en", "ja"])
def test_a_move_that_no_event_tells_tells_of_itself(
    owner: User, bought: Order, locale: str
) -> None:
    case = ask(bought, NOW, (0, 1, "too_small"))
    moves = sorted({move for _state, move in RETURN_MOVES})
    assert set(moves) == set(ReturnMove)
    for number, move in enumerate(moves, start=1):
        TransitionLog.objects.create(
            case=case,
            event=move,
            before=ReturnState.APPROVED,
            after=ReturnState.APPROVED,
            at=NOW - timedelta(days=number),
            actor="policy",
        )
    client = Client()
    client.force_login(owner)
    page = client.get(at_desk(f"{case.public_id}/"), headers={"accept-language": locale})
    source = page.content.decode()
    story = source[source.index('class="timeline"') :]
    with override(locale):
        for move in moves:
            assert escape(str(move.label)) in story, move


def test_what_an_event_tells_is_told_once(staff: Client, bought: Order) -> None:
    case = ask(bought, NOW, (0, 1, "too_small"))
    services.approve_return(return_id=case.public_id, at=NOW, actor=STAFF)
    shown = words(staff.get(at_desk(f"{case.public_id}/")))
    story = shown[shown.index("What happened") :]
    assert "Sent to review" in story
    assert story.count("Return approved") == 1
    assert "Approved by the policy" not in story
    assert " Approved " not in story


@pytest.mark.django_db
def test_staff_note_that_goods_were_given_away(
    staff: Client, bought: Order, publish: Publish
) -> None:
    publish(review=False, rules=(rule("donate", {"all": []}, keep_item="donate"),))
    case = ask(bought, NOW, (1, 1, "too_small"))
    page = staff.get(at_desk(f"{case.public_id}/"))
    where = at_desk(f"{case.public_id}/give-away/")
    assert f'href="{where}"' in page.content.decode()
    asked = staff.get(where, headers=htmx(at_desk(f"{case.public_id}/")))
    assert "This cannot be taken back." in words(asked)
    assert "<html" not in asked.content.decode()
    assert "タオル" in words(staff.get(where))
    after = staff.post(where, follow=True)
    assert "were given away" in words(after)
    assert fresh(case).state == ReturnState.RESOLVING
    assert Settlement.objects.get(case=case).total == 2000
    assert where not in after.content.decode()
    assert "Nothing of this return" in words(staff.get(where))
    assert staff.post(where).status_code == 409
