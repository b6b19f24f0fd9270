"""Promo codes: one a customer, created once in the shop, used once, and seen by staff."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from commerce import ports
from commerce.enums import PromoPurpose, PromoState
from commerce.errors import AlreadySettled, ImpossibleOffer
from commerce.models import Merchant, Order, PromoCode, PromoTerms, User
from commerce.ports import DiscountFacts, PromoFacts, PromoRefused
from commerce.rules.promos import PromoOffer
from commerce.selectors.people import person_of
from commerce.selectors.promos import promo_offer
from commerce.services.orders import take_in_order
from commerce.services.privacy import export_customer
from commerce.services.privacy.personal import erase
from commerce.services.promos import (
    drop_promo,
    enter_promo,
    make_promo_code,
    set_promo_terms,
)
from postexp.kernel import clock
from postexp.kernel.models import EventRecord
from postexp.kernel.tenancy import merchant_scope
from tests.facts import order_facts
from tests.shops import log_in

TEN_PERCENT = PromoOffer(percent=1000, currency="JPY", minimum=5000, days=30)
THANKS = PromoPurpose.THANKS


@dataclass
class Till:
    """A shop platform that creates codes, or fails as it is told to."""

    name: str = "till"
    created: list[PromoFacts] = field(default_factory=list)
    failures: list[Exception] = field(default_factory=list)

    def takes(self, source: str) -> bool:
        return True

    def create(self, promo: PromoFacts) -> str:
        if self.failures:
            raise self.failures.pop(0)
        self.created.append(promo)
        return f"gid/{len(self.created)}"


@pytest.fixture
def till(monkeypatch: pytest.MonkeyPatch) -> Till:
    till = Till()
    monkeypatch.setattr(ports, "_promo_platforms", {"till": till})
    return till


def make(order: Order, merchant: Merchant, at: datetime, **changes: Any) -> PromoCode:
    told: dict[str, Any] = {"offer": TEN_PERCENT, "needed_by": at, **changes}
    assert order.customer is not None
    return make_promo_code(
        merchant=merchant,
        customer=order.customer,
        purpose=THANKS,
        thanks_for=order,
        at=at,
        **told,
    )


def types() -> list[str]:
    found = EventRecord.objects.filter(type__startswith="promo")
    return list(found.order_by("id").values_list("type", flat=True))


def test_a_platform_creates_a_code_when_it_is_needed(
    order: Order, scope: Merchant, till: Till, drain: Callable[[], None]
) -> None:
    promo = make(order, scope, clock.now())
    assert make(order, scope, clock.now()).pk == promo.pk
    drain()
    promo.refresh_from_db()
    assert (promo.state, promo.reference) == (PromoState.CREATED, "gid/1")
    [created] = till.created
    assert (created.code, created.percent, created.minimum) == (promo.code, 1000, 5000)
    assert types()[-2:] == ["promo_code.wanted", "promo_code.changed"]


def test_a_code_is_not_created_long_before_it_is_needed(
    order: Order, scope: Merchant, till: Till, drain: Callable[[], None]
) -> None:
    now = clock.now()
    promo = make(order, scope, now, needed_by=now + timedelta(days=1))
    drain()
    assert till.created == []
    # Its days count from when the customer has it.
    assert promo.valid_until > now + timedelta(days=31)


def test_the_code_of_a_cancelled_order_is_never_created(
    order: Order, scope: Merchant, till: Till, drain: Callable[[], None]
) -> None:
    promo = make(order, scope, clock.now())
    Order.objects.update(cancelled_at=clock.now())
    drain()
    promo.refresh_from_db()
    assert (promo.state, till.created) == (PromoState.DROPPED, [])
    # The next order may be thanked for with a code: nobody was told of the first.
    Order.objects.update(cancelled_at=None)
    assert make(order, scope, clock.now()).pk != promo.pk


def test_staff_enter_what_the_platform_refused(
    order: Order, scope: Merchant, till: Till, drain: Callable[[], None]
) -> None:
    till.failures = [PromoRefused("Code must be unique.")]
    promo = make(order, scope, clock.now())
    drain()
    promo.refresh_from_db()
    assert (promo.state, promo.detail) == (PromoState.REFUSED, "Code must be unique.")
    assert "promo_code.to_enter" in types()
    assert enter_promo(promo.public_id, at=clock.now(), actor="staff:0").state == "created"
    with pytest.raises(AlreadySettled):
        enter_promo(promo.public_id, at=clock.now(), actor="staff:0")
    with pytest.raises(PromoCode.DoesNotExist):
        enter_promo("prm_none", at=clock.now(), actor="staff:0")


def test_without_a_platform_staff_enter_codes(order: Order, scope: Merchant, at: datetime) -> None:
    promo = make(order, scope, at)
    assert promo.is_by_hand
    assert types() == ["promo_code.to_enter"]
    drop_promo(order.public_id, THANKS, at=at)
    promo.refresh_from_db()
    assert promo.state == PromoState.DROPPED


def test_an_impossible_offer_is_refused(order: Order, scope: Merchant, at: datetime) -> None:
    nothing = replace(TEN_PERCENT, percent=0)
    with pytest.raises(ImpossibleOffer):
        make(order, scope, at, offer=nothing)
    with pytest.raises(ImpossibleOffer):
        set_promo_terms(merchant=scope, purpose=THANKS, offer=nothing, at=at, actor="staff:0")


def test_what_codes_give_is_kept_until_it_is_changed(scope: Merchant, at: datetime) -> None:
    for offer in (TEN_PERCENT, replace(TEN_PERCENT, percent=0, amount=500), None):
        set_promo_terms(merchant=scope, purpose=THANKS, offer=offer, at=at, actor="staff:0")
        assert promo_offer(THANKS) == offer
    assert not PromoTerms.objects.exists()
    assert types() == ["promo_terms.changed"] * 3


def test_a_code_is_used_once(order: Order, scope: Merchant, at: datetime) -> None:
    promo = make(order, scope, at)
    facts = order_facts(discounts=(DiscountFacts(code=f" {promo.code.lower()}", amount=700),))
    used = take_in_order(replace(facts, external_id="2"), merchant=scope, at=at).order
    take_in_order(replace(facts, external_id="3"), merchant=scope, at=at)
    promo.refresh_from_db()
    assert (promo.used_on, promo.used_at) == (used, used.placed_at)
    assert types().count("promo_code.used") == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_workers_one_makes_the_code(merchant: Merchant, at: datetime) -> None:
    with merchant_scope(merchant.pk):
        order = take_in_order(order_facts(), merchant=merchant, at=at).order
    both, made = threading.Barrier(2, timeout=60), []

    def work() -> None:
        with merchant_scope(merchant.pk):
            both.wait()
            made.append(make(order, merchant, at).pk)
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(made) == 2
    assert len(set(made)) == 1


def test_a_person_is_handed_their_codes_and_forgotten(
    order: Order, scope: Merchant, owner: User, at: datetime
) -> None:
    promo = make(order, scope, at)
    assert order.customer is not None
    person = person_of(order.customer)
    made = export_customer(customer=order.customer, by=owner, at=at)
    assert made.size
    erase(person, at)
    promo.refresh_from_db()
    assert promo.state == PromoState.DROPPED


def test_staff_see_codes_and_take_them_as_a_file(
    client: Client, order: Order, merchant: Merchant, owner: User
) -> None:
    promo = make(order, merchant, timezone.now())
    log_in(client, owner)
    page = "/d/komorebi/promo-codes/"
    assert promo.code in client.get(page).content.decode()
    assert promo.code not in client.get(page, {"view": "used"}).content.decode()
    answer = client.get(page, {"view": "by_hand", "export": "csv"})
    told = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]
    assert promo.code in told
    assert "hana@example.jp" not in told
    entered = f"{page}{promo.public_id}/entered/"
    for words in ("works in the shop", "dealt with"):
        assert words in client.post(entered, follow=True).content.decode()
    promo.refresh_from_db()
    assert promo.state == PromoState.CREATED
    assert client.post(f"{page}prm_none/entered/").status_code == 404
