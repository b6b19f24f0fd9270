"""What opened a service to us is gone once its connection has ended, whenever that was."""

from datetime import datetime, timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection as database

from commerce.models import Merchant
from integrations.closing import end_wires
from integrations.connections import connect
from integrations.models import Connection, Service

pytestmark = pytest.mark.django_db


def connected(service: str, at: datetime) -> Connection:
    made = connect(service=service, account=service, secret="secret", client_id="client", at=at)
    made.access_token, made.token_expires_at = "token", at + timedelta(hours=1)
    made.save()
    return made


def kept(service: str) -> tuple[str, str, str]:
    row = Connection.objects.get(service=service)
    return row.client_id, row.secret, row.access_token


def forget() -> None:
    """Run the migration on the tables as they are."""
    step = import_module("integrations.migrations.0009_forget_credentials")
    with database.schema_editor() as editor:
        step.forget(apps, editor)


def test_connections_that_ended_before_are_emptied(scope: Merchant, at: datetime) -> None:
    for service in (Service.FEDEX, Service.UPS, Service.SHOPIFY):
        connected(service, at)
    Connection.objects.exclude(service=Service.UPS).update(ended_at=at)
    forget()
    assert kept(Service.FEDEX) == ("", "", "")
    # A platform may still send signed messages; a living connection is left alone.
    assert kept(Service.SHOPIFY) == ("client", "secret", "")
    assert kept(Service.UPS) == ("client", "secret", "token")


def test_a_closed_shop_keeps_no_credentials_of_carriers(scope: Merchant, at: datetime) -> None:
    for service in (Service.FEDEX, Service.SHOPIFY):
        connected(service, at)
    end_wires(at)
    assert kept(Service.FEDEX) == ("", "", "")
    assert kept(Service.SHOPIFY) == ("client", "secret", "")
    assert not Connection.objects.filter(ended_at=None).exists()
