"""Reads of endpoints and of what was sent to them."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Count, Prefetch, Q, QuerySet
from django.http import Http404

from commerce.selectors.setup import is_demo_customer, is_demo_order
from integrations.outgoing.enums import DeliveryState
from integrations.outgoing.models import Attempt, Delivery, Endpoint

DAY = timedelta(days=1)


def list_endpoints() -> QuerySet[Endpoint]:
    """Return the shop's endpoints, newest first."""
    return Endpoint.objects.order_by("-id")


def access_endpoint(public_id: str) -> Endpoint:
    """Return an endpoint of the scope's shop; raises Http404."""
    found: Endpoint | None = Endpoint.objects.filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found


def access_delivery(endpoint: Endpoint, public_id: str) -> Delivery:
    """Return one delivery of an endpoint with its attempts; raises Http404."""
    found = list_deliveries(endpoint).filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found


def list_deliveries(endpoint: Endpoint, *, state: str = "", type: str = "") -> QuerySet[Delivery]:
    """Return what was, or is to be, sent to an endpoint, each with its attempts, latest first."""
    attempts = Prefetch("log", Attempt.objects.order_by("-id"))
    deliveries = Delivery.objects.filter(endpoint=endpoint).prefetch_related(attempts)
    if state:
        deliveries = deliveries.filter(state=state)
    return deliveries.filter(type=type) if type else deliveries


def count_of_the_day(*, at: datetime) -> dict[int, dict[str, int]]:
    """Return how many webhooks of the last day were delivered or failed, by the endpoint's row."""
    rows = (
        Delivery.objects.filter(created_at__gt=at - DAY)
        .values("endpoint_id")
        .annotate(
            delivered=Count("id", filter=Q(state=DeliveryState.DELIVERED)),
            failed=Count("id", filter=Q(state=DeliveryState.FAILED)),
            waiting=Count("id", filter=Q(state__in=[DeliveryState.PENDING, DeliveryState.SENDING])),
        )
    )
    return {
        row["endpoint_id"]: {name: row[name] for name in ("delivered", "failed", "waiting")}
        for row in rows
    }


def is_about_demo(order_id: str, customer_id: str) -> bool:
    """Whether what names an order, or else a customer, is about demo data."""
    if order_id:
        return is_demo_order(order_id)
    return bool(customer_id) and is_demo_customer(customer_id)
