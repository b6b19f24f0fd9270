"""Connecting tracking platforms and one's own systems, from the settings."""

from datetime import datetime

import pytest
from django.test import Client
from standardwebhooks import Webhook

from commerce.models import Merchant, User
from integrations.connections import connect
from integrations.generic.webhooks import key_of
from integrations.models import Connection
from postexp.kernel.models import EventRecord

PAGE = "/d/komorebi/settings/connections/"


@pytest.fixture
def staff(client: Client, owner: User, scope: Merchant) -> Client:
    """The owner's browser."""
    client.force_login(owner)
    return client


@pytest.mark.parametrize(
    ("service", "path"), [("aftership", "aftership"), ("seventeentrack", "17track")]
)
def test_a_platform_that_gives_a_secret_gets_an_address(
    staff: Client, owner: User, service: str, path: str
) -> None:
    staff.post(f"{PAGE}{service}/connect/", {f"{service}-secret": "given by them"})
    connection = Connection.objects.get()
    assert (connection.service, connection.secret) == (service, "given by them")
    page = staff.get(PAGE).content.decode()
    assert f"/webhooks/{path}/{connection.public_id}/" in page
    assert "given by them" not in page
    event = EventRecord.objects.get(type="connection.changed")
    assert (event.actor, event.payload["service"]) == (owner.actor, service)
    assert "given by them" not in str(event.payload)


@pytest.mark.parametrize("service", ["aftership", "seventeentrack"])
def test_a_platform_that_gives_a_secret_cannot_do_without(staff: Client, service: str) -> None:
    assert staff.post(f"{PAGE}{service}/connect/").status_code == 422
    assert not Connection.objects.exists()


def test_shippo_is_given_an_address_with_a_token(staff: Client) -> None:
    staff.post(f"{PAGE}shippo/connect/")
    first = Connection.objects.get()
    assert len(first.secret) > 30
    address = f"/webhooks/shippo/{first.public_id}/?token={first.secret}"
    assert address in staff.get(PAGE).content.decode()
    # Saved again without a value the token is a new one; the old one is good for one more day.
    staff.post(f"{PAGE}shippo/connect/")
    second = Connection.objects.get()
    assert (second.old_secret, second.secret != first.secret) == (first.secret, True)
    assert first.secret not in staff.get(PAGE).content.decode()
    assert first.secret not in str(list(EventRecord.objects.values("payload")))


def test_a_system_of_ones_own_is_given_a_secret(staff: Client) -> None:
    staff.post(f"{PAGE}generic/connect/")
    connection = Connection.objects.get()
    page = staff.get(PAGE).content.decode()
    assert f"/webhooks/generic/{connection.public_id}/" in page
    assert connection.secret in page
    assert len(key_of(connection.secret)) == 32
    Webhook(connection.secret)  # raises where the library cannot use it


@pytest.mark.parametrize(
    ("typed", "is_taken"),
    [
        ("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", True),
        ("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", False),
        ("whsec_dG9vIHNob3J0", False),
        ("whsec_***", False),
    ],
)
def test_a_secret_of_ones_own_is_written_as_the_scheme_asks(
    staff: Client, typed: str, is_taken: bool
) -> None:
    answer = staff.post(f"{PAGE}generic/connect/", {"generic-secret": typed})
    assert answer.status_code == (302 if is_taken else 422)
    assert Connection.objects.exists() is is_taken


def test_every_service_says_what_it_brings(staff: Client, at: datetime) -> None:
    page = staff.get(PAGE).content.decode()
    for words in ("AfterShip", "Shippo", "17TRACK", "Your own systems", "more than a hundred"):
        assert words in page


def test_a_platform_is_disconnected_like_any_other(staff: Client, at: datetime) -> None:
    connection = connect(service="aftership", account="mer_x", secret="s", at=at)
    staff.post(f"{PAGE}{connection.public_id}/end/")
    connection.refresh_from_db()
    assert connection.ended_at is not None
