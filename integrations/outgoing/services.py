"""Writes about endpoints: added, changed, tested, replayed to, deleted."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet

from commerce.selectors import get_merchant
from commerce.selectors.setup import demo_order_ids
from commerce.serializers import instant
from integrations.http import is_plainly_private
from integrations.outgoing import catalogue, rules
from integrations.outgoing.enums import Cause, DeliveryState, EndpointState
from integrations.outgoing.errors import (
    BadUrl,
    PrivateUrl,
    TooManyEndpoints,
    TooManyToReplay,
    UnknownEvent,
)
from integrations.outgoing.events import EndpointChanged
from integrations.outgoing.models import Delivery, Endpoint
from integrations.outgoing.payloads import write_body
from integrations.outgoing.selectors import is_about_demo
from postexp.kernel import ids
from postexp.kernel.events import append
from postexp.kernel.locks import lock
from postexp.kernel.models import EventRecord

MOST_ENDPOINTS = 50
MOST_REPLAYED = 10_000


def add_endpoint(
    *, url: str, events: Sequence[str], description: str = "", at: datetime, actor: str
) -> Endpoint:
    """Add an endpoint; its secret is made here. No `events` means every kind.

    Publishes EndpointChanged. Raises BadUrl, UnknownEvent and TooManyEndpoints.
    """
    _check(url, events)
    with transaction.atomic():
        lock("webhook endpoints")
        if Endpoint.objects.count() >= MOST_ENDPOINTS:
            raise TooManyEndpoints
        endpoint = Endpoint.objects.create(
            url=url,
            description=description,
            events=sorted(set(events)),
            secret=_new_secret(),
            created_at=at,
        )
        _publish(endpoint, "added", at, actor)
    return endpoint


def change_endpoint(
    *,
    endpoint: Endpoint,
    url: str,
    events: Sequence[str],
    description: str,
    at: datetime,
    actor: str,
) -> Endpoint:
    """Change where an endpoint is and what it is told of. What waits goes to the new address.

    Publishes EndpointChanged. Raises BadUrl and UnknownEvent.
    """
    _check(url, events)
    with transaction.atomic():
        endpoint = _lock(endpoint)
        endpoint.url, endpoint.description = url, description
        endpoint.events = sorted(set(events))
        endpoint.save(update_fields=["url", "description", "events"])
        _publish(endpoint, "changed", at, actor)
    return endpoint


def stop_endpoint(*, endpoint: Endpoint, at: datetime, actor: str) -> Endpoint:
    """Send nothing more to an endpoint until it is resumed. Publishes EndpointChanged."""
    with transaction.atomic():
        endpoint = _lock(endpoint)
        if endpoint.state == EndpointState.ACTIVE:
            endpoint.state, endpoint.stopped_at = EndpointState.DISABLED, at
            endpoint.save(update_fields=["state", "stopped_at"])
            _publish(endpoint, "stopped", at, actor)
    return endpoint


def resume_endpoint(*, endpoint: Endpoint, at: datetime, actor: str) -> Endpoint:
    """Send to an endpoint again, beginning with what still waits. Publishes EndpointChanged.

    Events of the time it was stopped were not noted for it; a replay sends them.
    """
    with transaction.atomic():
        endpoint = _lock(endpoint)
        if endpoint.state != EndpointState.ACTIVE:
            endpoint.state, endpoint.failing_since = EndpointState.ACTIVE, None
            endpoint.save(update_fields=["state", "failing_since"])
            _publish(endpoint, "resumed", at, actor)
    return endpoint


def delete_endpoint(*, endpoint: Endpoint, at: datetime, actor: str) -> None:
    """Delete an endpoint with its log. Publishes EndpointChanged."""
    with transaction.atomic():
        endpoint = _lock(endpoint)
        _publish(endpoint, "deleted", at, actor)
        endpoint.delete()


def rotate_secret(*, endpoint: Endpoint, at: datetime, actor: str) -> Endpoint:
    """Give an endpoint a new secret; for a day the former one signs too.

    Publishes EndpointChanged.
    """
    with transaction.atomic():
        endpoint = _lock(endpoint)
        endpoint.old_secret, endpoint.secret = endpoint.secret, _new_secret()
        endpoint.old_secret_until = at + rules.OVERLAP
        endpoint.save(update_fields=["secret", "old_secret", "old_secret_until"])
        _publish(endpoint, "rotated the secret", at, actor)
    return endpoint


def send_test(*, endpoint: Endpoint, at: datetime, actor: str) -> Delivery:
    """Send an event that tells of nothing, to see whether the endpoint takes it.

    Publishes EndpointChanged.
    """
    with transaction.atomic():
        _publish(endpoint, "tested", at, actor)
        data = {"endpoint_id": endpoint.public_id, "shop": get_merchant().slug}
        return Delivery.objects.create(
            endpoint=endpoint,
            message_id=ids.new_id("evt"),
            type=catalogue.TEST,
            cause=Cause.TEST,
            body=write_body(catalogue.TEST, instant(at), data),
            next_at=at,
            created_at=at,
        )


def replay_delivery(*, delivery: Delivery, at: datetime, actor: str) -> Delivery:
    """Send a webhook once more, with the same id and body. Publishes EndpointChanged."""
    with transaction.atomic():
        _publish(delivery.endpoint, f"replayed {delivery.message_id}", at, actor)
        return Delivery.objects.create(
            endpoint=delivery.endpoint,
            event_id=delivery.event_id,
            message_id=delivery.message_id,
            type=delivery.type,
            cause=Cause.REPLAY,
            body=delivery.body,
            next_at=at,
            created_at=at,
        )


def replay_range(
    *, endpoint: Endpoint, since: datetime, until: datetime, at: datetime, actor: str
) -> int:
    """Send every event recorded from `since` to before `until` that the endpoint is told of.

    Returns how many; each goes out under its own id again, with its objects as they stand now, so
    receivers drop what they had. What is about demo data stays in the house. Publishes
    EndpointChanged. Raises TooManyToReplay above 10,000.
    """
    found = _without_demo(
        EventRecord.objects.filter(
            recorded_at__gte=since,
            recorded_at__lt=until,
            type__in=endpoint.events or catalogue.list_types(),
        )
    )
    with transaction.atomic():
        Delivery.objects.bulk_create(
            Delivery(
                endpoint=endpoint,
                event_id=record.pk,
                message_id=record.public_id,
                type=record.type,
                cause=Cause.REPLAY,
                next_at=at,
                created_at=at,
            )
            for record in found
        )
        _publish(endpoint, f"replayed {len(found)} events", at, actor)
    return len(found)


def _without_demo(records: QuerySet[EventRecord]) -> list[EventRecord]:
    """Return the events that are not about demo data, in order. Raises TooManyToReplay."""
    demo = demo_order_ids()
    # Where an event names no order, asking for its order gives NULL, which is not "none of them".
    elsewhere = Q(payload__order_id__isnull=True) | ~Q(payload__order_id__in=demo)
    found = list(
        records.filter(elsewhere)
        .only("public_id", "type", "payload")
        .order_by("id")[: MOST_REPLAYED + 1]
    )
    if len(found) > MOST_REPLAYED:
        raise TooManyToReplay
    if not demo:
        return found
    is_demo = cache(is_about_demo)
    return [
        one
        for one in found
        if one.payload.get("order_id") or not is_demo("", one.payload.get("customer_id", ""))
    ]


def purge(*, before: datetime) -> int:
    """Forget webhooks made before an instant that wait for nothing; return how many."""
    done = [DeliveryState.DELIVERED, DeliveryState.FAILED]
    count, _models = Delivery.every_merchant.filter(created_at__lt=before, state__in=done).delete()
    return count


def forget_events(event_ids: Sequence[int]) -> None:
    """Delete the webhooks of events, sent or not, with their log, from every endpoint."""
    Delivery.objects.filter(event_id__in=event_ids).delete()


def _check(url: str, events: Sequence[str]) -> None:
    if len(url) > 500 or not rules.is_endpoint(
        url, https_only=not settings.ALLOW_PRIVATE_ADDRESSES
    ):
        raise BadUrl
    if not settings.ALLOW_PRIVATE_ADDRESSES and is_plainly_private(urlsplit(url).hostname or ""):
        raise PrivateUrl
    if not set(events) <= set(catalogue.list_types()):
        raise UnknownEvent


def _lock(endpoint: Endpoint) -> Endpoint:
    locked: Endpoint = Endpoint.objects.select_for_update(no_key=True).get(pk=endpoint.pk)
    return locked


def _new_secret() -> str:
    return rules.write_secret(secrets.token_bytes(rules.SECRET_BYTES))


def _publish(endpoint: Endpoint, detail: str, at: datetime, actor: str) -> None:
    append(
        EndpointChanged(
            merchant_public_id=get_merchant().public_id,
            detail=detail,
            endpoint_id=endpoint.public_id,
        ),
        at=at,
        actor=actor,
    )
