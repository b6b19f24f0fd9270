"""Settings > Webhooks, as staff use it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from commerce.events import OrderPlaced
from commerce.models import Merchant, User
from integrations.outgoing.models import Delivery, Endpoint
from postexp.kernel import clock
from postexp.kernel.events import append
from postexp.kernel.models import EventRecord
from tests.integrations.outgoing.receivers import Receiver

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def staff(merchant: Merchant, owner: User, client: Client) -> Client:
    client.force_login(owner)
    return client


def url(name: str, merchant: Merchant, *parts: str) -> str:
    return reverse(f"dashboard:{name}", args=[merchant.slug, *parts])


def test_staff_add_an_endpoint_test_it_and_read_the_answer(
    staff: Client, scope: Merchant, receiver: Receiver, send_due: Callable[[], None]
) -> None:
    assert "No endpoint yet" in staff.get(url("endpoint_list", scope)).content.decode()
    receiver.answer = lambda _: (200, {"X-Seen": "yes"}, b"thank you")
    added = staff.post(url("endpoint_add", scope), {"url": receiver.url, "every": "on"})
    assert added.status_code == 302
    endpoint = Endpoint.objects.get()
    staff.post(url("endpoint_test", scope, endpoint.public_id))
    send_due()
    sent = Delivery.objects.get(cause="test")
    assert sent.state == "delivered"
    page = staff.get(url("webhook_detail", scope, endpoint.public_id, sent.public_id))
    assert "thank you" in page.content.decode()
    assert sent.message_id in page.content.decode()
    staff.post(url("webhook_replay", scope, endpoint.public_id, sent.public_id))
    send_due()
    ids = [request.headers["webhook-id"] for request in receiver.requests]
    assert ids.count(sent.message_id) == 2
    actors = EventRecord.objects.filter(type="webhook_endpoint.changed").values_list("actor")
    assert {actor.partition(":")[0] for (actor,) in actors} == {"staff"}


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"url": "ftp://example.com/", "every": "on"}, "url"),
        ({"url": "https://example.com/"}, "events"),
        ({"url": "https://example.com/", "events": ["no.such"]}, "events"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(
    staff: Client, scope: Merchant, fields: dict[str, Any], field: str
) -> None:
    answer = staff.post(url("endpoint_add", scope), fields)
    assert answer.status_code == 422
    assert answer.context["form"].errors[field]
    assert Endpoint.objects.count() == 0


def test_staff_change_stop_resume_rotate_and_delete(
    staff: Client, scope: Merchant, endpoint: Endpoint
) -> None:
    name = endpoint.public_id
    chosen = {"url": "https://example.com/new", "events": ["order.placed"], "description": "ERP"}
    staff.post(url("endpoint_edit", scope, name), chosen)
    endpoint.refresh_from_db()
    assert (endpoint.url, endpoint.events) == (chosen["url"], ["order.placed"])
    secret = endpoint.secret
    for act, state in (("endpoint_switch", "disabled"), ("endpoint_switch", "active")):
        staff.post(url(act, scope, name))
        endpoint.refresh_from_db()
        assert endpoint.state == state
    staff.post(url("endpoint_rotate", scope, name))
    endpoint.refresh_from_db()
    assert endpoint.old_secret == secret
    assert endpoint.secret != secret
    assert "former secret" in staff.get(url("endpoint_detail", scope, name)).content.decode()
    staff.post(url("endpoint_delete", scope, name))
    assert Endpoint.objects.count() == 0


def test_staff_replay_a_range_of_time_in_their_own_zone(
    staff: Client, scope: Merchant, endpoint: Endpoint, receiver: Receiver
) -> None:
    with timezone.override(scope.zone):
        now = timezone.localtime(clock.now())
    written = "%Y-%m-%dT%H:%M"
    since, until = now - timedelta(hours=1), now + timedelta(minutes=1)
    fields = {"since": since.strftime(written), "until": until.strftime(written)}
    endpoint.events = ["order.placed"]
    endpoint.save()
    with transaction.atomic():
        append(OrderPlaced(order_id="ord_none", number="1"), at=clock.now())
    staff.post(url("endpoint_replay", scope, endpoint.public_id), fields)
    assert Delivery.objects.filter(cause="replay").count() == 1
    turned = {"since": fields["until"], "until": fields["since"]}
    refused = staff.post(url("endpoint_replay", scope, endpoint.public_id), turned)
    assert refused.status_code == 422


PRIVATE = [
    "https://10.0.0.5/hooks",
    "https://localhost/",
    "https://LOCALHOST.:8443/",
    "https://shop.internal/",
    "https://printer.local/",
    "https://127.1/",
    "https://2130706433/",
    "https://0x7f.0.0.1/",
    "https://[::1]/",
    "https://[fe80::1]/",
    "https://[::ffff:10.0.0.5]/",
    "https://169.254.169.254/latest",
]


@pytest.mark.parametrize("address", PRIVATE)
def test_a_plainly_private_address_is_refused_in_the_form(
    staff: Client, scope: Merchant, settings: Any, address: str
) -> None:
    settings.ALLOW_PRIVATE_ADDRESSES = False
    page = staff.post(url("endpoint_add", scope), {"url": address, "every": "on"})
    assert page.status_code == 422
    assert "lies in a private network" in page.content.decode()
    assert not Endpoint.objects.exists()


@pytest.mark.parametrize(
    "address", ["https://example.com/", "https://local.example/", "https://8.8.8.8/"]
)
def test_a_public_address_is_taken(
    staff: Client, scope: Merchant, settings: Any, address: str
) -> None:
    settings.ALLOW_PRIVATE_ADDRESSES = False
    page = staff.post(url("endpoint_add", scope), {"url": address, "every": "on"})
    assert page.status_code == 302
    assert Endpoint.objects.get().url == address
