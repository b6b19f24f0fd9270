"""`/metrics`: who may read it, and that it tells how things stand."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from commerce.models import Merchant
from postexp.kernel import clock, health, metrics
from postexp.kernel.models import Delivery, EventRecord
from postexp.kernel.tenancy import merchant_scope


def values(page: str, name: str) -> dict[str, float]:
    """Return the values of a metric by what stands in its braces."""
    return {
        labels: float(value)
        for labels, value in re.findall(rf"^{name}\{{(.*?)\}} (\S+)$", page, re.MULTILINE)
    }


def read(client: Client) -> str:
    """Return the page as Prometheus reads it."""
    answer = client.get("/metrics")
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize(
    ("address", "status"),
    [("127.0.0.1", 200), ("10.2.3.4", 200), ("::1", 200), ("198.41.0.4", 404), ("", 404)],
)
def test_without_a_token_only_private_addresses_are_told(
    db: None, client: Client, address: str, status: int
) -> None:
    assert client.get("/metrics", REMOTE_ADDR=address).status_code == status


@pytest.mark.parametrize("header", ["X-Forwarded-For", "X-Forwarded-Proto", "Forwarded"])
def test_nobody_behind_a_proxy_is_taken_for_a_neighbour(
    db: None, client: Client, header: str
) -> None:
    assert client.get("/metrics", headers={header: "198.41.0.4"}).status_code == 404


def test_behind_a_proxy_only_the_token_counts(db: None, client: Client, settings: Any) -> None:
    settings.BEHIND_PROXY = True
    assert client.get("/metrics").status_code == 404
    settings.METRICS_TOKEN = "let-prometheus-in"
    assert client.get("/metrics").status_code == 404
    assert client.get("/metrics", headers={"Authorization": "Bearer wrong"}).status_code == 404
    told = client.get("/metrics", headers={"Authorization": "Bearer let-prometheus-in"})
    assert told.status_code == 200
    assert told["Content-Type"].startswith("text/plain")


def test_requests_are_counted_by_view_and_status(db: None, client: Client) -> None:
    # The counts are those of all processes, and others ask for this page: nobody asks like this.
    label = 'method="other",status="405",view="health_live"'
    before = values(read(client), "postexp_requests_total").get(label, 0)
    client.trace("/health/live/")
    client.trace("/health/live/")
    assert values(read(client), "postexp_requests_total")[label] == before + 2


def test_the_intake_of_each_service_has_its_latencies(db: None, client: Client) -> None:
    client.post("/webhooks/shopify/", b"{}", content_type="application/json")
    seconds = values(read(client), "postexp_intake_seconds_count")
    assert [label for label in seconds if "shopify" in label], seconds


def test_it_tells_how_the_queues_stand(full_shop: Merchant, client: Client) -> None:
    at = clock.now()
    health.beat("worker", at=at - timedelta(seconds=12))
    with merchant_scope(full_shop.pk):
        event = EventRecord.objects.earliest("id")
        for name, subject, state, due in (
            ("test.waits", "order:a", "pending", at - timedelta(seconds=90)),
            ("test.later", "order:b", "pending", at + timedelta(hours=1)),
            ("test.behind", "order:c", "pending", at - timedelta(hours=5)),
        ):
            Delivery.objects.create(
                event=EventRecord.objects.latest("id") if name == "test.behind" else event,
                handler=name,
                subject=subject,
                outside=True,
                state=state,
                next_at=due,
            )
        # What waits behind a dead letter of its own handler and subject is not the queue's fault.
        Delivery.objects.filter(state="dead").update(handler="test.behind", subject="order:c")
    page = read(client)
    states = values(page, "postexp_deliveries")
    assert states['state="dead"'] == 1
    assert states['state="pending"'] >= 3
    age = values(page, "postexp_queue_age_seconds")['queue="outside"']
    assert 90 <= age < 200
    assert 12 <= values(page, "postexp_heartbeat_age_seconds")['part="worker"'] < 100
    assert values(page, "postexp_inbox")['what="waiting"'] == 0
    assert values(page, "postexp_messages_recent")['state="sent"'] > 0


def test_gauges_are_right_in_an_empty_house(db: None) -> None:
    at = datetime(2026, 11, 21, tzinfo=UTC)
    assert metrics.queue_ages(at) == {"database": 0.0, "outside": 0.0}
    assert metrics.waiting_requests(at) == (0, 0.0)
    assert set(metrics.count_deliveries().values()) == {0}
