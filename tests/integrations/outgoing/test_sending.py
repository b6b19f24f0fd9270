"""From an event to a signed request at a real receiver, and on until it is taken."""

import json
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.fernet import Fernet
from django.conf import LazySettings
from django.db import connection, transaction
from standardwebhooks import Webhook, WebhookVerificationError

from commerce.events import ApiKeyChanged, OrderPlaced, StoreCreditChanged
from commerce.models import Merchant, Order
from commerce.selectors.setup import DEMO
from commerce.serializers import represent_order
from commerce.services.orders import take_in_order
from integrations.outgoing import rules, services
from integrations.outgoing.errors import TooManyToReplay
from integrations.outgoing.models import Attempt, Delivery, Endpoint
from integrations.outgoing.sender import Sender, book, claim
from postexp.kernel import clock
from postexp.kernel.events import append
from postexp.kernel.models import EventRecord
from postexp.kernel.tenancy import merchant_scope
from returns.events import PolicyPublished
from tests.facts import order_facts
from tests.integrations.outgoing.receivers import Answer, Received, Receiver, receiving

pytestmark = pytest.mark.django_db(transaction=True)
SendDue = Callable[..., None]


def placed(number: str = "#1", order_id: str = "ord_none") -> EventRecord:
    with transaction.atomic():
        return append(OrderPlaced(order_id=order_id, number=number), at=clock.now())


def credited(customer_id: str) -> EventRecord:
    credit = StoreCreditChanged(
        customer_id=customer_id, entry_id="sce_1", amount=100, currency="JPY"
    )
    with transaction.atomic():
        return append(credit, at=clock.now())


def told_of_shop() -> EventRecord:
    """An event that names neither an order nor a customer."""
    with transaction.atomic():
        return append(PolicyPublished(policy_version_id="pol_1", number=1), at=clock.now())


def only(endpoint: Endpoint) -> Delivery:
    return Delivery.objects.get(endpoint=endpoint, type="order.placed")


@pytest.fixture
def order(scope: Merchant, endpoint: Endpoint, at: datetime) -> Order:
    """An order that is placed while the endpoint listens; one that is kept was placed before."""
    return take_in_order(order_facts(), merchant=scope, at=at).order


def test_an_event_arrives_signed_with_its_objects(
    endpoint: Endpoint, receiver: Receiver, order: Order, send_due: SendDue
) -> None:
    send_due()
    [request] = receiver.requests
    told = Webhook(endpoint.secret).verify(request.body.decode(), request.headers)
    record = EventRecord.objects.get(type="order.placed")
    assert told["type"] == "order.placed"
    assert told["data"]["order"] == json.loads(json.dumps(represent_order(order)))
    assert told["data"]["order_id"] == order.public_id
    assert request.headers["webhook-id"] == record.public_id
    assert only(endpoint).state == "delivered"
    assert Attempt.objects.get().status == 204
    with pytest.raises(WebhookVerificationError):
        Webhook(rules.write_secret(b"x" * 32)).verify(request.body.decode(), request.headers)


def test_an_endpoint_hears_of_what_it_chose_and_of_its_own_shop_alone(
    endpoint: Endpoint, other_merchant: Merchant, receiver: Receiver, send_due: SendDue
) -> None:
    endpoint.events = ["order.cancelled"]
    endpoint.save()
    placed()
    with transaction.atomic():
        append(ApiKeyChanged(merchant_public_id="mer_1"), at=clock.now())
    send_due()
    assert receiver.requests == []
    assert Delivery.objects.count() == 0


def test_what_was_rolled_back_is_not_told(endpoint: Endpoint) -> None:
    class Stop(Exception):
        pass

    def change_and_stop() -> None:
        with transaction.atomic():
            append(OrderPlaced(order_id="ord_none", number="1"), at=clock.now())
            raise Stop

    with pytest.raises(Stop):
        change_and_stop()
    assert Delivery.objects.count() == 0


def test_a_failure_is_tried_again_with_the_same_id_and_body_until_it_is_taken(
    endpoint: Endpoint, receiver: Receiver, order: Order, send_due: SendDue
) -> None:
    receiver.answer = lambda _: (503, {"Retry-After": "600"}, b"busy")
    send_due()
    failed = only(endpoint)
    assert failed.state == "pending"
    assert failed.next_at > clock.now() + timedelta(minutes=9)
    attempt = Attempt.objects.get()
    assert (attempt.status, attempt.answer) == (503, "busy")
    endpoint.refresh_from_db()
    assert endpoint.failing_since is not None

    receiver.answer = lambda _: (200, {}, b"")
    send_due()
    assert len(receiver.requests) == 1
    send_due(failed.next_at)
    first, second = receiver.requests
    assert (first.headers["webhook-id"], first.body) == (second.headers["webhook-id"], second.body)
    assert only(endpoint).state == "delivered"
    endpoint.refresh_from_db()
    assert endpoint.failing_since is None


def test_after_the_last_try_it_is_failed(
    endpoint: Endpoint, receiver: Receiver, send_due: SendDue
) -> None:
    receiver.answer = lambda _: (500, {}, b"")
    placed()
    Delivery.objects.update(attempts=rules.MOST_ATTEMPTS - 1)
    send_due()
    assert only(endpoint).state == "failed"


def test_410_disables_an_endpoint_and_tells_of_it(
    endpoint: Endpoint, receiver: Receiver, send_due: SendDue
) -> None:
    receiver.answer = lambda _: (410, {}, b"")
    placed()
    send_due()
    endpoint.refresh_from_db()
    assert endpoint.state == "disabled"
    assert EventRecord.objects.get(type="webhook_endpoint.stopped").payload["state"] == "disabled"
    placed("#2")
    send_due()
    assert len(receiver.requests) == 1


def test_days_of_failure_pause_an_endpoint_and_resuming_sends_what_waited(
    endpoint: Endpoint, receiver: Receiver, scope: Merchant, send_due: SendDue
) -> None:
    receiver.answer = lambda _: (500, {}, b"")
    placed()
    long_ago = clock.now() - rules.PATIENCE - timedelta(minutes=1)
    Endpoint.objects.update(failing_since=long_ago)
    send_due()
    endpoint.refresh_from_db()
    assert endpoint.state == "paused"
    receiver.answer = lambda _: (200, {}, b"")
    send_due(clock.now() + timedelta(hours=1))
    assert len(receiver.requests) == 1
    services.resume_endpoint(endpoint=endpoint, at=clock.now(), actor="system")
    send_due(clock.now() + timedelta(hours=1))
    assert only(endpoint).state == "delivered"


def test_a_redirect_is_a_failure_and_leads_nowhere(
    endpoint: Endpoint, receiver: Receiver, send_due: SendDue
) -> None:
    with receiving() as inner:
        receiver.answer = lambda _: (302, {"Location": inner.url}, b"")
        placed()
        send_due()
        assert inner.requests == []
    assert only(endpoint).state == "pending"


def test_a_private_address_is_refused_when_it_is_sent_to(
    endpoint: Endpoint, receiver: Receiver, settings: LazySettings, send_due: SendDue
) -> None:
    endpoint.url = receiver.url.replace("http:", "https:")
    endpoint.save()
    settings.ALLOW_PRIVATE_ADDRESSES = False
    placed()
    send_due()
    assert receiver.requests == []
    attempt = Attempt.objects.get()
    assert "AddressRefused" in attempt.failure
    assert attempt.why == "Private address: nothing is sent there"
    # No later attempt could fare better.
    assert (only(endpoint).state, only(endpoint).attempts) == ("failed", 1)


def test_for_a_day_both_secrets_sign(
    endpoint: Endpoint, receiver: Receiver, scope: Merchant, send_due: SendDue
) -> None:
    old = endpoint.secret
    changed = services.rotate_secret(endpoint=endpoint, at=clock.now(), actor="system")
    placed()
    send_due()
    [request] = receiver.requests
    for secret in (old, changed.secret):
        Webhook(secret).verify(request.body.decode(), request.headers)
    Endpoint.objects.update(old_secret_until=clock.now() - timedelta(seconds=1))
    placed("#2")
    send_due()
    with pytest.raises(WebhookVerificationError):
        Webhook(old).verify(receiver.requests[1].body.decode(), receiver.requests[1].headers)


def test_a_test_event_and_replays_of_one_and_of_a_range(
    endpoint: Endpoint, receiver: Receiver, scope: Merchant, send_due: SendDue
) -> None:
    services.send_test(endpoint=endpoint, at=clock.now(), actor="system")
    since = datetime.now(UTC)
    record = placed()
    send_due()
    services.replay_delivery(delivery=only(endpoint), at=clock.now(), actor="system")
    send_due()
    until = clock.now()
    sent = services.replay_range(
        endpoint=endpoint, since=since, until=until, at=until, actor="system"
    )
    send_due()
    told = [
        (json.loads(request.body)["type"], request.headers["webhook-id"])
        for request in receiver.requests
    ]
    assert sent == 1
    assert [kind for kind, _id in told].count("webhook_endpoint.test") == 1
    assert told.count(("order.placed", record.public_id)) == 3
    assert len(told) == 4


def test_a_replay_of_a_range_leaves_out_what_is_about_demo_data_and_nothing_else(
    endpoint: Endpoint, order: Order
) -> None:
    assert order.customer is not None
    Order.objects.filter(pk=order.pk).update(source=DEMO)
    since = clock.now()
    wanted = {
        placed().public_id,
        credited("cus_real").public_id,
        told_of_shop().public_id,
    }
    placed("#2", order.public_id)
    credited(order.customer.public_id)
    until = clock.now()
    Delivery.objects.all().delete()
    sent = services.replay_range(
        endpoint=endpoint, since=since, until=until, at=until, actor="system"
    )
    assert set(Delivery.objects.values_list("message_id", flat=True)) == wanted
    assert sent == len(wanted)


def test_more_than_one_replay_holds_is_refused(
    endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "MOST_REPLAYED", 1)
    placed()
    placed("#2")
    now = clock.now()
    with pytest.raises(TooManyToReplay):
        services.replay_range(
            endpoint=endpoint, since=now - timedelta(days=1), until=now, at=now, actor="system"
        )


def test_an_endpoint_that_hangs_holds_up_no_other(
    endpoint: Endpoint, receiver: Receiver, scope: Merchant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("integrations.outgoing.sender.ANSWER_SECONDS", 90.0)
    go_on = threading.Event()

    def hang(_: Received) -> Answer:
        go_on.wait(90)
        return 200, {}, b""

    with receiving(hang) as hanging:
        services.add_endpoint(url=hanging.url, events=[], at=clock.now(), actor="system")
        for number in range(20):
            placed(f"#{number}")
        sender = Sender(threads=8)
        until = time.monotonic() + 60
        while len(receiver.requests) < 20 and time.monotonic() < until:
            sender.round(at=clock.now())
            sender.wait(0.05)
        under_way = len(hanging.requests)
        go_on.set()
        sender.close()
    assert len(receiver.requests) == 20
    assert under_way == rules.AT_ONCE


def test_two_senders_send_each_once(
    endpoint: Endpoint, receiver: Receiver, scope: Merchant
) -> None:
    for number in range(30):
        placed(f"#{number}")
    senders = [Sender(threads=4), Sender(threads=4)]
    while sum(sender.round(at=clock.now()) + sender.under_way for sender in senders):
        for sender in senders:
            sender.wait(0.01)
    for sender in senders:
        sender.close()
    assert len({request.headers["webhook-id"] for request in receiver.requests}) == 30
    assert len(receiver.requests) == 30


def test_what_a_stopped_sender_let_lie_is_sent_by_another(
    endpoint: Endpoint, receiver: Receiver, send_due: SendDue
) -> None:
    placed()
    assert len(claim("gone", limit=9, at=clock.now())) == 1
    send_due()
    assert receiver.requests == []
    send_due(clock.now() + timedelta(minutes=2))
    assert len(receiver.requests) == 1
    book([], claim="gone")
    assert only(endpoint).attempts == 1


def unreadable(endpoint: Endpoint) -> None:
    """Leave an endpoint a secret under a key that is lost."""
    lost = Fernet(Fernet.generate_key()).encrypt(b"whsec_lost").decode()
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE outgoing_endpoint SET secret = %s WHERE id = %s", [lost, endpoint.pk]
        )


def test_a_secret_that_cannot_be_read_holds_up_no_other_shop(
    endpoint: Endpoint, receiver: Receiver, other_merchant: Merchant, send_due: SendDue
) -> None:
    with merchant_scope(other_merchant.pk), receiving() as theirs:
        sick = services.add_endpoint(url=theirs.url, events=[], at=clock.now(), actor="system")
        placed()
        unreadable(sick)
        with merchant_scope(endpoint.merchant_id):
            placed()
        send_due()
        assert len(receiver.requests) == 1
        assert theirs.requests == []
        delivery = only(sick)
        assert (delivery.state, delivery.attempts) == ("pending", 1)
        assert "secret cannot be read" in Attempt.objects.get(delivery=delivery).failure
        # Days later it is paused, as any endpoint that fails.
        sick_rows = Endpoint.objects.filter(pk=sick.pk)
        sick_rows.update(failing_since=clock.now() - rules.PATIENCE)
        send_due(delivery.next_at)
        assert sick_rows.values_list("state", flat=True).get() == "paused"


def test_a_webhook_that_cannot_be_written_holds_up_no_other(
    endpoint: Endpoint, receiver: Receiver, order: Order, send_due: SendDue
) -> None:
    """An order whose currency nobody knows has no representation."""
    Order.objects.filter(pk=order.pk).update(currency="QQQ")
    placed("#2")
    send_due()
    assert [json.loads(one.body)["data"]["number"] for one in receiver.requests] == ["#2"]
    sick = Delivery.objects.get(state="pending")
    assert (sick.attempts, sick.body) == (1, "")
    assert "could not be prepared" in Attempt.objects.get(delivery=sick).failure
    # Once its cause is mended it goes out.
    Order.objects.filter(pk=order.pk).update(currency=order.currency)
    send_due(sick.next_at)
    assert len(receiver.requests) == 2


def test_a_webhook_of_an_event_that_is_gone_is_dropped(
    endpoint: Endpoint, receiver: Receiver, send_due: SendDue
) -> None:
    gone = placed()
    placed("#2")
    EventRecord.objects.filter(pk=gone.pk).delete()
    send_due()
    assert [json.loads(one.body)["data"]["number"] for one in receiver.requests] == ["#2"]
    assert not Delivery.objects.filter(event_id=gone.pk).exists()
