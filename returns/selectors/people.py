"""What a shopper did before, for whoever decides on their return."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Q, Sum

from commerce.selectors import customers as commerce
from returns.enums import ReturnState
from returns.models import Return, ReturnLine

SHOWN = 5


@dataclass(frozen=True, kw_only=True)
class ShopperHistory:
    """How often a shopper ordered and returned; `others` are the newest besides the one asked of.

    `units` were asked to come back, `kept_back` of those that arrived were not accepted.
    """

    orders: int
    returns: int
    declined: int
    units: int
    kept_back: int
    others: list[Return]


def history_of_shopper(case: Return) -> ShopperHistory | None:
    """Return what the shopper of a return did before; None where no customer is known."""
    customer = case.order.customer_id
    if customer is None:
        return None
    theirs = Return.objects.filter(order__customer=customer)
    counts = theirs.aggregate(
        returns=Count("id"), declined=Count("id", filter=Q(state=ReturnState.REJECTED))
    )
    units = ReturnLine.objects.filter(case__order__customer=customer).aggregate(
        units=Sum("quantity"), kept_back=Sum("refused")
    )
    others = theirs.exclude(pk=case.pk).select_related("order__customer", "policy_version")
    return ShopperHistory(
        orders=commerce.count_orders_of(customer),
        returns=counts["returns"],
        declined=counts["declined"],
        units=units["units"] or 0,
        kept_back=units["kept_back"] or 0,
        others=list(others.order_by("-id")[:SHOWN]),
    )
