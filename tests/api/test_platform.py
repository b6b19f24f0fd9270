"""What every operation of the API has in common: limits, versions, the log, test shops, expand."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse

from commerce import api_versions
from commerce.api_docs import description
from commerce.enums import Scope
from commerce.models import ApiKey, ApiRequest, Merchant, Order, User
from commerce.services import api_log
from commerce.services.keys import create_key
from commerce.services.sandboxes import open_sandbox
from postexp.kernel import clock, rates
from postexp.kernel.tenancy import merchant_scope

Call = Callable[..., Any]


def key_of(merchant: Merchant, owner: User) -> str:
    with merchant_scope(merchant.pk):
        made = create_key(merchant=merchant, name="k", scopes=list(Scope), by=owner, at=clock.now())
    return made.secret


@pytest.fixture
def call(full_shop: Merchant, owner: User, client: Client) -> Call:
    """Ask for an address as a program of the shop."""
    secret = key_of(full_shop, owner)

    def get(path: str, **headers: str) -> Any:
        return client.get(
            f"/api/v1/{path}", headers={"Authorization": f"Bearer {secret}", **headers}
        )

    return get


@pytest.mark.parametrize(
    "path",
    [
        *("orders", "customers", "products", "shipments", "returns", "refunds", "messages"),
        *("events", "webhook-endpoints"),
    ],
)
def test_each_list_pages_by_a_cursor_without_loss_or_repeat(call: Call, path: str) -> None:
    whole = call(f"{path}?limit=100").json()["data"]
    assert whole, path
    found, cursor = [], ""
    while True:
        page = call(f"{path}?limit=1{cursor}").json()
        found += page["data"]
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"
    assert [one["id"] for one in found] == [one["id"] for one in whole]
    if path not in ("orders",):
        assert call(f"{path}/{whole[0]['id']}").json()["id"] == whole[0]["id"]


def test_an_order_shows_what_expand_asks_for(call: Call, scope: Merchant) -> None:
    order = Order.objects.get()
    [listed] = call("orders?expand=shipments,returns").json()["data"]
    assert len(listed["shipments"]) == 1
    assert len(listed["returns"]) == 3
    assert "fulfilments" not in listed
    whole = call(f"orders/{order.external_id}?expand=fulfilments").json()
    direct = call(f"orders/{order.external_id}/fulfilments").json()["data"]
    assert whole["fulfilments"] == direct
    assert direct[0]["lines"]
    refused = call("orders?expand=secrets")
    assert (refused.status_code, refused.json()["code"]) == (422, "invalid_expand")


def test_a_list_with_expand_reads_each_thing_once(
    call: Call, django_assert_max_num_queries: Any
) -> None:
    call("orders")
    with django_assert_max_num_queries(24):
        call("orders?expand=shipments,returns,fulfilments")


def test_orders_are_narrowed_by_filters(call: Call, scope: Merchant) -> None:
    order = Order.objects.get()

    def count(query: str) -> int:
        return len(call(f"orders?{query}").json()["data"])

    assert count(f"email={order.email.upper()}") == 1
    assert count("email=other@example.jp") == 0
    assert order.customer is not None
    assert count(f"customer_id={order.customer.public_id}") == 1
    assert count("placed_since=2020-01-01T00:00:00Z") == 1
    assert count("placed_until=2020-01-01T00:00:00Z") == 0
    assert call("orders?placed_since=yesterday").json()["code"] == "invalid_placed_since"
    assert call("orders?payment_state=odd").json()["code"] == "invalid_payment_state"
    assert call("orders?email=%00").status_code == 422


def test_the_limit_is_told_and_kept(
    call: Call, settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.API_RATE = 2
    monkeypatch.setattr("commerce.api_base.RATE_WINDOW", 3600)
    answers = [call("orders") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert [answer["RateLimit-Remaining"] for answer in answers] == ["1", "0", "0"]
    assert answers[2]["RateLimit-Limit"] == "2"
    assert 0 < int(answers[2]["Retry-After"]) <= 3600
    assert answers[2].json()["code"] == "too_many_requests"


def test_without_the_counter_nobody_is_held_up(
    call: Call, settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.API_RATE = 0
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    monkeypatch.setattr(rates, "_resting_until", 0.0)
    answer = call("orders")
    assert answer.status_code == 200
    assert "RateLimit-Limit" not in answer


def test_a_key_speaks_the_version_of_its_first_day(
    call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert call("orders")["Postexp-Version"] == api_versions.CURRENT

    def undo(body: Any) -> Any:
        return {**body, "data": [{**one, "no": one.pop("number")} for one in body["data"]]}

    newer = "2027-01-01"
    monkeypatch.setattr(
        api_versions, "CHANGES", [api_versions.Change(version=newer, resource="orders", undo=undo)]
    )
    monkeypatch.setattr("commerce.api_base.VERSIONS", (api_versions.CURRENT, newer))
    assert "no" in call("orders").json()["data"][0]
    now = call("orders", **{"Postexp-Version": newer})
    assert "number" in now.json()["data"][0]
    assert now["Postexp-Version"] == newer
    unknown = call("orders", **{"Postexp-Version": "2001-01-01"})
    assert (unknown.status_code, unknown.json()["code"]) == (422, "unknown_version")


def test_every_request_of_a_key_is_logged_and_purged_by_age(
    call: Call, full_shop: Merchant
) -> None:
    call("orders?limit=1")
    call("orders/none")
    with merchant_scope(full_shop.pk):
        refused, listed = ApiRequest.objects.order_by("-id")[:2]
    assert (listed.method, listed.path, listed.query) == ("GET", "/api/v1/orders", "limit=1")
    assert (listed.status, refused.status) == (200, 404)
    assert json.loads(listed.answer[: len(listed.answer)])["data"]
    assert "Bearer" not in str(vars(listed))
    api_log.purge(before=clock.now() - timedelta(minutes=1))
    assert ApiRequest.every_merchant.count() == 2
    assert api_log.purge(before=clock.now() + timedelta(minutes=1)) == 2


def put(client: Client, secret: str, number: str = "T-1", **headers: str) -> Any:
    order = {
        "number": number,
        "placed_at": "2026-11-20T01:00:00Z",
        "currency": "JPY",
        "tax_included": True,
        "total": {"amount": "500", "currency": "JPY"},
        "locale": "ja",
        "email": "hana@example.jp",
        "lines": [
            {
                "external_id": "1",
                "title": "マグ",
                "quantity": 1,
                "unit_price": {"amount": "500", "currency": "JPY"},
            }
        ],
        "tenders": [{"kind": "card", "captured": {"amount": "500", "currency": "JPY"}}],
    }
    return client.put(
        f"/api/v1/orders/{number}",
        json.dumps(order),
        content_type="application/json",
        headers={"Authorization": f"Bearer {secret}", **headers},
    )


def test_a_test_key_works_in_a_shop_of_its_own(
    merchant: Merchant, owner: User, client: Client
) -> None:
    twin = open_sandbox(merchant=merchant, at=clock.now())
    assert open_sandbox(merchant=merchant, at=clock.now()) == twin
    secret = key_of(twin, owner)
    assert secret.startswith("pxt_")
    assert put(client, secret).status_code == 201
    with merchant_scope(merchant.pk):
        assert Order.objects.count() == 0
    with merchant_scope(twin.pk):
        assert Order.objects.count() == 1
    assert (
        client.get(
            "/api/v1/orders", headers={"Authorization": f"Bearer {key_of(merchant, owner)}"}
        ).json()["data"]
        == []
    )


def test_staff_send_a_logged_request_again_here_or_in_the_test_shop(
    merchant: Merchant, owner: User, client: Client
) -> None:
    secret = key_of(merchant, owner)
    put(client, secret, "A", **{"Idempotency-Key": "once"})
    put(client, secret, "B")
    client.force_login(owner)
    with merchant_scope(merchant.pk):
        safe, unsafe = ApiRequest.objects.order_by("id")
        key = ApiKey.objects.get()

    def replay(logged: ApiRequest, where: str) -> Any:
        url = reverse(
            "dashboard:api_request_replay",
            args=[merchant.slug, key.public_id, logged.public_id],
        )
        return client.post(url, {"where": where})

    assert replay(safe, "here").context["answered"].status == 201
    assert replay(unsafe, "here").status_code == 302
    assert replay(unsafe, "test").context["answered"].status == 201
    twin = open_sandbox(merchant=merchant, at=clock.now())
    with merchant_scope(merchant.pk):
        assert Order.objects.count() == 2
    with merchant_scope(twin.pk):
        assert Order.objects.count() == 1


def test_every_operation_has_an_example_and_every_webhook_a_sample() -> None:
    schema = description()
    lacking = [
        operation["operationId"]
        for path in schema["paths"].values()
        for operation in path.values()
        for body in (operation.get("requestBody", {}), *operation["responses"].values())
        for content in body.get("content", {}).values()
        if "example" not in content
    ]
    assert lacking == []
    sample = schema["webhooks"]["order.placed"]["post"]["requestBody"]["content"]
    told = sample["application/json"]["example"]
    assert told["data"]["order"]["lines"]
    assert told["data"]["order"]["id"] == told["data"]["order_id"]


def test_an_example_of_an_order_is_taken_in(
    merchant: Merchant, owner: User, client: Client
) -> None:
    schema = description()
    operation = schema["paths"]["/api/v1/orders/{external_id}"]["put"]
    body = operation["requestBody"]["content"]["application/json"]["example"]
    answer = client.put(
        "/api/v1/orders/web-20481",
        json.dumps(body),
        content_type="application/json",
        headers={"Authorization": f"Bearer {key_of(merchant, owner)}"},
    )
    assert answer.status_code == 201, answer.json()


@pytest.mark.parametrize("language", ["en", "ja"])
def test_the_documentation_shows_every_operation(client: Client, language: str, db: None) -> None:
    page = client.get("/api/docs/", headers={"Accept-Language": language}).content.decode()
    assert f'<html lang="{language}"' in page
    for path in description()["paths"].values():
        for operation in path.values():
            assert f'id="{operation["operationId"]}"' in page
    assert "curl -s" in page
    assert "//cdn" not in page
