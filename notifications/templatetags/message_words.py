"""Filters that turn the JSON representation into words, in the reader's language and the merchant's
zone.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any

from babel import Locale
from django import template
from django.conf import settings
from django.utils.translation import pgettext, pgettext_lazy

from postexp.design import formats
from postexp.kernel.money import Money

register = template.Library()

Row = Mapping[str, Any]

ROW_LABELS = {
    "goods": pgettext_lazy("row of a sum", "Goods"),
    "subtotal": pgettext_lazy("row of a sum", "Subtotal"),
    "discount": pgettext_lazy("row of a sum", "Discount"),
    "shipping": pgettext_lazy("row of a sum", "Shipping"),
    "tax": pgettext_lazy("row of a sum", "Tax"),
    "other": pgettext_lazy("row of a sum", "Other charges"),
    "restocking_fee": pgettext_lazy("row of a sum", "Restocking fee"),
    "return_postage": pgettext_lazy("row of a sum", "Return postage"),
    "bonus": pgettext_lazy("row of a sum", "Bonus"),
    "exchange_credit": pgettext_lazy("row of a sum", "Exchange credit"),
    "goodwill": pgettext_lazy("row of a sum", "Goodwill"),
    "deduction": pgettext_lazy("row of a sum", "Deduction"),
    "promotion_ended": pgettext_lazy("row of a sum", "Discount that no longer applies"),
    "not_paid": pgettext_lazy("row of a sum", "Not paid yet"),
    "already_refunded": pgettext_lazy("row of a sum", "Already refunded"),
}
TENDER_LABELS = {
    "external": pgettext_lazy("where money goes back to", "Original payment"),
    "gift_card": pgettext_lazy("where money goes back to", "Gift card"),
    "store_credit": pgettext_lazy("where money goes back to", "Store credit"),
}


@register.filter
def money(value: Row) -> str:
    """Write `{"amount": "1980", "currency": "JPY"}` as `¥1,980`."""
    return formats.money(Money.from_wire(value))


@register.filter
def day(value: str | date, style: str = "short") -> str:
    """Write a calendar day or the day of an instant: `Tue 24 Nov`, `11月24日(火)`."""
    return formats.day(_read(value), style)


@register.filter
def moment(value: str | date, style: str = "short") -> str:
    """Write an instant with its time; a date-only fact stays a day, since midnight would be a
    lie.
    """
    read = _read(value)
    return formats.moment(read, style) if isinstance(read, datetime) else formats.day(read, style)


@register.filter
def estimate(value: Row) -> str:
    """Write when a parcel is expected: `Tue 24 Nov, 14:00–16:00`, `Tue 24 – Thu 26 Nov`."""
    first = date.fromisoformat(value["date"])
    if value.get("until"):
        return formats.days(first, date.fromisoformat(value["until"]))
    between = " " if formats.language() == "ja" else ", "
    return between.join(filter(None, [formats.day(first), hours(value)]))


@register.filter
def hours(value: Row) -> str:
    """Write the hours of an estimate, or nothing when only its day is known."""
    start, end = (
        time.fromisoformat(value[edge]) if value.get(edge) else None for edge in ("from", "to")
    )
    if start and end:
        return formats.hours(start, end)
    if end:
        return pgettext("hour of a delivery", "by %(hour)s") % {"hour": formats.hour(end)}
    if start:
        return pgettext("hour of a delivery", "after %(hour)s") % {"hour": formats.hour(start)}
    return ""


@register.filter
def row_label(row: Row) -> str:
    """Name a row of a sum, in its own words if it has some; a product's carry its title."""
    label = str(row.get("label") or ROW_LABELS.get(row["code"], row["code"]))
    if not row.get("title"):
        return label
    title = (
        f"{row['title']} × {row['quantity']}" if (row.get("quantity") or 1) > 1 else row["title"]
    )
    if row["code"] in {"goods", "exchange_credit"}:
        return str(title)
    return pgettext("row of a sum, of one product", "%(label)s: %(title)s") % {
        "label": label,
        "title": title,
    }


@register.filter
def tender_label(part: Row) -> str:
    """Name where a part of the money went: `Visa ···· 4242`, or the kind of tender."""
    return str(part.get("label") or TENDER_LABELS.get(part["tender"], part["tender"]))


@register.filter
def received_lines(representation: Row) -> list[dict[str, Any]]:
    """Return the lines of a return that arrived, counted as they arrived."""
    return [
        {**line, "quantity": line["received_quantity"]}
        for line in representation["lines"]
        if line.get("received_quantity")
    ]


@register.filter
def absolute(url: str) -> str:
    """Return an address a mail program can open."""
    return settings.BASE_URL + url if url.startswith("/") else url


@register.filter
def sum_rows(order: Row) -> list[Row]:
    """Return the rows that add up to what an order cost; a row of zero says nothing and is left
    out.

    Tax has a row of its own only where prices come without it. What the platform charged beyond
    goods, delivery and tax (a tip, a duty) is a row too, so that the sum is always right.
    """
    total = Money.from_wire(order["total"])
    none = Money(0, total.currency)
    lines, deliveries = order["lines"], order["shipping"]
    amounts = {
        "subtotal": sum((_wire(line["unit_price"]) * line["quantity"] for line in lines), none),
        "discount": -sum(
            (_wire(line["line_discount"]) + _wire(line["discount_share"]) for line in lines), none
        ),
        "shipping": sum((_wire(delivery["paid"]) for delivery in deliveries), none),
    }
    if not order["tax_included"]:
        amounts["tax"] = sum((_wire(part["tax"]) for part in [*lines, *deliveries]), none)
    amounts["other"] = total - sum(amounts.values(), none)
    return [
        {"code": code, "title": "", "quantity": 1, "amount": amount.to_wire()}
        for code, amount in amounts.items()
        if amount
    ]


@register.filter
def address_lines(address: Row | None) -> list[str]:
    """Write an address the way it is written on a parcel in the reader's language.

    An order that goes nowhere (a gift card, a visit to the shop) has none, and no lines.
    """
    if address is None:
        return []
    part = {key: str(value or "").strip() for key, value in address.items()}.get
    if formats.language() == "ja":
        postcode = part("postcode")
        lines = [
            f"〒{postcode}" if postcode else "",
            f"{part('province', '')}{part('city', '')}{part('address1', '')}",
            part("address2"),
            part("company"),
            formats.honorific(part("name", "")) if part("name") else "",
        ]
    else:
        region = " ".join(filter(None, [part("province"), part("postcode")]))
        lines = [
            part("name"),
            part("company"),
            part("address1"),
            part("address2"),
            ", ".join(filter(None, [part("city"), region])),
            Locale("en").territories.get(part("country", ""), ""),
        ]
    return [line for line in lines if line]


_wire = Money.from_wire


def _read(value: str | date) -> date:
    """Read a day or an instant from its ISO 8601 text; the two differ by length."""
    if isinstance(value, date):
        return value
    return date.fromisoformat(value) if len(value) == 10 else datetime.fromisoformat(value)
