"""One customer: orders, store credit, and what they agreed to."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language, pgettext_lazy
from django.views.decorators.http import require_GET

from commerce import selectors
from commerce.access import StaffRequest, staff_view
from commerce.dashboard.orders import order_badges
from postexp.kernel import slots
from postexp.kernel.money import Money

ORDERS, MOVEMENTS = 50, 20
REASONS = {
    "return": pgettext_lazy("why store credit changed", "Return"),
    "bonus": pgettext_lazy("why store credit changed", "Bonus"),
}


@staff_view()
@require_GET
def customer_detail(request: StaffRequest, customer_id: str) -> HttpResponse:
    """Show a customer's orders and credit, and the facts kept of them."""
    customer = selectors.access_customer(customer_id)
    locale = get_language() or "en"
    context = {"customer_id": customer.public_id, "locale": locale}
    return render(
        request,
        "commerce/customers/detail.html",
        {
            "customer": customer,
            "name": customer.full_name(locale),
            "kana": f"{customer.family_kana} {customer.given_kana}".strip(),
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
            "panels": slots.collect("customer_page", request, context),
        },
    )
