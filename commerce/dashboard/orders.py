"""The orders of a shop: the list, and one order's story and facts."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import render
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from commerce import links, selectors
from commerce.access import StaffRequest, staff_view
from commerce.enums import ListName, PaymentState, TenderKind
from commerce.exports import list_as_csv, wants_csv
from commerce.models import Order, OrderLine
from commerce.ports import find_order_filter, list_order_filters
from commerce.rules import address_lines, order_sum
from commerce.serializers.cells import order_cells, order_header
from commerce.serializers.view_tabs import own_tabs, view_tabs
from postexp.design import formats
from postexp.kernel import clock, htmx, slots
from postexp.kernel.history import story_of_order
from postexp.kernel.money import Money
from postexp.kernel.paging import FIRST, address, cut

PAYMENTS = (
    PaymentState.PENDING,
    PaymentState.AUTHORIZED,
    PaymentState.PARTIALLY_PAID,
    PaymentState.PAID,
)
PAYMENT_TONES = {
    PaymentState.PENDING: "attention",
    PaymentState.AUTHORIZED: "information",
    PaymentState.PARTIALLY_PAID: "attention",
    PaymentState.PAID: "good",
    PaymentState.PARTIALLY_REFUNDED: "neutral",
    PaymentState.REFUNDED: "neutral",
    PaymentState.VOIDED: "neutral",
}


@staff_view()
@require_GET
def order_list(request: StaffRequest) -> HttpResponseBase:
    """Every order: view, search and filters are in the address; `export=csv` asks for a file."""
    view, search = request.GET.get("view", "all"), request.GET.get("q", "").strip()
    payment, period = request.GET.get("payment", ""), request.GET.get("period", "")
    only = request.GET.get("only", "")
    orders = _found(request.GET)
    if wants_csv(request):
        return list_as_csv(request, "orders", order_header(), order_cells(orders))
    page = cut(orders, request.GET, by="placed_at")
    context = {
        "rows": [_row(order) for order in page.rows],
        "page": page,
        **view_tabs(request, ListName.ORDERS, request.GET, _views(view, request.GET), _found),
        "chips": _chips(payment, period, only, request.GET),
        "clear": address(request.GET, payment=None, period=None, only=None, **FIRST)
        if payment or period or only
        else "",
        "q": search,
        "keep": {
            name: request.GET[name]
            for name in ("view", "payment", "period", "only")
            if name in request.GET
        },
        "narrowed": bool(search or payment or period or only or view != "all"),
    }
    return htmx.render(
        request,
        page="commerce/orders/list.html",
        part="commerce/orders/_rows.html",
        context=context,
    )


@staff_view()
@require_GET
def order_detail(request: StaffRequest, order_id: str) -> HttpResponse:
    """One order: what happened to it, what it cost, and whose it is."""
    order = selectors.access_order(order_id)
    locale = get_language() or "en"
    lines = selectors.list_lines(order)
    context = {"order_id": order.public_id, "locale": locale}
    return render(
        request,
        "commerce/orders/detail.html",
        {
            "order": order,
            "badges": order_badges(order),
            "lines": _lines(order, lines),
            "sum": _sum(order, lines),
            "payments": _payments(order),
            "panels": slots.collect("order_page", request, context),
            "side_panels": slots.collect("order_page_side", request, context),
            "actions": slots.collect("order_actions", request, context),
            "menu": slots.collect("order_menu", request, context),
            "shopper_url": links.tracking_url(request.merchant, order, order.locale),
            "story": selectors.timeline(story_of_order(order.public_id)),
            "customer_name": customer_name(order, locale),
            "address": address_lines(order.address, locale),
            "consents": selectors.list_consents(order.customer) if order.customer else [],
        },
    )


def order_badges(order: Order) -> list[tuple[str, str]]:
    """Return tone and words of what an order's state is, the most telling first."""
    badges = []
    if order.cancelled_at is not None:
        badges.append(("problem", _("Cancelled")))
    state = PaymentState(order.payment_state)
    badges.append((PAYMENT_TONES[state], str(state.label)))
    if order.sale_id is not None:
        badges.append(("neutral", _("Follows an order")))
    if order.test:
        badges.append(("neutral", _("Test")))
    return badges


def customer_name(order: Order, locale: str) -> str:
    """Return whose order it is: the customer's name, else the address's, else empty."""
    named = order.customer.full_name(locale) if order.customer else ""
    return named or order.address.get("name", "")


def _row(order: Any) -> dict[str, Any]:
    """Return what the list shows of an order; `units` and `sent_units` come with it."""
    return {
        "order": order,
        "customer": customer_name(order, get_language() or "en") or order.email,
        "badges": order_badges(order),
        "sent": _sent(order.units, order.sent_units),
        "total": Money(order.total, order.currency),
    }


def _sent(units: int, sent: int) -> tuple[str, str]:
    if not units:
        return ("neutral", _("Nothing to send"))
    if sent >= units:
        return ("good", _("Sent"))
    if sent:
        return ("information", _("Partly sent"))
    return ("neutral", _("Not sent"))


def _found(query: QueryDict) -> QuerySet[Order]:
    """Return the orders an address shows."""
    payment, at = query.get("payment", ""), clock.now()
    orders = selectors.list_order_rows(
        at=at,
        search=query.get("q", "").strip(),
        state=query.get("view", "all"),
        payment=payment if payment in PaymentState else "",
        period=query.get("period", ""),
    )
    only = find_order_filter(query.get("only", ""))
    return only.narrow(orders, at) if only else orders


def _views(view: str, query: QueryDict) -> list[dict[str, Any]]:
    labels = {
        "all": pgettext("view of orders", "All"),
        "open": pgettext("view of orders", "Open"),
        "cancelled": pgettext("view of orders", "Cancelled"),
        "refunded": pgettext("view of orders", "Refunded"),
    }
    return own_tabs(labels, query, view=view)


def _chips(payment: str, period: str, only: str, query: QueryDict) -> list[dict[str, Any]]:
    chips = [("payment", str(state), str(state.label), payment) for state in PAYMENTS]
    chips += [
        ("period", days, _("Last %(days)s days") % {"days": days}, period)
        for days in selectors.PERIODS
    ]
    chips += [
        ("only", one.name, str(one.label), only) for one in list_order_filters() if one.is_offered()
    ]
    return [
        {
            "url": address(query, **{name: None if chosen == value else value, **FIRST}),
            "label": label,
            "active": chosen == value,
        }
        for name, value, label, chosen in chips
    ]


def _lines(order: Order, lines: list[OrderLine]) -> list[dict[str, Any]]:
    sent = selectors.fulfilled_quantities(order)
    return [
        {
            "line": line,
            "image": line.product.image.url if line.product and line.product.image else "",
            "unit_price": Money(line.unit_price, order.currency),
            "full": Money(line.unit_price * line.quantity, order.currency),
            "paid": Money(line.goods_paid, order.currency),
            "reduced": line.goods_paid != line.unit_price * line.quantity,
            "sent": sent.get(line.pk, 0),
        }
        for line in lines
    ]


def _sum(order: Order, lines: list[OrderLine]) -> list[dict[str, Any]]:
    """Return the order's total as a sum one can read."""
    shipping = selectors.list_shipping_lines(order)
    total = order_sum(
        full_price=sum(line.unit_price * line.quantity for line in lines),
        goods_paid=sum(line.goods_paid for line in lines),
        shipping=sum(line.paid for line in shipping),
        tax=sum(line.tax_paid for line in lines) + sum(line.tax_paid for line in shipping),
        tax_included=order.tax_included,
        total=order.total,
    )
    codes = [discount.code or discount.title for discount in selectors.list_discounts(order)]
    rows = [
        (pgettext("row of a sum", "Goods"), total.goods, ""),
        (pgettext("row of a sum", "Discount"), total.discounts, ", ".join(filter(None, codes))),
        (
            pgettext("row of a sum", "Shipping"),
            total.shipping,
            ", ".join(s.title for s in shipping),
        ),
        (pgettext("row of a sum", "Tax"), total.tax_on_top, ""),
        (pgettext("row of a sum", "Other charges"), total.other, ""),
    ]
    kept = [row for row in rows if row[1] or row is rows[0] or (row is rows[2] and shipping)]
    inside = Money(total.tax_inside, order.currency)
    return [
        {"label": label, "amount": Money(amount, order.currency), "note": note}
        for label, amount, note in kept
    ] + [
        {
            "label": pgettext("row of a sum", "Total"),
            "amount": Money(order.total, order.currency),
            "note": _("of which tax: %(tax)s") % {"tax": formats.money(inside)} if inside else "",
            "total": True,
        }
    ]


def _payments(order: Order) -> list[dict[str, Any]]:
    """Return what was captured by each means, what went back, and what is left."""
    rows = [
        {
            "label": TenderKind(tender.kind).label,
            "amount": Money(tender.captured, order.currency),
            "note": tender.gateway if tender.gateway != tender.kind else "",
        }
        for tender in selectors.list_tenders(order)
    ]
    if order.given_back:
        rows += [
            {
                "label": pgettext("row of a sum", "Given back"),
                "amount": Money(-order.given_back, order.currency),
            },
        ]
    return [
        *rows,
        {
            "label": pgettext("row of a sum", "Net paid"),
            "amount": Money(order.captured - order.given_back, order.currency),
            "total": True,
        },
    ]
