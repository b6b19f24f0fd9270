"""What opened a service to us is gone once its connection has ended."""

from datetime import datetime, timedelta

import pytest

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


def test_a_closed_shop_keeps_no_credentials_of_carriers(scope: Merchant, at: datetime) -> None:
    for service in (Service.FEDEX, Service.SHOPIFY):
        connected(service, at)
    end_wires(at)
    assert kept(Service.FEDEX) == ("", "", "")
    # A platform may still send signed messages.
    assert kept(Service.SHOPIFY) == ("client", "secret", "")
    assert not Connection.objects.filter(ended_at=None).exists()
