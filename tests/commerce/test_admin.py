"""The operators' back office: they look at everything and change next to nothing."""

from datetime import datetime
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from commerce.models import (
    ApiRequest,
    Merchant,
    Order,
    OrderLine,
    SavedView,
    SenderIdentity,
    User,
)
from commerce.services.keys import create_key
from commerce.services.orders import take_in_order
from postexp.kernel.models import EventRecord
from postexp.kernel.tenancy import merchant_scope
from tests.facts import order_facts

OURS = [model for model in admin.site._registry if model._meta.app_label in ("commerce", "kernel")]


@pytest.fixture
def operator(client: Client, db: None) -> Client:
    """An operator's browser."""
    client.force_login(User.objects.create_superuser("ops@example.com"))
    return client


@pytest.fixture
def order(merchant: Merchant, at: datetime) -> Order:
    """An order; the test itself stands outside every scope, as operators do."""
    with merchant_scope(merchant.pk):
        return take_in_order(order_facts(), merchant=merchant, at=at).order


def url(model: Any, page: str, *args: Any) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


@pytest.mark.parametrize("model", OURS, ids=lambda model: model.__name__)
def test_every_list_opens_outside_any_scope(operator: Client, order: Order, model: Any) -> None:
    assert operator.get(url(model, "changelist")).status_code == 200
    assert operator.get(url(model, "add")).status_code == 403


def test_a_row_shows_what_it_refers_to(operator: Client, order: Order) -> None:
    for model in (OrderLine, Order, EventRecord):
        row = model.every_merchant.first()
        page = operator.get(url(model, "change", row.pk))
        assert page.status_code == 200
    line = OrderLine.every_merchant.first()
    assert order.number in operator.get(url(OrderLine, "change", line.pk)).content.decode()
    assert operator.get(url(Order, "change", 0)).status_code == 302


def test_every_table_of_the_room_is_there() -> None:
    parts = {"Merchant", "FulfilmentLine", "LineProgress", "OrderDiscount", "ShippingLine"}
    ours = {model.__name__ for model in apps.get_app_config("commerce").get_models()}
    assert ours - {model.__name__ for model in OURS} <= parts


def test_orders_are_looked_at_and_not_changed(operator: Client, order: Order) -> None:
    page = operator.get(url(Order, "change", order.pk))
    assert page.status_code == 200
    assert 'name="total"' not in page.content.decode()
    assert operator.post(url(Order, "change", order.pk), {"total": 1}).status_code == 403
    assert operator.post(url(Order, "delete", order.pk), {"post": "yes"}).status_code == 403


def test_the_hash_of_a_key_is_not_shown(
    operator: Client, merchant: Merchant, owner: User, at: Any
) -> None:
    with merchant_scope(merchant.pk):
        made = create_key(merchant=merchant, name="robot", scopes=[], by=owner, at=at)
    page = operator.get(url(type(made.key), "change", made.key.pk)).content.decode()
    assert "robot" in page
    assert made.key.key_hash not in page


def test_what_programs_and_domains_are_trusted_by_is_not_shown(
    operator: Client, merchant: Merchant, owner: User, at: Any
) -> None:
    with merchant_scope(merchant.pk):
        made = create_key(merchant=merchant, name="robot", scopes=[], by=owner, at=at)
        asked = ApiRequest.objects.create(
            key=made.key,
            at=at,
            method="POST",
            path="/api/v1/webhooks/",
            query="email=hana@example.jp",
            idempotency_key="once-and-only",
            version="2026-11-22",
            request_body="asked-of-hana",
            status=201,
            milliseconds=5,
            answer="whsec_told",
        )
        sender = SenderIdentity.objects.create(from_address="hello@example.jp")
        view = SavedView.objects.create(
            user=owner, list_name="orders", name="Hana's", query="q=hana", created_at=at
        )
    page = operator.get(url(ApiRequest, "change", asked.pk)).content.decode()
    assert "/api/v1/webhooks/" in page
    for hidden in (asked.query, asked.idempotency_key, asked.request_body, asked.answer):
        assert hidden not in page
    page = operator.get(url(SenderIdentity, "change", sender.pk)).content.decode()
    assert "hello@example.jp" in page
    assert sender.token not in page
    assert view.query not in operator.get(url(SavedView, "change", view.pk)).content.decode()


def test_people_are_locked_out_by_superusers_alone(
    operator: Client, owner: User, django_user_model: Any
) -> None:
    form = {"name": owner.name, "is_staff": "", "is_superuser": ""}
    assert operator.post(url(User, "change", owner.pk), form).status_code == 302
    owner.refresh_from_db()
    assert not owner.is_active
    helper = User.objects.create_user("helper@example.com", is_staff=True)
    browser = Client()
    browser.force_login(helper)
    assert browser.post(url(User, "change", helper.pk), {"is_superuser": "on"}).status_code == 403


def test_shop_staff_do_not_enter(staff: Client, merchant: Merchant) -> None:
    refused = staff.get("/admin/", follow=True)
    assert refused.status_code == 403


def test_operators_come_in_by_the_door_that_counts_tries(operator: Client) -> None:
    stranger = Client()
    asked = stranger.get("/admin/login/?next=/admin/")
    assert asked["Location"].startswith(reverse("account_login"))
    guess = {"username": "operator@example.com", "password": "guess"}
    assert stranger.post("/admin/login/?next=/admin/", guess)["Location"].startswith("/accounts/")
    assert operator.get("/admin/").status_code == 200
