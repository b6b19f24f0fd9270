"""Gifts come back by a code: no price, no word to the buyer, and credit for who was given them."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from commerce import links
from commerce.models import Customer, Merchant, Order, StoreCreditAccount
from commerce.ports import AddressFacts, CustomerFacts
from commerce.services.customers import take_in_customer
from notifications.models import Message
from returns import services
from returns.enums import Outcome, ReturnMethod, ReturnState
from returns.enums.exchanges import ConvertedFor, Instead
from returns.enums.losses import LossGround
from returns.errors import (
    GiftEnded,
    GiftFormLocked,
    IdempotencyMismatch,
    NotReturnable,
    QuantityExceedsReturnable,
    UnitAlreadySettled,
)
from returns.models import Exchange, GiftCode, PolicyVersion, Refund, Return, SendingSettings
from returns.rules.policy import OutcomeTerms
from returns.selectors.gifts import judge_gift, list_gifts
from returns.services.exchange_endings import choose_instead, not_possible
from returns.services.gifts import (
    end_gift_code,
    find_gift,
    make_gift_code,
    request_gift_return,
)
from returns.services.losses import bear_loss, decline_loss
from returns.services.requests import mark_sent
from returns.services.unannounced import note_surplus
from tests.facts import order_facts
from tests.returns.conftest import STAFF, arrive, ask, fresh, grade, line_ids, sent_order
from tests.returns.test_journey import variant_id
from tests.returns.test_pickups import arrange
from tests.shops import drain_all

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
HOME = AddressFacts(
    address1="北町4-5-6", city="練馬区", province="東京都", postcode="179-0081", country="JP"
)
TERMS = tuple(OutcomeTerms(outcome=outcome, days=30) for outcome in Outcome)


@pytest.fixture
def plain(publish: Callable[..., PolicyVersion]) -> None:
    """Everything for 30 days, without bonus or review."""
    publish(outcomes=TERMS, review=False)


def code_for(order: Order, *units: int) -> GiftCode:
    ids = line_ids(order)
    return make_gift_code(
        order_id=order.public_id,
        units={ids[line]: count for line, count in enumerate(units)},
        at=NOW,
        actor=STAFF,
    )


def give_back(
    gift: GiftCode, quantity: int = 1, outcome: Outcome = Outcome.STORE_CREDIT, **more: Any
) -> Return:
    line = line_ids(gift.order)[0]
    wish = services.Wish(
        line=line, quantity=quantity, reason="too_small", variant=more.pop("variant", "")
    )
    asked: dict[str, Any] = {
        "name": "Hana",
        "email": "hana@example.com",
        "address": HOME,
        "at": NOW,
        "key": f"gift_{quantity}_{outcome}",
    }
    return request_gift_return(
        gift_id=gift.public_id, wishes=[wish], outcome=outcome, **{**asked, **more}
    )


def settle(case: Return) -> None:
    arrive(case, NOW)
    grade(case, NOW)
    services.settle_return(return_id=case.public_id, key=case.public_id, at=NOW, actor=STAFF)


def test_r36_a_gift_stays_a_secret(scope: Merchant, plain: None) -> None:
    """R-36: ¥6,000 of credit for the recipient, nothing for the buyer to read or to refund."""
    facts = order_facts()
    scarf = replace(facts.lines[0], title="Scarf", quantity=1, unit_price=6000)
    order = sent_order(scope, replace(facts, lines=(scarf, *facts.lines[1:]), external_id="g1"))
    drain_all()
    before = Message.objects.order_by("-id").values_list("id", flat=True)[0]
    gift = code_for(order, 1)
    found = find_gift(gift.code.lower(), at=NOW)
    assert found == gift
    offered = judge_gift(gift, at=NOW).lines[0].decision
    assert Outcome.REFUND not in {offer.outcome for offer in offered.offers}
    case = give_back(gift)
    assert case.state == ReturnState.APPROVED
    settle(case)
    drain_all()
    recipient = Customer.objects.get(email="hana@example.com")
    assert StoreCreditAccount.objects.get().customer == recipient
    assert StoreCreditAccount.objects.get().balance == 6000
    told = Message.objects.filter(id__gt=before).order_by("id")
    assert [one.kind for one in told] == ["gift.approved", "gift.received", "gift.settled"]
    assert {one.address for one in told} == {"hana@example.com"}
    for one in told:
        shown = json.dumps([one.facts, one.subject, one.html, one.text], ensure_ascii=False)
        assert not re.search(r"6,?000|[¥￥]|JPY", shown), shown
        assert order.email not in shown
        assert links.order_token(order.public_id) not in shown
    assert order.customer != recipient
    with pytest.raises(UnitAlreadySettled) as refused:
        ask(order, NOW, (0, 1, "changed_mind"))
    assert (refused.value.status, refused.value.code) == (409, "unit_already_settled")


def test_a_name_on_the_form_of_a_gift_changes_no_customer_who_is_known(
    bought: Order, scope: Merchant, plain: None
) -> None:
    """Whoever types an e-mail address has not shown that it is theirs."""
    known = take_in_customer(
        CustomerFacts(
            external_id="c77",
            email="hana@example.com",
            family_name="山田",
            given_name="花子",
            locale="ja",
        ),
        merchant=scope,
        at=NOW,
    )
    case = give_back(code_for(bought, 1), name="Hana Yamada", email="Hana@example.com", locale="en")
    assert (case.recipient, case.locale) == (known, "en")
    assert case.recipient_address["name"] == "Hana Yamada"
    known.refresh_from_db()
    assert (known.family_name, known.given_name, known.locale) == ("山田", "花子", "ja")
    assert (known.external_id, known.email) == ("c77", "hana@example.com")


def test_a_key_opens_nobody_elses_return(bought: Order, plain: None) -> None:
    """Neither the buyer's own, nor one that another code of the order asked for."""
    buyers = ask(bought, NOW, (0, 1, "too_small"))
    first = give_back(code_for(bought, 1), key="key_of_the_first")
    other = code_for(bought, 1)
    for key in (buyers.request_key, first.request_key):
        with pytest.raises(IdempotencyMismatch):
            give_back(other, key=key)
    assert give_back(first.gift, key="key_of_the_first") == first


def test_who_was_given_something_hears_of_its_pick_up_and_of_its_loss(
    bought: Order, plain: None
) -> None:
    """The buyer hears of neither, and no word tells what the present cost."""
    SendingSettings.objects.create(methods=[ReturnMethod.PICKUP, ReturnMethod.OWN])
    case = give_back(code_for(bought, 1), method=ReturnMethod.PICKUP)
    drain_all()
    before = Message.objects.order_by("-id").values_list("id", flat=True)[0]
    arrange(case)
    drain_all()
    mark_sent(return_id=case.public_id, tracking_number="", at=NOW, actor="shopper")
    decision: dict[str, Any] = {
        "return_id": case.public_id,
        "ground": LossGround.KNOWN_OTHERWISE,
        "actor": STAFF,
    }
    with time_machine.travel(NOW, tick=False) as today:
        decline_loss(**decision, at=NOW)
        today.shift(timedelta(minutes=1))
        drain_all()
        bear_loss(**decision, receipt=True, at=NOW + timedelta(minutes=1))
        today.shift(timedelta(minutes=1))
        drain_all()
    told = Message.objects.filter(id__gt=before).order_by("id")
    assert [(one.kind, one.state) for one in told] == [
        ("gift.pickup_arranged", "sent"),
        ("gift.loss_declined", "sent"),
        ("gift.loss_borne", "sent"),
    ]
    assert {one.address for one in told} == {"hana@example.com"}
    for one in told:
        shown = json.dumps([one.facts, one.subject, one.html, one.text], ensure_ascii=False)
        assert not re.search(r"2,?500|[¥￥]|JPY", shown), shown
        assert bought.email not in shown


def test_who_was_given_something_hears_of_more_than_was_announced(
    bought: Order, plain: None
) -> None:
    case = give_back(code_for(bought, 1))
    arrive(case, NOW)
    note_surplus(case, title="Scarf", quantity=2, at=NOW, actor=STAFF)
    drain_all()
    told = Message.objects.get(kind="gift.surplus_found")
    assert (told.address, told.state) == ("hana@example.com", "sent")
    assert "Scarf × 2" in told.text
    assert not Message.objects.filter(kind="return.surplus_found").exists()


def test_what_is_not_known_of_who_was_given_something_is_kept(bought: Order, plain: None) -> None:
    case = give_back(code_for(bought, 1), name="Hana", email="New@Example.com", locale="en")
    made = case.recipient
    assert made is not None
    assert (made.given_name, made.email, made.locale) == ("Hana", "new@example.com", "en")


def test_r36_ten_wrong_codes_lock_the_form_for_15_minutes(bought: Order) -> None:
    gift = code_for(bought, 1)
    for _ in range(9):
        assert find_gift("NOPE", at=NOW) is None
    assert find_gift(gift.code, at=NOW) == gift
    for _ in range(10):
        assert find_gift("NOPE", at=NOW) is None
    almost = NOW + timedelta(minutes=14, seconds=59)
    with pytest.raises(GiftFormLocked):
        find_gift(gift.code, at=almost)
    assert find_gift(gift.code, at=NOW + timedelta(minutes=15)) == gift


def test_a_code_is_read_however_it_was_written(bought: Order) -> None:
    gift = code_for(bought, 1)
    spaced = f" {gift.code[:4].lower()}-{gift.code[4:8]} {gift.code[8:]}".replace("0", "o")
    assert find_gift(spaced.replace("1", "l"), at=NOW) == gift


def test_a_gift_is_never_money(bought: Order, plain: None) -> None:
    gift = code_for(bought, 1)
    with pytest.raises(NotReturnable):
        give_back(gift, outcome=Outcome.REFUND)
    case = give_back(gift)
    arrive(case, NOW)
    grade(case, NOW)
    with pytest.raises(NotReturnable):
        services.settle_return(
            return_id=case.public_id, key="k", outcome=Outcome.REFUND, at=NOW, actor=STAFF
        )


def test_a_gift_is_exchanged(bought: Order, plain: None) -> None:
    case = give_back(
        code_for(bought, 1), outcome=Outcome.EXCHANGE, variant=variant_id(bought, "青")
    )
    assert (case.state, case.outcome) == (ReturnState.APPROVED, Outcome.EXCHANGE)
    settle(case)
    assert case.lines.get().replacements.get().state == "ready"
    drain_all()
    told = Message.objects.values_list("kind", flat=True)
    assert not [kind for kind in told if kind.startswith(("return", "exchange"))]
    assert "gift.settled" in told


def test_a_gift_that_is_sold_out_becomes_credit_and_never_the_buyers_money(
    bought: Order, plain: None
) -> None:
    case = give_back(
        code_for(bought, 1), outcome=Outcome.EXCHANGE, variant=variant_id(bought, "青")
    )
    exchange = Exchange.objects.get(case=case)
    with pytest.raises(NotReturnable):
        choose_instead(exchange_id=exchange.public_id, instead=Instead.REFUND, at=NOW, actor=STAFF)
    not_possible(exchange_id=exchange.public_id, why=ConvertedFor.SOLD_OUT, at=NOW, actor=STAFF)
    assert fresh(case).outcome == Outcome.STORE_CREDIT
    settle(fresh(case))
    assert StoreCreditAccount.objects.get().customer == fresh(case).recipient
    assert not Refund.objects.exists()


def test_a_code_is_good_for_its_own_units_only(bought: Order, plain: None) -> None:
    gift = code_for(bought, 1)
    with pytest.raises(QuantityExceedsReturnable):
        give_back(gift, 2)
    first = give_back(gift)
    assert give_back(gift) == first
    with pytest.raises(QuantityExceedsReturnable):
        give_back(gift, key="another_one")
    services.cancel_return(return_id=first.public_id, at=NOW, actor="shopper")
    assert give_back(gift, key="another_one").state == ReturnState.APPROVED


def test_units_are_promised_once_to_buyer_and_recipient(bought: Order, plain: None) -> None:
    gift = code_for(bought, 2)
    ask(bought, NOW, (0, 2, "too_small"))
    with pytest.raises(QuantityExceedsReturnable):
        give_back(gift)


@pytest.mark.parametrize("units", [(), (0, 0), (3, 0)])
def test_a_code_is_for_units_that_were_bought(bought: Order, units: tuple[int, ...]) -> None:
    with pytest.raises((NotReturnable, QuantityExceedsReturnable)):
        code_for(bought, *units)


def test_an_ended_code_opens_nothing(bought: Order, plain: None) -> None:
    gift = code_for(bought, 1)
    case = give_back(gift)
    end_gift_code(gift_id=gift.public_id, at=NOW, actor=STAFF)
    end_gift_code(gift_id=gift.public_id, at=NOW, actor=STAFF)
    assert find_gift(gift.code, at=NOW) is None
    assert not list_gifts(bought)
    with pytest.raises(GiftEnded):
        give_back(gift, key="another_one")
    assert fresh(case).state == ReturnState.APPROVED
