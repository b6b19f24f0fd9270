"""Reads of orders."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Sum
from django.http import Http404

from commerce.enums import DisputeState, PaymentState
from commerce.models import (
    Dispute,
    Fulfilment,
    FulfilmentLine,
    Order,
    OrderDiscount,
    OrderLine,
    PlatformRefund,
    ShippingLine,
    Tender,
)
from commerce.rules import contact_key, number_key
from commerce.selectors.names import customers_named

# Fulfilments that never left the shop.
NOT_SENT = ("cancelled", "error", "failure")

HISTORIC_AFTER = timedelta(days=2)
"""Nobody is thanked today for an order of last week: it was old news when it came in."""

TO_BE_SENT = (PaymentState.AUTHORIZED, PaymentState.PAID, PaymentState.PARTIALLY_REFUNDED)
"""How the money of an order stands that waits for nobody but the shop."""


def get_order(public_id: str) -> Order:
    """Return an order with its customer; raises Order.DoesNotExist."""
    found: Order = Order.objects.select_related("customer").get(public_id=public_id)
    return found


def get_order_by_external_id(external_id: str) -> Order | None:
    """Return the order the platform knows by that id, or None."""
    return Order.objects.filter(external_id=external_id).first()


def get_order_paid_by(gateway: str, references: Collection[str]) -> Order | None:
    """Return the order of which a tender names one of the payments of a gateway, or None.

    Gateways are compared without regard to case. Where several orders name it, the oldest is meant.
    """
    paid = Tender.objects.filter(external_id__in=references, gateway__iexact=gateway)
    found = paid.select_related("order").order_by("order_id").first()
    return found.order if found else None


def sources_of_orders(external_ids: Collection[str]) -> dict[str, str]:
    """Return where the orders of these ids came from, those that are here."""
    known = Order.objects.filter(external_id__in=external_ids)
    return dict(known.values_list("external_id", "source"))


def list_currencies_sold(*, aside_from: str) -> list[str]:
    """Return the currencies of the scope's orders, aside from those of one source."""
    told = Order.objects.exclude(source=aside_from).order_by("currency")
    return list(told.values_list("currency", flat=True).distinct())


def list_countries_sold(*, aside_from: Collection[str]) -> list[str]:
    """Return the countries the scope's orders went to, aside from those of some sources."""
    told = Order.objects.exclude(source__in=aside_from).exclude(country="").order_by("country")
    return list(told.values_list("country", flat=True).distinct())


def has_order(public_id: str) -> bool:
    """Return whether an order is here, or was never or is no more."""
    return Order.objects.filter(public_id=public_id).exists()


def access_order(public_id: str) -> Order:
    """Return an order of the scope's shop for a page; raises Http404."""
    order = Order.objects.select_related("customer").filter(public_id=public_id).first()
    if order is None:
        raise Http404
    return order


def lock_order(public_id: str) -> Order:
    """Return an order with its row locked until the transaction ends; raises Order.DoesNotExist."""
    found: Order = Order.objects.select_for_update(no_key=True).get(public_id=public_id)
    return found


def list_discounts(order: Order) -> list[OrderDiscount]:
    """Return the discounts given on an order."""
    return list(OrderDiscount.objects.filter(order=order).order_by("id"))


def list_lines(order: Order) -> list[OrderLine]:
    """Return an order's lines in their order, with product and variant."""
    return list(
        OrderLine.objects.filter(order=order)
        .select_related("product", "variant")
        .order_by("position")
    )


def list_shipping_lines(order: Order) -> list[ShippingLine]:
    """Return what was paid for delivery."""
    return list(ShippingLine.objects.filter(order=order).order_by("id"))


def knows_tenders(order: Order) -> bool:
    """Return whether it is known which payments made up all that was captured of an order."""
    told = Tender.objects.filter(order=order).exclude(external_id="")
    return order.captured == (told.aggregate(total=Sum("captured"))["total"] or 0)


def list_tenders(order: Order) -> list[Tender]:
    """Return how the order was paid, in the order the means were used."""
    return list(Tender.objects.filter(order=order).order_by("position"))


def list_fulfilments(order: Order) -> list[Fulfilment]:
    """Return an order's fulfilments with their lines, oldest first."""
    return list(
        Fulfilment.objects.filter(order=order)
        .prefetch_related("lines__order_line")
        .order_by("created_at", "id")
    )


def get_fulfilment(public_id: str) -> Fulfilment:
    """Return a fulfilment with its order and lines; raises Fulfilment.DoesNotExist."""
    found: Fulfilment = (
        Fulfilment.objects.select_related("order")
        .prefetch_related("lines__order_line")
        .get(public_id=public_id)
    )
    return found


def has_fulfilment(public_id: str) -> bool:
    """Say whether a fulfilment is still here: one from an import may have been taken back."""
    return Fulfilment.objects.filter(public_id=public_id).exists()


def told_fulfilments(external_ids: Collection[str]) -> dict[str, dict[str, Any]]:
    """Return what fulfilments, by the source's ids, were last told to be, those that are here.

    Each is `{status, carrier, numbers, lines: [[line's external id, quantity]]}`.
    """
    return {
        one.external_id: {
            "status": one.status,
            "carrier": one.carrier_name,
            "numbers": one.tracking_numbers,
            "lines": [[line["line_external_id"], line["quantity"]] for line in one.line_facts],
        }
        for one in Fulfilment.objects.filter(external_id__in=external_ids)
    }


def get_platform_refund(public_id: str) -> PlatformRefund:
    """Return a platform refund with its order; raises PlatformRefund.DoesNotExist."""
    found: PlatformRefund = PlatformRefund.objects.select_related("order").get(public_id=public_id)
    return found


def standing_dispute(order: Order) -> DisputeState | None:
    """Return OPEN while a chargeback about an order is open, else LOST where one was lost."""
    states = set(Dispute.objects.filter(order=order).values_list("state", flat=True))
    return next((one for one in (DisputeState.OPEN, DisputeState.LOST) if one in states), None)


def list_disputes(order: Order) -> list[Dispute]:
    """Return the chargebacks about an order, oldest first."""
    return list(Dispute.objects.filter(order=order).order_by("id"))


def fulfilled_quantities(order: Order) -> dict[int, int]:
    """Return how many units of each line (by row id) have left, cancelled fulfilments aside."""
    rows = (
        FulfilmentLine.objects.filter(fulfilment__order=order)
        .exclude(fulfilment__status__in=NOT_SENT)
        .values("order_line_id")
        .annotate(units=Sum("quantity"))
    )
    return {row["order_line_id"]: row["units"] for row in rows}


def list_orders(*, search: str = "", state: str = "") -> QuerySet[Order]:
    """Return orders, newest first, with their customers.

    `search` matches the number, the e-mail address, the phone or the customer's name; `state` is
    `open`, `cancelled` or `refunded`.
    """
    orders: QuerySet[Order] = Order.objects.select_related("customer").order_by("-placed_at", "-id")
    if state == "cancelled":
        orders = orders.exclude(cancelled_at=None)
    elif state == "refunded":
        orders = orders.filter(given_back__gt=0)
    elif state == "open":
        orders = orders.filter(cancelled_at=None, given_back=0)
    if search:
        orders = orders.filter(
            Q(number_key__startswith=number_key(search))
            | Q(email__startswith=search.lower())
            | Q(public_id=search)
            | Q(customer__in=customers_named(search))
        )
    return orders


def narrow_to_unsent(orders: QuerySet[Order], *, placed_before: datetime) -> QuerySet[Order]:
    """Return those paid orders that wait for the shop since before an instant: nothing has left.

    Orders that were historic when they came in are left out, and tests, and what follows a sale.
    """
    lines = OrderLine.objects.filter(order=OuterRef("pk"), requires_shipping=True)
    sent = Fulfilment.objects.filter(order=OuterRef("pk")).exclude(status__in=NOT_SENT)
    return orders.filter(
        Exists(lines.exclude(progress__stopped__gte=F("quantity"))),
        ~Exists(sent),
        placed_at__lt=placed_before,
        taken_in_at__lte=F("placed_at") + HISTORIC_AFTER,
        payment_state__in=TO_BE_SENT,
        cancelled_at=None,
        test=False,
        sale=None,
    )


def list_orders_numbered(number: str) -> QuerySet[Order]:
    """Return the orders of exactly that number, however it is written, with their customers."""
    found: QuerySet[Order] = Order.objects.select_related("customer").filter(
        number_key=number_key(number)
    )
    return found


def find_orders(*, number: str, contact: str, country: str) -> list[tuple[Order, str]]:
    """Return the orders of a number whose contact matches, each with what matched.

    What matched is `email`, `phone` or `postcode`; a postcode alone proves little, so its page
    shows no address and starts nothing.
    """
    key = contact_key(contact, country)
    found = []
    for order in Order.objects.select_related("customer").filter(number_key=number_key(number)):
        if key.email and order.email == key.email:
            found.append((order, "email"))
        elif key.phone and order.phone == key.phone:
            found.append((order, "phone"))
        elif key.postcode and order.postcode_key == key.postcode:
            found.append((order, "postcode"))
    return found
