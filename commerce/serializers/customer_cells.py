"""Customers as rows of a spreadsheet, in the words of the reader."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from commerce.models import Customer
from commerce.ports import list_open_work
from commerce.selectors.customer_rows import OrdersSum, sum_orders_of
from commerce.serializers.cells import chunks, decimal_of
from postexp.kernel.spreadsheets import Cell

NO_ORDERS = OrdersSum()


def customer_header() -> list[str]:
    """Return the names of the columns of `customer_cells`."""
    return [
        _("Family name"),
        _("Given name"),
        _("Family name (reading)"),
        _("Given name (reading)"),
        _("E-mail"),
        _("Phone"),
        _("Language"),
        _("Agrees to marketing"),
        _("Tags"),
        _("Orders"),
        pgettext("column of money", "Spent"),
        _("Currency"),
        _("Orders in other currencies"),
        _("Last order"),
        *(str(work.title) for work in list_open_work()),
        _("Known since"),
        _("Erased"),
        _("ID in the shop"),
        _("Id"),
    ]


def customer_cells(customers: QuerySet[Customer], *, currency: str) -> Iterator[list[Cell]]:
    """Return customers as rows; they come with `agrees` of `list_customer_rows`.

    What they spent is summed in one currency, orders in others are counted.
    """
    for chunk in chunks(customers):
        sums = sum_orders_of(chunk, currency=currency)
        counts = [work.count([one.pk for one in chunk]) for work in list_open_work()]
        for one in chunk:
            orders = sums.get(one.pk, NO_ORDERS)
            yield [
                one.family_name,
                one.given_name,
                one.family_kana,
                one.given_kana,
                one.email,
                one.phone,
                one.locale,
                bool(vars(one)["agrees"]),
                ", ".join(one.tags),
                orders.orders,
                decimal_of(orders.spent, currency),
                currency,
                orders.foreign,
                orders.last,
                *(count.get(one.pk, 0) for count in counts),
                one.created_at,
                one.erased_at,
                one.external_id,
                one.public_id,
            ]
