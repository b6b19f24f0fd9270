"""Operators look at parcels of every shop."""

import pytest
from django.test import Client
from django.urls import reverse

from commerce.models import User
from postexp.kernel import clock
from tests.tracking.scans import START
from tracking import services
from tracking.models import LookupChallenge, PreparedPage, Shipment

pytestmark = pytest.mark.django_db


def test_operators_see_rows_and_change_nothing(client: Client, shipment: Shipment) -> None:
    services.prepare_page(shipment.order, "ja", at=START)
    services.ask_for_code(number="1001", at=clock.now())
    client.force_login(User.objects.create_superuser("ops@example.com"))
    for row in (shipment, PreparedPage.objects.get(), LookupChallenge.objects.get()):
        name = f"admin:tracking_{row._meta.model_name}"
        assert client.get(reverse(f"{name}_changelist")).status_code == 200
        page = client.get(reverse(f"{name}_change", args=[row.pk]))
        assert page.status_code == 200
        assert client.get(reverse(f"{name}_add")).status_code == 403
        assert client.post(reverse(f"{name}_delete", args=[row.pk])).status_code == 403
