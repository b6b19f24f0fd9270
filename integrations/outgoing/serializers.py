"""Endpoints and deliveries on the wire."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from commerce.serializers import instant
from commerce.serializers.fields import StrictSerializer, TextField
from integrations.outgoing.enums import Cause, DeliveryState, EndpointState
from integrations.outgoing.models import Delivery, Endpoint


def represent_endpoint(endpoint: Endpoint) -> dict[str, Any]:
    """Return an endpoint; its secret is in the answer that makes it, and on its page."""
    return {
        "id": endpoint.public_id,
        "url": endpoint.url,
        "description": endpoint.description,
        "events": endpoint.events,
        "state": endpoint.state,
        "failing_since": instant(endpoint.failing_since),
        "created_at": instant(endpoint.created_at),
    }


def represent_delivery(delivery: Delivery) -> dict[str, Any]:
    """Return one webhook and how its last attempt went."""
    last = next(iter(delivery.log.all()), None)
    waits = delivery.state == DeliveryState.PENDING
    return {
        "id": delivery.public_id,
        "event_id": delivery.message_id,
        "type": delivery.type,
        "cause": delivery.cause,
        "state": delivery.state,
        "attempts": delivery.attempts,
        "next_at": instant(delivery.next_at) if waits else None,
        "finished_at": instant(delivery.finished_at),
        "last_status": last.status if last else None,
        "last_failure": last.failure if last else "",
    }


class EndpointIn(StrictSerializer):
    """Where webhooks go; no `events` stands for every kind."""

    url = TextField(required=True, allow_blank=False, max_length=500)
    description = TextField(max_length=120)
    events = serializers.ListField(
        child=TextField(required=True, allow_blank=False, max_length=80),
        required=False,
        default=list,
        max_length=200,
    )


class ReplayIn(StrictSerializer):
    """A range of time: from `since` to before `until`."""

    since = serializers.DateTimeField()
    until = serializers.DateTimeField()


class EmptyIn(StrictSerializer):
    """A command that needs no more words."""


class Shape(serializers.Serializer):  # type: ignore[type-arg]
    """A shape that is only described, never validated."""


class EndpointOut(Shape):
    """An address that is told of events."""

    id = serializers.CharField()
    url = serializers.CharField()
    description = serializers.CharField()
    events = serializers.ListField(child=serializers.CharField())
    state = serializers.ChoiceField(choices=EndpointState.choices)
    failing_since = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField()


class EndpointSecretOut(EndpointOut):
    """An endpoint with the secret that signs what is sent to it."""

    secret = serializers.CharField()


class EndpointPageOut(Shape):
    """One page of endpoints; send `next` as `cursor` for the page after."""

    data = EndpointOut(many=True)  # type: ignore[assignment]  # a key of the wire
    next = serializers.CharField(allow_null=True)


class WebhookDeliveryOut(Shape):
    """One event on its way to one endpoint."""

    id = serializers.CharField()
    event_id = serializers.CharField()
    type = serializers.CharField()
    cause = serializers.ChoiceField(choices=Cause.choices)
    state = serializers.ChoiceField(choices=DeliveryState.choices)
    attempts = serializers.IntegerField()
    next_at = serializers.DateTimeField(allow_null=True)
    finished_at = serializers.DateTimeField(allow_null=True)
    last_status = serializers.IntegerField(allow_null=True)
    last_failure = serializers.CharField()


class DeliveryPageOut(Shape):
    """One page of deliveries; send `next` as `cursor` for the page after."""

    data = WebhookDeliveryOut(many=True)  # type: ignore[assignment]  # a key of the wire
    next = serializers.CharField(allow_null=True)


class ReplayOut(Shape):
    """How many events are sent again."""

    count = serializers.IntegerField()
