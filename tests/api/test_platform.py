"""What every operation of the API has in common: limits, versions, the log, test shops, expand."""

import html
import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse

from commerce import api_versions
from commerce.api_docs import description
from commerce.api_replay import is_safe_to_repeat
from commerce.models import ApiKey, ApiRequest, Merchant, Order, User
from commerce.services import api_log
from commerce.services.sandboxes import open_sandbox
from postexp.kernel import clock, idempotency, rates
from postexp.kernel.models import IdempotencyRecord
from postexp.kernel.tenancy import merchant_scope
from tests.api.conftest import Call, key_of


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
    call: Call, order: Order, monkeypatch: pytest.MonkeyPatch
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
    call: Call, merchant: Merchant, order: Order
) -> None:
    call("orders?limit=1")
    call("orders/none")
    with merchant_scope(merchant.pk):
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
    twin = open_sandbox(merchant=merchant, by=owner, at=clock.now())
    assert open_sandbox(merchant=merchant, by=owner, at=clock.now()) == twin
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
    twin = open_sandbox(merchant=merchant, by=owner, at=clock.now())
    with merchant_scope(merchant.pk):
        assert Order.objects.count() == 2
    with merchant_scope(twin.pk):
        assert Order.objects.count() == 1


@pytest.mark.parametrize("purged", [True, False])
def test_a_write_is_not_sent_again_once_its_first_answer_is_forgotten(
    merchant: Merchant, owner: User, client: Client, purged: bool
) -> None:
    put(client, key_of(merchant, owner), "A", **{"Idempotency-Key": "once"})
    client.force_login(owner)
    with merchant_scope(merchant.pk):
        logged, key = ApiRequest.objects.get(), ApiKey.objects.get()
        assert is_safe_to_repeat(logged, at=clock.now())
        age = idempotency.KEEP + timedelta(minutes=1)
        IdempotencyRecord.objects.update(created_at=clock.now() - age)
        Order.objects.update(number="changed since")
    if purged:
        idempotency.purge(before=clock.now() - idempotency.KEEP)
    args = [merchant.slug, key.public_id, logged.public_id]
    page = client.get(reverse("dashboard:api_request", args=args))
    assert (page.context["may_repeat"], page.context["may_test"]) == (False, True)
    again = client.post(reverse("dashboard:api_request_replay", args=args), {"where": "here"})
    assert again.status_code == 302
    with merchant_scope(merchant.pk):
        assert Order.objects.get().number == "changed since"
        assert ApiRequest.objects.count() == 1


@pytest.mark.parametrize(("method", "safe"), [("GET", True), ("HEAD", True), ("PUT", False)])
def test_a_request_without_a_kept_answer_is_safe_where_it_only_reads(
    scope: Merchant, method: str, safe: bool
) -> None:
    for idempotency_key in ("", "refused before it was carried out"):
        logged = ApiRequest(method=method, idempotency_key=idempotency_key)
        assert is_safe_to_repeat(logged, at=clock.now()) is safe


def test_every_operation_has_an_example_and_every_webhook_a_sample() -> None:
    schema = description()
    lacking = [
        operation["operationId"]
        for path in schema["paths"].values()
        for operation in path.values()
        for body in (operation.get("requestBody", {}), *operation["responses"].values())
        for media, content in body.get("content", {}).items()
        if "example" not in content and not media.startswith("image/")
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


def test_every_parameter_has_words() -> None:
    wordless = [
        (operation["operationId"], parameter["name"])
        for methods in description()["paths"].values()
        for operation in methods.values()
        for parameter in operation["parameters"]
        if not parameter.get("description")
    ]
    assert wordless == []


def test_a_photo_is_shown_as_a_file_of_a_form(client: Client) -> None:
    page = html.unescape(client.get("/api/docs/").content.decode())
    section = page[page.index('id="add_return_evidence"') :].partition("</section>")[0]
    assert "-F file=@photo.jpg" in section
    assert "'file': open('photo.jpg', \"rb\").read()" in section
    assert "Content-Type" not in section


def test_the_page_lists_the_fields_of_a_body(client: Client) -> None:
    page = re.sub(r"\s+", " ", client.get("/api/docs/").content.decode())
    section = page[page.index('id="put_order"') :].partition("</section>")[0]
    for shown in (
        '<span class="code">lines[].unit_price</span> <span class="small muted">money · '
        '<span class="strong">required</span>',
        '<span class="code">payment_state</span> '
        '<span class="small muted">string · optional, by default paid',
        "partially_refunded",
        "An older one than ours is refused.",
        '<span class="code">customer.family_kana</span>',
    ):
        assert shown in section
    listed = page[page.index('id="list_orders"') :]
    assert "Only orders placed at this instant or later." in listed[:4000]
