"""Stripe's webhooks: proven, kept once, and led to what they mean."""

import json
from collections.abc import Callable

import pytest
from django.test import Client

from commerce.enums import DisputeState
from commerce.models import Order
from commerce.selectors import standing_dispute
from integrations.connections import disconnect
from integrations.models import Connection
from integrations.stripe.fake.account import FakeAccount, Thing
from integrations.stripe.fake.payments import close_dispute, create_refund, dispute, pay
from integrations.stripe.webhooks import is_signed
from postexp.kernel import clock
from postexp.kernel.models import InboxMessage
from returns.models import Settlement

SECRET = "whsec_test"
BODY = b'{"id": "evt_1", "object": "event"}'
# hmac.new(b"whsec_test", b"1700000000." + BODY, "sha256").hexdigest(), made with OpenSSL.
PROOF = "4278dbfbe45c971d383f6bf4a8a18768ed311b236ddb92b8ac93952f8d567247"


@pytest.mark.parametrize(
    ("signature", "now", "signed"),
    [
        (f"t=1700000000,v1={PROOF}", 1_700_000_000, True),
        (f"t=1700000000,v1={PROOF}", 1_700_000_299, True),
        (f"t=1700000000,v1={PROOF}", 1_700_000_301, False),
        (f"t=1700000000,v1={PROOF}", 1_699_999_600, False),
        (f"t=1700000000,v0=x,v1=y,v1={PROOF}", 1_700_000_000, True),
        (f"t=1700000001,v1={PROOF}", 1_700_000_000, False),
        (f"v1={PROOF}", 1_700_000_000, False),
        (f"t=now,v1={PROOF}", 1_700_000_000, False),
        ("", 1_700_000_000, False),
        ("t=1700000000,v1=ü", 1_700_000_000, False),
    ],
)
def test_a_signature_proves_body_and_time(signature: str, now: int, signed: bool) -> None:
    assert is_signed(BODY, signature, SECRET, now=now) is signed


def test_what_nobody_signed_is_not_kept(client: Client, connected: Connection) -> None:
    for header in ({}, {"Stripe-Signature": f"t={int(clock.now().timestamp())},v1=00"}):
        answer = client.post(
            f"/webhooks/stripe/{connected.public_id}/",
            BODY,
            content_type="application/json",
            headers=header,
        )
        assert answer.status_code == 401
    assert not InboxMessage.objects.exists()


def test_a_chargeback_blocks_payment_until_it_ends(
    bought: Order,
    account: FakeAccount,
    paid: Thing,
    told: Callable[..., None],
    drain: Callable[[], None],
) -> None:
    asked = dispute(account, paid["latest_charge"], status="warning_needs_response")
    told()
    drain()
    assert standing_dispute(bought) is None
    close_dispute(account, asked, "warning_closed")
    opened = dispute(account, paid["latest_charge"])
    told()
    drain()
    assert standing_dispute(bought) is DisputeState.OPEN
    close_dispute(account, opened, "won")
    told()
    drain()
    assert standing_dispute(bought) is None


def test_what_is_about_no_order_here_is_left_alone(
    bought: Order,
    account: FakeAccount,
    told: Callable[..., None],
    drain: Callable[[], None],
) -> None:
    other = pay(account, 300, "jpy")
    create_refund(account, {"payment_intent": other["id"]})
    dispute(account, other["latest_charge"])
    told()
    drain()
    assert not Settlement.objects.exists()
    states = set(InboxMessage.objects.values_list("state", flat=True))
    assert states == {"processed"}


@pytest.mark.parametrize("change", [{"livemode": True}, {"type": "invoice.paid"}])
def test_the_other_mode_and_other_topics_are_ignored(
    bought: Order,
    account: FakeAccount,
    paid: Thing,
    told: Callable[..., None],
    drain: Callable[[], None],
    change: Thing,
) -> None:
    create_refund(account, {"payment_intent": paid["id"], "amount": "100"})
    for event in account.events:
        event.update(change)
    told()
    drain()
    assert not Settlement.objects.exists()


def test_an_old_endpoint_tells_of_refunds_in_their_charge(
    bought: Order,
    account: FakeAccount,
    paid: Thing,
    told: Callable[..., None],
    drain: Callable[[], None],
) -> None:
    made = create_refund(account, {"payment_intent": paid["id"], "amount": "100"})
    (event,) = [one for one in account.events if one["type"] == "charge.refunded"]
    event["api_version"] = "2022-08-01"
    event["data"]["object"]["refunds"] = {"object": "list", "data": [json.loads(json.dumps(made))]}
    told("charge.refunded")
    drain()
    assert Settlement.objects.get().total == 100
    event.update(id="evt_between", api_version="2023-10-16")
    del event["data"]["object"]["refunds"]
    told("charge.refunded")
    drain()
    assert InboxMessage.objects.filter(state="failed").count() == 1
    assert Settlement.objects.count() == 1


def test_disconnecting_forgets_what_opened_the_account(
    connected: Connection, account: FakeAccount, client: Client
) -> None:
    assert disconnect(service="stripe", account=connected.account, at=clock.now())
    connected.refresh_from_db()
    assert (connected.access_token, connected.secret, connected.client_id) == ("", "", "")
