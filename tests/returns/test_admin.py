"""Operators look at returns of every shop, and change nothing."""

from datetime import datetime

from django.contrib import admin
from django.test import Client
from django.urls import reverse

from commerce.models import Order, User
from returns import services
from returns.enums import Outcome
from returns.services.withdrawals import Statement, receive_withdrawal
from tests.returns.conftest import STAFF, ask, resolve
from tests.returns.test_journey import variant_id

OURS = [model for model in admin.site._registry if model._meta.app_label == "returns"]


def test_operators_see_rows_and_change_nothing(client: Client, bought: Order, at: datetime) -> None:
    services.settle_return(
        return_id=resolve(ask(bought, at, (1, 1, "too_small")), at).public_id,
        key="k",
        at=at,
        actor=STAFF,
    )
    blue = variant_id(bought, "青")
    ask(bought, at, (0, 1, "too_small"), outcome=Outcome.EXCHANGE, variant=blue)
    statement = Statement(
        name="花", contract="#1", contact="a@example.jp", goods="", words="撤回", locale="ja"
    )
    receive_withdrawal(statement, key="k", at=at)
    client.force_login(User.objects.create_superuser("ops@example.com"))
    assert len(OURS) == 9
    for model in OURS:
        name = f"admin:returns_{model._meta.model_name}"
        row = model._default_manager.first()
        assert row is not None, name
        assert client.get(reverse(f"{name}_changelist")).status_code == 200
        assert client.get(reverse(f"{name}_change", args=[row.pk])).status_code == 200
        assert client.get(reverse(f"{name}_add")).status_code == 403
        assert client.post(reverse(f"{name}_delete", args=[row.pk])).status_code == 403
