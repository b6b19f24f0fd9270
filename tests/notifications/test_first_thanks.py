"""Thanks for a first order: once, with a code for who wants offers, else in words alone."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from commerce import ports as commerce_ports
from commerce.enums import Channel as Way
from commerce.enums import PromoPurpose, PromoState, Purpose
from commerce.models import ConsentFact, Merchant, Order, PromoCode, User
from commerce.ports import CustomerFacts, OpenWork, OrderFacts, PromoFacts, PromoRefused
from commerce.rules.promos import PromoOffer
from commerce.selectors.promos import promo_offer
from commerce.services.orders import take_in_order
from commerce.services.promos import enter_promo, set_promo_terms
from notifications import ports
from notifications.enums import Class, Hold, Reason, State
from notifications.messages import FIRST_THANKS
from notifications.models import Flow, Message
from notifications.ports import Accepted, Outgoing, get_kind
from notifications.selectors.flows import Terms, flows_by_kind, get_flow, marketing_kinds
from notifications.services import send_message
from postexp.kernel import clock
from tests.facts import order_facts
from tests.shops import log_in

OFFER = PromoOffer(amount=500, currency="JPY", minimum=5000, days=30)
Drain = Callable[[], None]


@dataclass
class Till:
    """A shop platform that creates every code, but those it refuses."""

    name: str = "till"
    is_open: bool = True
    created: list[str] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)

    def takes(self, source: str) -> bool:
        return self.is_open

    def create(self, promo: PromoFacts) -> str:
        if self.refusals:
            raise PromoRefused(self.refusals.pop())
        self.created.append(promo.code)
        return promo.code


@dataclass
class Wire(ports.Channel):
    """A channel that remembers what it was given."""

    name: str = "email"
    honours_keys: bool = False
    sent: list[Outgoing] = field(default_factory=list)

    def send(self, message: Outgoing) -> Accepted:
        self.sent.append(message)
        return Accepted()


@pytest.fixture
def till(monkeypatch: pytest.MonkeyPatch) -> Till:
    till = Till()
    monkeypatch.setattr(commerce_ports, "_promo_platforms", {"till": till})
    return till


@pytest.fixture
def wire(monkeypatch: pytest.MonkeyPatch) -> Wire:
    wire = Wire()
    monkeypatch.setitem(ports._channels, "email", wire)
    return wire


def switch_on(shop: Merchant, *, delay: int = 1440, offer: PromoOffer | None = OFFER) -> None:
    """Let a shop thank for first orders, with a code."""
    now = clock.now()
    Flow.objects.create(
        kind=FIRST_THANKS, delay=delay, chain=["email"], changed_at=now, changed_by="staff:0"
    )
    set_promo_terms(
        merchant=shop, purpose=PromoPurpose.THANKS, offer=offer, at=now, actor="staff:0"
    )


def new_order(number: int = 1, **changes: Any) -> OrderFacts:
    """An order of just now, by a customer who wants offers."""
    now = clock.now()
    told: dict[str, Any] = {
        "external_id": str(number),
        "number": f"#{number}",
        "placed_at": now,
        "updated_at": now,
        "customer": CustomerFacts(
            external_id="c1",
            email="hana@example.jp",
            family_name="佐藤",
            given_name="花",
            accepts_email_marketing=True,
            consent_at=now,
        ),
    }
    return order_facts(**{**told, **changes})


def take(shop: Merchant, drain: Drain, facts: OrderFacts | None = None) -> Order:
    order = take_in_order(facts or new_order(), merchant=shop, at=clock.now()).order
    drain()
    return order


def thanks() -> Message:
    found: Message = Message.objects.get(kind=FIRST_THANKS)
    return found


def send(message: Message) -> Message:
    """Send a message as if its time had come."""
    PromoCode.objects.update(needed_by=message.send_at)
    send_message(message.public_id, step=0, key="k", at=message.send_at)
    message.refresh_from_db()
    return message


def test_nobody_is_thanked_until_the_shop_asks_for_it(scope: Merchant, drain: Drain) -> None:
    take(scope, drain)
    assert not Message.objects.filter(kind=FIRST_THANKS).exists()
    flow = get_flow(FIRST_THANKS)
    assert (flow.enabled, flow.delay) == (False, 1440)
    assert flows_by_kind()[FIRST_THANKS] == flow
    assert get_flow("unknown.kind").enabled


def test_who_wants_offers_gets_a_code(
    scope: Merchant, drain: Drain, till: Till, wire: Wire
) -> None:
    switch_on(scope)
    take(scope, drain)
    message = thanks()
    assert (message.state, message.holding) == (State.HELD, Hold.DELAY)
    assert message.klass == Class.TRANSACTIONAL
    promo = PromoCode.objects.get()
    assert promo.state == PromoState.WANTED
    PromoCode.objects.update(state=PromoState.CREATED)
    message = send(message)
    assert (message.state, message.klass) == (State.SENT, Class.MARKETING)
    assert message.slot_at is not None
    [mail] = [one for one in wire.sent if one.kind == FIRST_THANKS]
    assert promo.code in mail.subject
    assert promo.code in mail.text
    assert "¥500" in mail.html
    assert mail.unsubscribe
    # Another order of theirs is not their first.
    take(scope, drain, new_order(2))
    assert Message.objects.filter(kind=FIRST_THANKS).count() == 1


def test_who_has_not_agreed_gets_the_same_thanks_without_a_code(
    scope: Merchant, drain: Drain, till: Till, wire: Wire
) -> None:
    switch_on(scope)
    facts = new_order()
    assert facts.customer is not None
    silent = replace(facts.customer, accepts_email_marketing=None, consent_at=None)
    take(scope, drain, replace(facts, customer=silent))
    assert not PromoCode.objects.exists()
    message = send(thanks())
    assert (message.state, message.klass) == (State.SENT, Class.TRANSACTIONAL)
    mail = wire.sent[-1]
    assert "クーポン" not in mail.text + mail.subject
    assert not mail.unsubscribe


def test_who_changes_their_mind_while_it_waits_gets_no_code(
    scope: Merchant, drain: Drain, till: Till, wire: Wire
) -> None:
    switch_on(scope)
    order = take(scope, drain)
    PromoCode.objects.update(state=PromoState.CREATED)
    assert order.customer is not None
    ConsentFact.objects.create(
        customer=order.customer,
        channel=Way.EMAIL,
        purpose=Purpose.MARKETING,
        granted=False,
        at=clock.now(),
        source="test",
    )
    assert send(thanks()).klass == Class.TRANSACTIONAL


def test_thanks_wait_a_little_for_their_code(
    scope: Merchant, drain: Drain, till: Till, wire: Wire
) -> None:
    switch_on(scope)
    take(scope, drain)
    message = send(thanks())
    assert message.state == State.HELD
    assert message.send_at > clock.now()
    late = message.send_at + timedelta(hours=2)
    send_message(message.public_id, step=0, key="k", at=late)
    message.refresh_from_db()
    assert (message.state, message.klass) == (State.SENT, Class.TRANSACTIONAL)
    # Nobody was told of it, so it is not created any more.
    assert PromoCode.objects.get().state == PromoState.DROPPED


def test_a_refused_code_is_left_out(scope: Merchant, drain: Drain, till: Till, wire: Wire) -> None:
    switch_on(scope, delay=0)
    till.refusals = ["No."]
    take(scope, drain)
    promo = PromoCode.objects.get()
    assert promo.state in {PromoState.REFUSED, PromoState.DROPPED}
    message = thanks()
    if message.state == State.HELD:
        message = send(message)
    assert (message.state, message.klass) == (State.SENT, Class.TRANSACTIONAL)


def test_a_code_that_staff_entered_in_time_is_told(
    scope: Merchant, drain: Drain, till: Till, wire: Wire
) -> None:
    till.is_open = False
    switch_on(scope)
    take(scope, drain)
    promo = PromoCode.objects.get()
    assert promo.is_by_hand
    enter_promo(promo.public_id, at=clock.now(), actor="staff:0")
    assert send(thanks()).klass == Class.MARKETING
    assert promo.code in wire.sent[-1].subject


def test_two_first_orders_at_once_are_thanked_for_once(
    scope: Merchant, drain: Drain, till: Till
) -> None:
    switch_on(scope)
    first = new_order(1)
    for facts in (first, replace(first, external_id="2", number="#2")):
        take_in_order(facts, merchant=scope, at=clock.now())
    drain()
    assert thanks().order_number == "#1"
    assert PromoCode.objects.count() == 1


def test_a_cancelled_order_is_not_thanked_for(
    scope: Merchant, drain: Drain, till: Till, wire: Wire
) -> None:
    switch_on(scope)
    order = take(scope, drain)
    cancelled = clock.now()
    take(
        scope,
        drain,
        new_order(1, placed_at=order.placed_at, cancelled_at=cancelled, updated_at=cancelled),
    )
    message = send(thanks())
    assert (message.state, message.reason) == (State.REFUSED, Reason.NO_LONGER_TRUE)
    assert (PromoCode.objects.get().state, till.created) == (PromoState.DROPPED, [])
    # The one they order instead is their first that stands.
    take(scope, drain, new_order(2))
    assert Message.objects.filter(kind=FIRST_THANKS).count() == 2


def test_an_open_return_comes_first(
    scope: Merchant, drain: Drain, till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    switch_on(scope)
    take(scope, drain)
    work = OpenWork(
        name="returns",
        title="",
        any_of="",
        words=str,
        count=lambda rows: dict.fromkeys(rows, 1),
        customers=lambda: Order.objects.none().values_list("customer", flat=True),
    )
    monkeypatch.setattr(commerce_ports, "_open_work", {"returns": work})
    message = send(thanks())
    assert (message.state, message.reason) == (State.REFUSED, Reason.NO_LONGER_TRUE)
    assert "open" in message.detail


def test_an_old_order_is_not_thanked_for_today(scope: Merchant, drain: Drain, till: Till) -> None:
    switch_on(scope)
    old = clock.now() - timedelta(days=20)
    take(scope, drain, new_order(placed_at=old, updated_at=old))
    assert thanks().state == State.EXPIRED
    assert not PromoCode.objects.exists()


def test_a_nameless_buyer_is_not_thanked(scope: Merchant, drain: Drain) -> None:
    switch_on(scope)
    take(scope, drain, new_order(customer=None))
    assert not Message.objects.filter(kind=FIRST_THANKS).exists()


def test_a_preview_shows_what_the_shop_gives(order: Order, scope: Merchant, at: datetime) -> None:
    kind = get_kind(FIRST_THANKS)
    assert kind is not None
    plain = kind.example(order.public_id)
    assert plain is not None
    assert (plain.facts["promo"], plain.klass) == (None, "")
    switch_on(scope)
    given = kind.example(order.public_id)
    assert given is not None
    assert given.facts["promo"]["amount"] == {"amount": "500", "currency": "JPY"}
    assert given.klass == Class.MARKETING


@pytest.mark.parametrize(
    ("typed", "offer"),
    [
        ({"gives": "percent", "percent": "7.5"}, PromoOffer(percent=750, currency="JPY", days=14)),
        (
            {"gives": "amount", "amount": "500", "minimum": "5000"},
            PromoOffer(amount=500, minimum=5000, currency="JPY", days=14),
        ),
        ({"gives": "nothing", "percent": "5"}, None),
    ],
)
def test_the_shop_says_what_codes_give(
    client: Client, merchant: Merchant, owner: User, scope: Merchant, typed: Any, offer: Any
) -> None:
    log_in(client, owner)
    page = "/d/komorebi/messages/thanks/"
    assert client.post(page, {**typed, "days": "14"}).status_code == 302
    assert promo_offer(PromoPurpose.THANKS) == offer
    shown = client.get(page).content.decode()
    assert "not sent yet" in shown
    assert ('value="7.5"' in shown) is (offer is not None and offer.percent == 750)


@pytest.mark.parametrize(
    "typed",
    [
        {"gives": "percent", "days": "14"},
        {"gives": "amount", "amount": "1.5", "days": "14"},
        {"gives": "percent", "percent": "120", "days": "14"},
        {"gives": "percent", "percent": "10"},
    ],
)
def test_what_cannot_be_given_is_said(
    client: Client, merchant: Merchant, owner: User, scope: Merchant, typed: dict[str, str]
) -> None:
    log_in(client, owner)
    assert client.post("/d/komorebi/messages/thanks/", typed).status_code == 422
    assert promo_offer(PromoPurpose.THANKS) is None


def test_thanks_with_a_code_have_their_place_before_any_was_sent(scope: Merchant) -> None:
    def listed() -> list[str]:
        return [kind.name for kind in marketing_kinds(Terms())]

    assert FIRST_THANKS not in listed()
    switch_on(scope)
    assert FIRST_THANKS in listed()
    set_promo_terms(
        merchant=scope, purpose=PromoPurpose.THANKS, offer=None, at=clock.now(), actor="staff:0"
    )
    assert FIRST_THANKS not in listed()
    set_promo_terms(
        merchant=scope, purpose=PromoPurpose.THANKS, offer=OFFER, at=clock.now(), actor="staff:0"
    )
    Flow.objects.update(enabled=False)
    assert FIRST_THANKS not in listed()
