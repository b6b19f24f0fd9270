"""Webhook subscriptions: all that is read here is subscribed to, and made again when it is gone."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q
from django.urls import reverse

from integrations.connections import note_checked
from integrations.models import Connection, Service
from integrations.shopify import access
from integrations.shopify.client import ShopifyClient
from integrations.shopify.errors import Busy, Refused, ShopifyError, Unanswered
from integrations.shopify.inbound import READERS

logger = logging.getLogger(__name__)

# Shopify sends these to every app that names an address for them; they cannot be subscribed to.
PRIVACY = frozenset({"customers/data_request", "customers/redact", "shop/redact"})
TOPICS = tuple(sorted(topic for topic in READERS if topic not in PRIVACY))
PAGE = 100
CHECKED_EVERY = timedelta(days=1)
# What passes by itself is looked at again sooner.
CHECKED_AGAIN_AFTER = timedelta(hours=1)
PASSING = (Busy.__name__, Unanswered.__name__)


def webhook_address() -> str:
    """Return the address Shopify sends to."""
    return f"{settings.BASE_URL}{reverse('webhooks:shopify')}"


def look_after(connection: Connection, *, at: datetime) -> None:
    """Check that we get into the shop and are told of every topic; subscribe to what is missing.

    What is wrong is noted on the connection, for its page.
    """
    with access.open_client(connection) as client:
        try:
            access.check_access(connection, client, at=at)
            connection.topics = _subscribe(client)
        except ShopifyError as error:
            logger.warning("shopify connection %s: %s", connection.pk, error.kind)
            note_checked(connection, error, at=at)
            return
    connection.save(update_fields=("topics",))


def list_due(*, at: datetime) -> list[tuple[int, int]]:
    """Return the connections of every shop that are to be checked, as (merchant, id).

    Those never checked, or not for a day; for an hour where Shopify was only out of reach.
    """
    living = Connection.every_merchant.filter(service=Service.SHOPIFY, ended_at=None)
    due = living.exclude(client_id="").filter(
        Q(checked_at=None)
        | Q(checked_at__lte=at - CHECKED_EVERY)
        | Q(checked_at__lte=at - CHECKED_AGAIN_AFTER, problem__in=PASSING)
    )
    return list(due.values_list("merchant_id", "id"))


def unsubscribe(connection: Connection) -> None:
    """Take our subscriptions back, as far as Shopify still lets us in."""
    with access.open_client(connection) as client:
        try:
            for identity, _topic in _ours(client):
                client.run("webhook_subscription_delete", {"id": identity})
        except ShopifyError as error:
            logger.warning("shopify connection %s stays subscribed: %s", connection.pk, error.kind)


def _subscribe(client: ShopifyClient) -> list[str]:
    """Subscribe to the topics that are missing; return those we are told of."""
    told = {topic for _identity, topic in _ours(client)}
    for topic in TOPICS:
        if topic in told:
            continue
        try:
            client.run(
                "webhook_subscription_create", {"topic": _enum(topic), "uri": webhook_address()}
            )
        except Refused as refused:
            logger.warning("shopify refuses the topic %s: %s", topic, refused.detail)
            continue
        told.add(topic)
    return sorted(told)


def _ours(client: ShopifyClient) -> list[tuple[str, str]]:
    """Return the subscriptions to our address, as (id, topic)."""
    found: list[tuple[str, str]] = []
    after: str | None = None
    names = {_enum(topic): topic for topic in TOPICS}
    while True:
        page = client.run("webhook_subscriptions", {"first": PAGE, "after": after})
        page = page["webhookSubscriptions"]
        found += [
            (row["id"], names[row["topic"]])
            for row in page["nodes"]
            if row["uri"] == webhook_address() and row["topic"] in names
        ]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            return found


def _enum(topic: str) -> str:
    return topic.upper().replace("/", "_")
