"""The secret of an endpoint is told once, and stands nowhere in clear afterwards."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from commerce.enums import Scope
from commerce.models import ApiRequest, Merchant, User
from commerce.services.keys import create_key
from postexp.kernel.models import IdempotencyRecord
from postexp.kernel.tenancy import merchant_scope

Post = Callable[..., Any]
ENDPOINTS = "/api/v1/webhook-endpoints"


@pytest.fixture
def post(client: Client, scope: Merchant, owner: User, at: datetime) -> Post:
    """Send a write to the API, under an Idempotency-Key if one is given."""
    key = create_key(
        merchant=scope, name="Warehouse", scopes=[Scope.WRITE_WEBHOOKS], by=owner, at=at
    )

    def send(path: str, body: dict[str, Any], idempotency_key: str = "") -> Any:
        headers = {"Authorization": f"Bearer {key.secret}"}
        if idempotency_key:
            headers["Idempotency-Key"] = idempotency_key
        return client.post(path, json.dumps(body), content_type="application/json", headers=headers)

    return send


def stored() -> str:
    """Everything the database holds of requests and first answers, bytes read as text."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT answer || request_body FROM commerce_apirequest")
        rows = cursor.fetchall()
        cursor.execute(
            "SELECT coalesce(sealed, '') || convert_from(body, 'UTF8') FROM kernel_idempotency"
        )
        return "\n".join(row[0] for row in rows + cursor.fetchall())


def test_adding_and_rotating_leave_no_secret_behind_and_repeats_tell_it_again(
    post: Post, scope: Merchant
) -> None:
    added = post(ENDPOINTS, {"url": "http://127.0.0.1:9/", "events": []}, "add")
    assert added.status_code == 201, added.content
    endpoint = added.json()
    rotate = f"{ENDPOINTS}/{endpoint['id']}/rotate-secret"
    rotated = post(rotate, {}, "rotate").json()
    unkept = post(rotate, {}).json()
    secrets = {endpoint["secret"], rotated["secret"], unkept["secret"]}
    assert len(secrets) == 3
    again = post(ENDPOINTS, {"url": "http://127.0.0.1:9/", "events": []}, "add")
    assert (again.status_code, again.json()) == (201, endpoint)
    assert post(rotate, {}, "rotate").json() == rotated

    held = stored()
    assert "whsec_" not in held
    assert not any(secret.removeprefix("whsec_") in held for secret in secrets)
    with merchant_scope(scope.pk):
        logged = [json.loads(one.answer) for one in ApiRequest.objects.order_by("id")]
        assert [one["secret"] for one in logged] == ["***"] * 5
        assert logged[0]["id"] == endpoint["id"]
        assert IdempotencyRecord.objects.exclude(sealed=None).count() == 2


def test_a_refusal_is_logged_whole(post: Post, scope: Merchant) -> None:
    refused = post(ENDPOINTS, {"url": "nowhere", "events": []}, "add")
    assert refused.status_code == 422
    with merchant_scope(scope.pk):
        assert json.loads(ApiRequest.objects.get().answer) == refused.json()
