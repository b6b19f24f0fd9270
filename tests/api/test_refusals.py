"""Refusals are told in the program's language, whole, and true."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from django.conf import settings
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import translation

from commerce.api_access import spoken_language
from commerce.api_examples import WHOLE
from commerce.api_replay import why_not_repeated
from commerce.api_versions import CURRENT
from commerce.models import ApiKey, ApiRequest, Merchant, Order, User
from postexp.kernel import clock
from postexp.kernel.tenancy import merchant_scope
from tests.api.conftest import Call, key_of


@pytest.fixture
def ask(merchant: Merchant, owner: User, client: Client, words: None) -> Call:
    secret = key_of(merchant, owner)

    def send(method: str, path: str, body: Any = None, **headers: str) -> Any:
        return client.generic(
            method,
            f"/api/v1/{path}",
            "" if body is None else json.dumps(body),
            content_type="application/json",
            headers={"Authorization": f"Bearer {secret}", **headers},
        )

    return send


def order_body() -> dict[str, Any]:
    body: dict[str, Any] = copy.deepcopy(WHOLE["OrderInRequest"])
    return body


class TestLanguage:
    @pytest.mark.parametrize(
        ("wanted", "spoken"),
        [
            ("", "en"),
            ("ja", "ja"),
            ("ja-JP,ja;q=0.9,en;q=0.8", "ja"),
            ("fr, ja;q=0.5", "ja"),
            ("en;q=0.4, ja;q=0.7", "ja"),
            ("*", "en"),
            ("xx", "en"),
        ],
    )
    def test_accept_language_alone_decides(self, wanted: str, spoken: str) -> None:
        request = RequestFactory().get("/", headers={"Accept-Language": wanted})
        request.COOKIES[settings.LANGUAGE_COOKIE_NAME] = "ja"
        assert spoken_language(request) == spoken

    def test_what_a_thread_answered_before_does_not(self, ask: Call, client: Client) -> None:
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = "ja"
        with translation.override("ja"):
            english = ask("GET", "orders?limit=0").json()
        japanese = ask("GET", "orders?limit=0", **{"Accept-Language": "ja"}).json()
        assert english["detail"] == "limit must be a whole number from 1 to 100."
        assert japanese["detail"] != english["detail"]
        assert english["code"] == japanese["code"]


class TestProblems:
    @pytest.mark.parametrize(
        ("method", "headers", "status"),
        [("DELETE", {}, 405), ("PUT", {"Content-Type": "text/csv"}, 415)],
    )
    def test_titles_are_sentences(
        self, ask: Call, client: Client, method: str, headers: dict[str, str], status: int
    ) -> None:
        answer = ask(method, "orders/1", {"a": 1}, **headers)
        told = answer.json()
        assert (answer.status_code, told["status"]) == (status, status)
        assert "{" not in told["title"] + told["detail"]
        assert '"' not in told["title"]

    @pytest.mark.parametrize("path", ["nothing", "orders/1/nothing", "orders/", ""])
    @pytest.mark.parametrize("method", ["GET", "POST"])
    def test_an_unknown_address_is_refused_like_all_else(
        self, ask: Call, client: Client, path: str, method: str
    ) -> None:
        for answer in (ask(method, path), client.generic(method, f"/api/v1/{path}")):
            assert answer.status_code == 404
            assert answer["Content-Type"] == "application/problem+json"
            assert answer.json()["code"] == "not_found"

    def test_a_body_is_refused_for_all_its_faults_at_once(self, ask: Call) -> None:
        body = order_body() | {"colour": "red", "total": "5500"}
        del body["number"]
        body["lines"][0] |= {"size": "L", "quantity": "two"}
        told = ask("PUT", "orders/1", body)
        assert told.status_code == 422
        errors = told.json()["errors"]
        assert {"colour", "total", "number", "lines"} <= set(errors)
        assert "There are: " in errors["colour"][0]
        assert "placed_at" in errors["colour"][0]
        [line] = [row for row in _rows(errors["lines"]) if row]
        assert {"size", "quantity"} <= set(line)

    def test_the_title_is_in_the_programs_language_too(self, ask: Call) -> None:
        told = ask("PUT", "orders/1", {}, **{"Accept-Language": "ja"})
        assert told.status_code == 422
        assert told.json()["title"] == _in_japanese("Invalid input.")


def _in_japanese(english: str) -> str:
    with translation.override("ja"):
        return translation.gettext(english)


def _rows(lines: Any) -> list[Any]:
    return list(lines.values()) if isinstance(lines, dict) else list(lines)


class TestParameters:
    @pytest.mark.parametrize(
        ("path", "name"),
        [
            ("orders?created_since=yesterday", "created_since"),
            ("orders?foo=1", "foo"),
            ("customers?foo=1", "foo"),
            ("shipments?foo=1", "foo"),
            ("returns?foo=1", "foo"),
            ("webhook-endpoints?foo=1", "foo"),
            ("orders/1?foo=1", "foo"),
        ],
    )
    def test_a_parameter_nobody_knows_is_refused(self, ask: Call, path: str, name: str) -> None:
        told = ask("GET", path)
        assert (told.status_code, told.json()["code"]) == (422, "unknown_parameter")
        assert f"There is no parameter {name} here." in told.json()["detail"]

    def test_the_refusal_names_those_there_are(self, ask: Call) -> None:
        assert "placed_since" in ask("GET", "orders?created_since=yesterday").json()["detail"]

    @pytest.mark.parametrize(
        ("path", "known"),
        [
            ("shipments?status=lost", "delivered"),
            ("incidents?state=old", "open, snoozed, closed"),
            ("incidents?kind=thirst", "stalled"),
            ("reports/delivery?span=5", "3, 6, 12, 24"),
            ("reports/delivery?by=moon", "carrier"),
        ],
    )
    def test_a_refused_value_names_those_there_are(self, ask: Call, path: str, known: str) -> None:
        told = ask("GET", path)
        assert told.status_code == 422
        assert known in told.json()["detail"].partition(" There are: ")[2]

    def test_an_unknown_version_names_those_there_are(self, ask: Call) -> None:
        told = ask("GET", "orders", **{"Postexp-Version": "1999-01-01"}).json()
        assert told["code"] == "unknown_version"
        assert CURRENT in told["detail"]

    def test_known_ones_are_read(self, ask: Call) -> None:
        told = ask("GET", "orders?limit=5&placed_since=2026-11-20T01:00:00Z&expand=returns")
        assert told.status_code == 200

    def test_a_wrong_method_stays_a_wrong_method(self, ask: Call) -> None:
        assert ask("DELETE", "orders?foo=1").status_code == 405


class TestSums:
    def test_an_order_is_paid_when_its_tenders_captured_the_total(self, ask: Call) -> None:
        body = order_body()
        body["total"] = {"amount": "5600", "currency": "JPY"}
        told = ask("PUT", "orders/1", body)
        assert told.status_code == 422
        [reason] = told.json()["errors"]["payment_state"]
        assert "the total is 5600 JPY, and the tenders captured 5500 JPY" in reason
        body["payment_state"] = "partially_paid"
        assert ask("PUT", "orders/1", body).json()["payment_state"] == "partially_paid"

    def test_a_total_is_no_less_than_its_parts(self, ask: Call) -> None:
        body = order_body()
        body["total"] = body["tenders"][0]["captured"] = {"amount": "5400", "currency": "JPY"}
        told = ask("PUT", "orders/1", body)
        assert told.status_code == 422
        [reason] = told.json()["errors"]["total"]
        assert (
            reason == "The total is 5400 JPY, but lines, delivery and discounts come to 5500 JPY."
        )
        body["discounts"] = [{"code": "TEN", "amount": {"amount": "100", "currency": "JPY"}}]
        assert ask("PUT", "orders/1", body).status_code == 201

    def test_tips_and_duties_may_come_on_top(self, ask: Call) -> None:
        body = order_body()
        body["total"] = body["tenders"][0]["captured"] = {"amount": "5900", "currency": "JPY"}
        assert ask("PUT", "orders/1", body).status_code == 201

    def test_two_orders_may_have_the_same_number(self, ask: Call, scope: Merchant) -> None:
        for external_id in ("1", "2"):
            assert ask("PUT", f"orders/{external_id}", order_body()).status_code == 201
        assert Order.objects.count() == 2


class TestReplay:
    @pytest.fixture
    def logged(self, ask: Call, merchant: Merchant) -> tuple[ApiRequest, ApiKey]:
        ask("POST", "returns", {})
        with merchant_scope(merchant.pk):
            return ApiRequest.objects.get(), ApiKey.objects.get()

    def why(self, logged: tuple[ApiRequest, ApiKey]) -> str:
        request, key = logged
        with merchant_scope(request.merchant_id):
            return why_not_repeated(request, key=key, at=clock.now())

    def test_without_an_idempotency_key_the_page_says_so(
        self, logged: tuple[ApiRequest, ApiKey], client: Client, owner: User, merchant: Merchant
    ) -> None:
        request, key = logged
        client.force_login(owner)
        args = [merchant.slug, key.public_id, request.public_id]
        page = client.get(reverse("dashboard:api_request", args=args)).content.decode()
        assert "it had no Idempotency-Key, so it might be carried out twice." in page
        assert "too long" not in page

    def test_every_other_reason_is_the_true_one(self, logged: tuple[ApiRequest, ApiKey]) -> None:
        request, key = logged
        assert "no Idempotency-Key" in self.why(logged)
        request.idempotency_key = "forgotten"
        assert "no longer kept" in self.why(logged)
        request.method = "GET"
        assert self.why(logged) == ""
        key.revoked_at = clock.now()
        assert "its key is revoked" in self.why(logged)
        request.whole = False
        assert "too long to keep" in self.why(logged)


class TestReturnLines:
    @pytest.mark.parametrize("named", ["line_id", "line_external_id"])
    def test_a_line_is_named_by_our_id_or_the_platforms(
        self, ask: Call, scope: Merchant, named: str
    ) -> None:
        order = ask("PUT", "orders/1", order_body()).json()
        line = order["lines"][0]
        name = line["id"] if named == "line_id" else line["external_id"]
        told = ask("POST", "returns", _wish(**{named: name}))
        # The line is found, and nothing of it was delivered yet.
        assert (told.status_code, told.json()["code"]) == (422, "quantity_exceeds_returnable")
        strange = ask("POST", "returns", _wish(**{named: "nobody"}))
        assert (strange.status_code, strange.json()["code"]) == (422, "not_returnable")

    def test_a_line_is_named_once(self, ask: Call) -> None:
        ask("PUT", "orders/1", order_body())
        for names in ({}, {"line_id": "oln_1", "line_external_id": "1"}):
            told = ask("POST", "returns", _wish(**names))
            assert told.status_code == 422
            assert "line_id or line_external_id" in json.dumps(told.json()["errors"])


def _wish(**names: str) -> dict[str, Any]:
    return {
        "order_external_id": "1",
        "outcome": "refund",
        "lines": [{**names, "quantity": 1, "reason": "changed_mind"}],
    }


def test_a_webhook_to_a_private_address_is_refused_when_it_is_made(
    ask: Call, settings: Any
) -> None:
    settings.ALLOW_PRIVATE_ADDRESSES = False
    for url in ("https://10.0.0.5/", "https://localhost/"):
        told = ask("POST", "webhook-endpoints", {"url": url, "events": []})
        assert (told.status_code, told.json()["code"]) == (422, "invalid_url")
        assert "lies in a private network" in told.json()["detail"]
