"""The client speaks Stripe's protocol, and says of every failure what it means."""

import hashlib
from typing import Any

import pytest

from integrations.stripe.amounts import from_stripe, to_stripe
from integrations.stripe.client import Form, StripeClient, flatten
from integrations.stripe.errors import (
    Busy,
    Declined,
    KeyRefused,
    NotAllowed,
    Refused,
    StripeError,
    Unanswered,
    Unpayable,
)
from integrations.stripe.fake.account import DECLINED, FakeAccount
from integrations.stripe.fake.payments import pay, save_card
from integrations.stripe.fake.server import FakeStripe
from tests.integrations.pauses import Pauses


@pytest.fixture
def client(fake: FakeStripe) -> StripeClient:
    return StripeClient(fake.account.key)


def intent(account: FakeAccount, number: str = "4242424242424242") -> dict[str, Any]:
    """The form of a payment with a card."""
    card = save_card(account, number)
    return {"amount": 900, "currency": "usd", "payment_method": card["id"], "confirm": True}


def test_forms_nest_as_stripe_reads_them() -> None:
    form: dict[str, Form] = {"a": {"b": [{"c": 1}, "d"]}, "e": True, "f": "ü"}
    assert dict(flatten(form)) == {"a[b][0][c]": "1", "a[b][1]": "d", "e": "true", "f": "ü"}


@pytest.mark.parametrize("fault", ["time_out_after", "time_out_before", "http_429", "http_503"])
def test_what_was_lost_on_the_way_is_sent_again_and_done_once(
    client: StripeClient, account: FakeAccount, pauses: Pauses, fault: str
) -> None:
    form = intent(account)
    account.inject(fault, path="payment_intents", times=2)
    made = client.post("payment_intents", form, key="k")
    assert [one["id"] for one in account.all("payment_intent")] == [made["id"]]
    assert len(pauses) == 2
    # The same key is the same answer, later, too; with other words it is none.
    assert client.post("payment_intents", form, key="k")["id"] == made["id"]
    with pytest.raises(Unanswered):
        client.post("payment_intents", {**form, "amount": 901}, key="k")
    assert len(account.all("payment_intent")) == 1


@pytest.mark.parametrize(("fault", "error"), [("time_out_before", Unanswered), ("http_429", Busy)])
def test_patience_ends(account: FakeAccount, fault: str, error: type[StripeError]) -> None:
    account.inject(fault, path="refunds", times=10**6)
    with StripeClient(account.key, within=0.3) as client, pytest.raises(error):
        client.get("refunds")


def test_a_failure_of_stripes_own_is_unclear_and_not_repeated(
    client: StripeClient, account: FakeAccount
) -> None:
    account.inject("http_500", path="payment_intents")
    for _ in range(2):
        with pytest.raises(Unanswered):
            client.post("payment_intents", intent(account), key="k")
    assert account.requests == ["POST payment_intents"] * 2


@pytest.mark.parametrize(
    ("meant", "path", "error"),
    [
        ("declined", "payment_intents", Declined),
        ("unknown", "refunds", Refused),
        ("forbidden", "refunds", NotAllowed),
        ("revoked", "refunds", KeyRefused),
    ],
)
def test_every_no_has_its_name(
    client: StripeClient, account: FakeAccount, meant: str, path: str, error: type[StripeError]
) -> None:
    form = intent(account, DECLINED) if meant == "declined" else {"payment_intent": "pi_x"}
    if meant == "forbidden":
        account.forbidden.add("refunds")
    if meant == "revoked":
        account.key = "rk_test_another"
    with pytest.raises(error) as told:
        client.post(path, form, key="k")
    assert type(told.value) is error
    assert str(told.value)


def test_lists_are_read_to_their_end(client: StripeClient, account: FakeAccount) -> None:
    made = [pay(account, 100 + number)["id"] for number in range(205)]
    found = [one["id"] for one in client.pages("payment_intents")]
    assert found == made[::-1]
    assert account.requests == ["GET payment_intents"] * 3


def test_a_request_under_way_is_waited_for(client: StripeClient, fake: FakeStripe) -> None:
    fake.keys["k"] = ("another", fake.account.now().timestamp(), None)
    with pytest.raises(Unanswered):
        client.post("refunds", {"payment_intent": "pi_x"}, key="k")
    body = "payment_intent=pi_x"
    fake.keys["k"] = (mark("/v1/refunds", body), fake.account.now().timestamp(), None)
    with pytest.raises(Busy):
        client.post("refunds", {"payment_intent": "pi_x"}, key="k")


def mark(path: str, body: str) -> str:
    """What tells the stand-in one request from another."""
    return hashlib.sha256(f"{path}\n{body}".encode()).hexdigest()


@pytest.mark.parametrize(
    ("amount", "currency", "told"),
    [
        (1234, "USD", 1234),
        (1234, "JPY", 1234),
        (1230, "KWD", 1230),
        (12, "ISK", 1200),
        (12, "UGX", 1200),
        (500, "MGA", 5),
    ],
)
def test_amounts_are_written_as_stripe_counts(amount: int, currency: str, told: int) -> None:
    assert to_stripe(amount, currency) == told
    assert from_stripe(told, currency.lower()) == amount


@pytest.mark.parametrize(("amount", "currency"), [(1234, "KWD"), (501, "MGA")])
def test_an_amount_stripe_cannot_take_is_not_rounded(amount: int, currency: str) -> None:
    with pytest.raises(Unpayable):
        to_stripe(amount, currency)


def test_a_part_of_a_unit_is_no_amount() -> None:
    with pytest.raises(ValueError, match="no whole amount"):
        from_stripe(1250, "isk")
