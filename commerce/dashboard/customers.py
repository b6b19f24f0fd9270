"""The customers of a shop: the list, and one customer's orders, credit and consents."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import render
from django.utils.translation import get_language, pgettext, pgettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from commerce import selectors
from commerce.access import StaffRequest, staff_view
from commerce.dashboard.orders import order_badges
from commerce.enums import ListName, Right
from commerce.exports import list_as_csv, wants_csv
from commerce.models import Customer
from commerce.ports import list_open_work
from commerce.selectors.customer_rows import (
    OrdersSum,
    list_customer_rows,
    list_tags,
    sum_orders_of,
)
from commerce.serializers.customer_cells import NO_ORDERS, customer_cells, customer_header
from commerce.serializers.view_tabs import own_tabs, view_tabs
from postexp.design import formats
from postexp.kernel import htmx, slots
from postexp.kernel.money import Money
from postexp.kernel.paging import FIRST, address, cut

ORDERS, MOVEMENTS = 50, 20
FILTERS = ("language", "marketing", "open", "tag")
REASONS = {
    "return": pgettext_lazy("why store credit changed", "Return"),
    "bonus": pgettext_lazy("why store credit changed", "Bonus"),
    "moved": pgettext_lazy("why store credit changed", "Moved to the shop platform"),
}


@staff_view()
@require_GET
def customer_list(request: StaffRequest) -> HttpResponseBase:
    """Every customer: view, search and filters are in the address; `export=csv` asks for a file."""
    query, merchant = request.GET, request.merchant

    def found(asked: QueryDict) -> QuerySet[Customer]:
        return _found(asked, country=merchant.country)

    if wants_csv(request):
        rows = customer_cells(found(query), currency=merchant.currency)
        return list_as_csv(request, "customers", customer_header(), rows)
    page = cut(found(query), query)
    filters = {name: query[name] for name in FILTERS if query.get(name)}
    view, search = query.get("view", "all"), query.get("q", "").strip()
    context = {
        "rows": _rows(page.rows, currency=merchant.currency),
        "page": page,
        **view_tabs(request, ListName.CUSTOMERS, query, _views(view, query), found),
        "chips": _chips(query, merchant.locales),
        "clear": address(query, **dict.fromkeys(FILTERS), **FIRST) if filters else "",
        "q": search,
        "keep": filters | ({"view": view} if "view" in query else {}),
        "narrowed": bool(search or filters or view != "all"),
        "may_set_up": request.membership.may(Right.CONFIGURE),
    }
    return htmx.render(
        request,
        page="commerce/customers/list.html",
        part="commerce/customers/_rows.html",
        context=context,
    )


@staff_view()
@require_GET
def customer_detail(request: StaffRequest, customer_id: str) -> HttpResponse:
    """Show a customer's orders and credit, and the facts kept of them."""
    customer = selectors.access_customer(customer_id)
    currency = request.merchant.currency
    locale = get_language() or "en"
    context = {"customer_id": customer.public_id, "locale": locale}
    ordered = sum_orders_of([customer], currency=currency).get(customer.pk, NO_ORDERS)
    return render(
        request,
        "commerce/customers/detail.html",
        {
            "customer": customer,
            "title": _title(customer),
            "kana": f"{customer.family_kana} {customer.given_kana}".strip(),
            "ordered": ordered,
            "spent": _spent(ordered, currency),
            "more_orders": max(ordered.orders - ORDERS, 0),
            "orders": [
                (order, order_badges(order), Money(order.total, order.currency))
                for order in selectors.list_orders_of(customer, limit=ORDERS)
            ],
            "credit": [
                Money(account.balance, account.currency)
                for account in selectors.list_store_credit(customer)
            ],
            "movements": [
                (
                    entry,
                    REASONS.get(entry.reason, entry.reason),
                    Money(entry.amount, entry.account.currency),
                )
                for entry in selectors.list_credit_entries(customer, limit=MOVEMENTS)
            ],
            "consents": selectors.list_consents(customer),
            "may_handle_data": request.membership.may(Right.CONFIGURE),
            "panels": slots.collect("customer_page", request, context),
        },
    )


def _title(customer: Customer) -> str:
    """Return what to call a customer: by name, else by what is known of them."""
    name = customer.full_name(get_language() or "en")
    if name:
        return formats.honorific(name)
    if customer.erased_at is not None:
        return _("Erased customer")
    return customer.email or customer.phone or customer.public_id


def _found(query: QueryDict, *, country: str) -> QuerySet[Customer]:
    """Return the customers an address shows."""
    return list_customer_rows(
        country=country,
        search=query.get("q", "").strip(),
        view=query.get("view", "all"),
        language=query.get("language", ""),
        marketing=query.get("marketing") == "yes",
        tag=query.get("tag", ""),
        work=query.get("open", ""),
    )


def _rows(customers: Sequence[Customer], *, currency: str) -> list[dict[str, Any]]:
    sums = sum_orders_of(customers, currency=currency)
    keys = [customer.pk for customer in customers]
    counted = [(work, work.count(keys)) for work in list_open_work()]
    return [
        {
            "customer": customer,
            "title": _title(customer),
            "ordered": (ordered := sums.get(customer.pk, NO_ORDERS)),
            "spent": _spent(ordered, currency),
            "agrees": vars(customer)["agrees"],
            "open": [
                work.words(count[customer.pk]) for work, count in counted if customer.pk in count
            ],
        }
        for customer in customers
    ]


def _spent(ordered: OrdersSum, currency: str) -> Money | None:
    """Return what was spent in the shop's currency, or None where every order is in others."""
    if ordered.orders == ordered.foreign:
        return None
    return Money(ordered.spent, currency)


def _views(view: str, query: QueryDict) -> list[dict[str, Any]]:
    labels = {
        "all": pgettext("view of customers", "All"),
        "repeat": pgettext("view of customers", "Ordered again"),
        "none": pgettext("view of customers", "No order yet"),
    }
    return own_tabs(labels, query, view=view)


def _chips(query: QueryDict, locales: Sequence[str]) -> list[dict[str, Any]]:
    """Return the filters, with the tag in force even where few customers have it."""
    languages = {"en": _("English"), "ja": _("Japanese")}
    tag = query.get("tag", "")
    tags = list_tags()
    chips = [("open", work.name, str(work.any_of)) for work in list_open_work()]
    chips.append(("marketing", "yes", _("Agrees to marketing")))
    if len(locales) > 1:
        chips += [("language", one, languages.get(one, one)) for one in locales]
    chips += [("tag", one, one) for one in ([tag] if tag and tag not in tags else []) + tags]
    return [
        {
            "url": address(query, **{name: None if query.get(name) == value else value, **FIRST}),
            "label": label,
            "active": query.get(name) == value,
        }
        for name, value, label in chips
    ]
