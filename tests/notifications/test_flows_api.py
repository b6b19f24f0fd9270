"""How messages are sent, and promo codes, over REST: what the screens do, programs do."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from commerce.enums import PromoPurpose, Scope
from commerce.models import Merchant, Order, PromoCode, User
from commerce.rules.promos import PromoOffer
from commerce.services.keys import create_key
from commerce.services.promos import make_promo_code
from notifications.models import Flow
from postexp.kernel import clock
from postexp.kernel.models import EventRecord
from postexp.kernel.tenancy import merchant_scope

Ask = Callable[..., Any]
PATH = "/api/v1/message-flows"
KIND = "shipment.delivered"


@pytest.fixture
def ask(client: Client, merchant: Merchant, owner: User) -> Ask:
    def ask(method: str, path: str, scopes: list[Scope], **body: Any) -> Any:
        with merchant_scope(merchant.pk):
            key = create_key(merchant=merchant, name="k", scopes=scopes, by=owner, at=clock.now())
        headers = {"Authorization": f"Bearer {key.secret}"}
        return client.generic(method, path, json.dumps(body), "application/json", headers=headers)

    return ask


def test_a_flow_is_read_and_changed_by_those_who_may(ask: Ask, scope: Merchant) -> None:
    read, write = [Scope.READ_MESSAGES], [Scope.READ_MESSAGES, Scope.WRITE_FLOWS]
    listed = ask("GET", PATH, read).json()["data"]
    [flow] = [one for one in listed if one["kind"] == KIND]
    assert ask("GET", f"{PATH}/{KIND}", read).json() == flow
    assert flow["channels"] == ["email"]
    total = {"amount": "5000", "currency": scope.currency}
    wanted = {
        "enabled": True,
        "delay_minutes": 30,
        "channels": ["line", "email"],
        "fallback_minutes": 60,
        "quiet": "always",
        "conditions": [{"fact": "order_total", "is": "is_at_least", "value": total}],
    }
    assert ask("PUT", f"{PATH}/{KIND}", [Scope.WRITE_MESSAGES], **wanted).status_code == 403
    assert not Flow.objects.exists()
    answer = ask("PUT", f"{PATH}/{KIND}", write, **wanted)
    assert (answer.status_code, answer.json()) == (200, flow | wanted)
    assert Flow.objects.get().conditions[0]["value"] == 5000
    changed = EventRecord.objects.get(type="flow.changed")
    assert changed.actor.startswith("api:")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"channels": []}, "flow_refused"),
        ({"channels": ["email", "email"]}, "flow_refused"),
        ({"channels": ["pigeon"]}, "invalid"),
        ({"delay_minutes": 10**6}, "flow_refused"),
        ({"conditions": [{"fact": "weather", "is": "is", "value": "fine"}]}, "invalid"),
        ({"conditions": ["fine"]}, "invalid"),
        ({"conditions": [{"fact": "order_total", "is": "is_at_least", "value": 5}]}, "invalid"),
        (
            {
                "conditions": [
                    {
                        "fact": "order_total",
                        "is": "is_at_least",
                        "value": {"amount": "1.5", "currency": "JPY"},
                    }
                ]
            },
            "invalid",
        ),
    ],
)
def test_what_cannot_be_kept_is_refused(
    ask: Ask, scope: Merchant, change: dict[str, Any], code: str
) -> None:
    write = [Scope.READ_MESSAGES, Scope.WRITE_FLOWS]
    flow = ask("GET", f"{PATH}/{KIND}", write).json()
    answer = ask("PUT", f"{PATH}/{KIND}", write, **(flow | change))
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert not Flow.objects.exists()


def test_promo_codes_are_listed_with_whose_they_are(
    ask: Ask, client: Client, order: Order, scope: Merchant, other_merchant: Merchant
) -> None:
    assert order.customer is not None
    made = make_promo_code(
        merchant=scope,
        customer=order.customer,
        purpose=PromoPurpose.THANKS,
        offer=PromoOffer(percent=1000, currency=scope.currency, days=30),
        thanks_for=order,
        needed_by=clock.now(),
        at=clock.now(),
    )
    read = [Scope.READ_CUSTOMERS]
    whose = order.customer.public_id
    [listed] = ask("GET", f"/api/v1/promo-codes?customer_id={whose}", read).json()["data"]
    assert (listed["code"], listed["customer_id"]) == (made.code, whose)
    one = f"/api/v1/promo-codes/{made.public_id}"
    assert ask("GET", one, read).json() == listed
    assert ask("GET", "/api/v1/promo-codes?customer_id=cus_x", read).json()["data"] == []
    assert ask("GET", one, [Scope.READ_ORDERS]).status_code == 403
    PromoCode.every_merchant.update(merchant_id=other_merchant.pk)
    assert ask("GET", one, read).status_code == 404


@pytest.mark.parametrize("kind", ["nothing.at_all", "staff.alert"])
def test_kinds_without_a_flow_are_not_there(ask: Ask, scope: Merchant, kind: str) -> None:
    assert ask("GET", f"{PATH}/{kind}", [Scope.READ_MESSAGES]).status_code == 404
