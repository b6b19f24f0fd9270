"""A made-up Stripe on this machine, and a shop of ours that is connected to it."""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime

import pytest
from django.test import Client, override_settings

from commerce.models import Merchant, Order, User
from commerce.ports import TenderFacts
from integrations.models import Connection
from integrations.stripe.access import connect_account
from integrations.stripe.fake.account import FakeAccount, Thing
from integrations.stripe.fake.payments import pay
from integrations.stripe.fake.postman import body_of, signature_of
from integrations.stripe.fake.server import FakeStripe
from postexp.kernel import clock
from postexp.kernel.models import Delivery, DeliveryState
from returns import services
from returns.models import Return
from tests.integrations.pauses import Pauses
from tests.returns.conftest import STAFF, ask, mug_facts, mugs, resolve, sent_order
from tests.shops import log_in

__all__ = ("mugs",)


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> Pauses:
    """How long our client would have waited."""
    pauses = Pauses()
    monkeypatch.setattr("integrations.stripe.client.time", pauses)
    return pauses


@pytest.fixture
def fake(pauses: Pauses) -> Iterator[FakeStripe]:
    """An account at Stripe, listening."""
    with (
        FakeStripe() as fake,
        override_settings(ALLOW_PRIVATE_ADDRESSES=True, STRIPE_URL=fake.url),
    ):
        yield fake


@pytest.fixture
def account(fake: FakeStripe) -> FakeAccount:
    """What is at Stripe."""
    return fake.account


@pytest.fixture
def connected(fake: FakeStripe, scope: Merchant, owner: User, at: datetime) -> Connection:
    """The Japanese shop, connected to it."""
    return connect_account(
        merchant=scope,
        key=fake.account.key,
        secret=fake.account.webhook_secret,
        by=owner,
        at=at,
    )


@pytest.fixture
def staff(client: Client, owner: User, merchant: Merchant) -> Client:
    """A browser in which the owner is logged in."""
    log_in(client, owner)
    return client


@pytest.fixture
def paid(account: FakeAccount) -> Thing:
    """A payment of ¥7,500 at Stripe."""
    return pay(account, 7500, "jpy")


def buy(merchant: Merchant, paid: Thing) -> Order:
    """The shop's order of two mugs and a towel, paid by a payment at Stripe and sent."""
    tender = TenderFacts(
        kind="card", gateway="stripe", external_id=paid["id"], captured=paid["amount"]
    )
    return sent_order(merchant, replace(mug_facts(), source="api", tenders=(tender,)))


@pytest.fixture
def bought(connected: Connection, mugs: None, scope: Merchant, paid: Thing) -> Order:
    """An order of ¥7,500 that was paid there."""
    return buy(scope, paid)


@pytest.fixture
def case(bought: Order, at: datetime) -> Return:
    """A mug of it that came back and was accepted: ¥2,500."""
    return resolve(ask(bought, at, (0, 1, "too_small")), at)


def settle(case: Return, key: str = "k") -> None:
    """Settle a return as staff do."""
    services.settle_return(return_id=case.public_id, key=key, at=clock.now(), actor=STAFF)


@pytest.fixture
def told(account: FakeAccount, client: Client, connected: Connection) -> Callable[..., None]:
    """Bring what has happened at Stripe since the last time to our door, all of it or one topic.

    Each event comes once, unless it is asked for again.
    """
    sent: set[str] = set()

    def run(*topics: str, again: bool = False) -> None:
        for event in list(account.events):
            if (topics and event["type"] not in topics) or (event["id"] in sent and not again):
                continue
            sent.add(event["id"])
            body = body_of(event)
            signed = signature_of(body, account.webhook_secret, at=int(time.time()))
            answer = client.post(
                f"/webhooks/stripe/{connected.public_id}/",
                body,
                content_type="application/json",
                headers={"Stripe-Signature": signed},
            )
            assert answer.status_code == 200, answer.content

    return run


def retry_now() -> None:
    """Let the outbox take its waiting retries at once."""
    Delivery.every_merchant.filter(state=DeliveryState.PENDING).update(next_at=clock.now())
