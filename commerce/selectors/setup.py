"""Reads of how far a shop is with moving in: from what is there, never from a tick."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q

from commerce.models import Membership, Order, User
from commerce.models.setup import SetupProgress
from postexp.kernel.tenancy import current_merchant_id

DEMO, TEST = "demo", "test"
TRIALS = (DEMO, TEST)
"""The sources of orders that are no real ones: living demo data, and the guided test return."""

_DEMO = Q(source=DEMO) | Q(sale__source=DEMO)

OPEN_SHOPS = "commerce.add_merchant"
"""The permission of the back office that lets a person open a shop."""


def may_open_shops(user: User | AnonymousUser) -> bool:
    """Whether a person may open a shop of their own."""
    return user.has_perm(OPEN_SHOPS)


def setup_progress() -> SetupProgress:
    """Return what is kept of the first steps; a row that is not saved where nothing is."""
    return SetupProgress.objects.first() or SetupProgress()


def has_real_orders() -> bool:
    """Whether an order came in that is neither demo data nor a test of ours."""
    return bool(Order.objects.filter(sale=None).exclude(source__in=TRIALS).exists())


def is_trial(order: Order) -> bool:
    """Whether an order, or the sale it follows from, is demo data or a test of ours."""
    return (order.sale or order).source in TRIALS


def newest_order_by_source(source: str) -> Order | None:
    """Return the newest order of a source, or None."""
    found: Order | None = Order.objects.filter(source=source).order_by("-id").first()
    return found


def newest_order() -> Order | None:
    """Return the order placed last, or None; what follows from one is none of its own."""
    found: Order | None = Order.objects.filter(sale=None).order_by("-placed_at", "-id").first()
    return found


def count_members() -> int:
    """Return how many people belong to the scope's shop."""
    return Membership.objects.filter(merchant_id=current_merchant_id()).count()


def count_orders_by_source(source: str) -> int:
    """Return how many orders came from a source."""
    return int(Order.objects.filter(source=source).count())


def is_demo_order(public_id: str) -> bool:
    """Whether an order is demo data, whose people must not be written to."""
    return bool(Order.objects.filter(_DEMO, public_id=public_id).exists())


def is_demo_customer(public_id: str) -> bool:
    """Whether a customer is demo data: they have orders, and each of them is."""
    sources = Order.objects.filter(customer__public_id=public_id, sale=None).order_by()
    return set(sources.values_list("source", flat=True).distinct()) == {DEMO}


def demo_order_ids() -> list[str]:
    """Return the public ids of the orders that are demo data."""
    return list(Order.objects.filter(_DEMO).values_list("public_id", flat=True))
