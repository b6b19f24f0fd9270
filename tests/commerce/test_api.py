"""Orders over REST: strict input, one answer per key, problem+json for every refusal."""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from commerce.enums import Scope
from commerce.models import ApiKey, Merchant, Order, User
from commerce.services.keys import create_key, revoke_key
from postexp.kernel.tenancy import merchant_scope

BODY: dict[str, Any] = {
    "number": "#5001",
    "placed_at": "2026-11-20T01:00:00Z",
    "updated_at": "2026-11-20T01:00:00Z",
    "currency": "USD",
    "total": {"amount": "45.36", "currency": "USD"},
    "email": "ann@example.com",
    "customer": {"external_id": "77", "given_name": "Ann", "family_name": "Lee"},
    "address": {"postcode": "40202", "country": "US", "address1": "Chestnut Street 92"},
    "lines": [
        {
            "external_id": "1",
            "title": "T-shirt",
            "quantity": 4,
            "unit_price": {"amount": "10", "currency": "USD"},
            "taxes": [
                {"title": "Tax", "rate": "0.1", "amount": {"amount": "3.6", "currency": "USD"}}
            ],
        }
    ],
    "discounts": [{"code": "FALL", "amount": {"amount": "3.99", "currency": "USD"}}],
    "shipping": [
        {
            "title": "Ground",
            "price": {"amount": "5.00", "currency": "USD"},
            "taxes": [{"rate": "0.15", "amount": {"amount": "0.75", "currency": "USD"}}],
        }
    ],
    "tenders": [{"kind": "card", "captured": {"amount": "45.36", "currency": "USD"}}],
}

Call = Callable[..., Any]


@pytest.fixture
def secret(merchant: Merchant, owner: User, at: datetime) -> str:
    with merchant_scope(merchant.pk):
        return create_key(merchant=merchant, name="ERP", scopes=list(Scope), by=owner, at=at).secret


@pytest.fixture
def call(secret: str, client: Client) -> Call:
    def send(method: str, path: str, body: Any = None, **headers: str) -> Any:
        data = body if isinstance(body, bytes | str) else json.dumps(body)
        return client.generic(
            method,
            f"/api/v1{path}",
            data,
            content_type="application/json",
            headers={"Authorization": f"Bearer {secret}", **headers},
        )

    return send


def test_an_order_is_put_read_and_listed(call: Call) -> None:
    made = call("PUT", "/orders/A-1", BODY)
    assert made.status_code == 201, made.content
    assert made.json()["lines"][0]["paid"] == {"amount": "36.01", "currency": "USD"}
    assert made.json()["captured"] == {"amount": "45.36", "currency": "USD"}
    assert call("PUT", "/orders/A-1", BODY).status_code == 200
    assert call("GET", "/orders/A-1").json() == made.json()
    listed = call("GET", "/orders?limit=1&number=5001").json()
    assert [row["external_id"] for row in listed["data"]] == ["A-1"]
    assert listed["next"] is None


@pytest.mark.parametrize(
    ("number", "found"),
    [
        ("5001", ["A-1"]),
        ("%EF%BC%83%EF%BC%95%EF%BC%90%EF%BC%90%EF%BC%91", ["A-1"]),
        ("500", []),
        ("%23", []),
        ("ann@example.com", []),
        ("Ann", []),
        ("", ["A-2", "A-1"]),
    ],
)
def test_orders_are_listed_by_their_exact_number(call: Call, number: str, found: list[str]) -> None:
    call("PUT", "/orders/A-1", BODY)
    call("PUT", "/orders/A-2", {**BODY, "number": "#50012"})
    listed = call("GET", f"/orders?number={number}").json()["data"]
    assert [row["external_id"] for row in listed] == found


def test_an_older_version_is_refused(call: Call) -> None:
    call("PUT", "/orders/A-1", BODY)
    answer = call("PUT", "/orders/A-1", {**BODY, "updated_at": "2026-11-19T00:00:00Z"})
    assert (answer.status_code, answer.json()["code"]) == (409, "stale_order")


def test_pages_follow_each_other(call: Call) -> None:
    for number in range(5):
        call("PUT", f"/orders/P-{number}", BODY)
    seen: list[str] = []
    cursor = ""
    while True:
        answer = call("GET", f"/orders?limit=2{cursor}").json()
        seen += [row["external_id"] for row in answer["data"]]
        if answer["next"] is None:
            break
        cursor = f"&cursor={answer['next']}"
    assert seen == ["P-4", "P-3", "P-2", "P-1", "P-0"]


@pytest.mark.parametrize(
    "query",
    ["limit=0", "limit=101", "limit=x", "limit=²", "limit=0001000000", "cursor=AAAA"],
)
def test_bad_paging_is_named(call: Call, query: str) -> None:
    answer = call("GET", f"/orders?{query}")
    assert answer.status_code == 422
    assert answer["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"total": 45.36}, "total"),
        ({"total": {"amount": 45, "currency": "USD"}}, "total"),
        ({"total": {"amount": "45.361", "currency": "USD"}}, "total"),
        ({"total": {"amount": "-1.00", "currency": "USD"}}, "total"),
        ({"total": {"amount": "4536", "currency": "JPY"}}, "currency"),
        ({"number": 5001}, "number"),
        ({"lines": []}, "lines"),
        ({"lines": [BODY["lines"][0], BODY["lines"][0]]}, "lines"),
        (
            {
                "lines": [
                    BODY["lines"][0],
                    {
                        **BODY["lines"][0],
                        "external_id": "2",
                        "discount_share": {"amount": "1.00", "currency": "USD"},
                    },
                ]
            },
            "lines",
        ),
        ({"test": "yes"}, "test"),
        ({"placed": "yesterday"}, "placed"),
        ({"placed_at": "yesterday"}, "placed_at"),
    ],
)
def test_bad_orders_are_refused_at_the_field(
    call: Call, change: dict[str, Any], where: str
) -> None:
    answer = call("PUT", "/orders/A-1", {**BODY, **change})
    assert answer.status_code == 422, answer.content
    assert where in answer.json()["errors"]
    assert Order.every_merchant.count() == 0


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[1e400, NaN]", b'{"a": 1, "a": 2}', b'{"a": "\\u0000"}', b"[" * 100_000]
)
def test_what_is_no_json_is_refused(call: Call, body: bytes) -> None:
    assert call("PUT", "/orders/A-1", body).status_code in (400, 422)


def test_a_key_gives_the_first_answer_again(call: Call) -> None:
    first = call("PUT", "/orders/A-1", BODY, **{"Idempotency-Key": "k1"})
    again = call("PUT", "/orders/A-1", BODY, **{"Idempotency-Key": "k1"})
    assert (again.status_code, again.content) == (201, first.content)
    other = call("PUT", "/orders/A-1", {**BODY, "number": "#2"}, **{"Idempotency-Key": "k1"})
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_mismatch")
    long = call("PUT", "/orders/A-1", BODY, **{"Idempotency-Key": "k" * 256})
    assert long.status_code == 422


def test_a_key_is_needed_and_can_be_revoked(
    client: Client, call: Call, merchant: Merchant, owner: User, at: datetime
) -> None:
    assert client.get("/api/v1/orders").status_code == 401
    assert (
        client.get("/api/v1/orders", headers={"Authorization": "Bearer nonsense"}).status_code
        == 401
    )
    assert call("GET", "/orders").status_code == 200
    with merchant_scope(merchant.pk):
        key = ApiKey.objects.get()
        assert key.last_used_at is not None
        revoke_key(merchant=merchant, key=key, by=owner, at=at)
    assert call("GET", "/orders").status_code == 401


def test_a_key_reads_only_what_its_scopes_name(
    client: Client, merchant: Merchant, owner: User, at: datetime
) -> None:
    with merchant_scope(merchant.pk):
        secret = create_key(
            merchant=merchant, name="r", scopes=[Scope.READ_SHIPMENTS], by=owner, at=at
        ).secret
    answer = client.get("/api/v1/orders", headers={"Authorization": f"Bearer {secret}"})
    assert (answer.status_code, answer.json()["code"]) == (403, "missing_scope")


def test_another_shops_order_is_not_there(
    call: Call, client: Client, other_merchant: Merchant, at: datetime
) -> None:
    call("PUT", "/orders/A-1", BODY)
    rival = User.objects.get(email="rival@example.com")
    with merchant_scope(other_merchant.pk):
        secret = create_key(
            merchant=other_merchant, name="r", scopes=list(Scope), by=rival, at=at
        ).secret
    headers = {"Authorization": f"Bearer {secret}"}
    assert client.get("/api/v1/orders/A-1", headers=headers).status_code == 404
    assert client.get("/api/v1/orders", headers=headers).json()["data"] == []


def test_strange_addresses_are_not_there(call: Call) -> None:
    assert call("GET", "/orders/%00").status_code == 404
    assert call("GET", "/orders/" + "x" * 65).status_code == 404
