"""Payments of the demo: its American shop has an account at a made-up Stripe on this machine.

A few orders of the shop's own system were paid there. The account is kept in a file; whatever the
file has lost of those orders is made anew from them, so that their refunds always find a payment.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from commerce.models import Merchant, Tender, Variant
from commerce.ports import (
    AddressFacts,
    CustomerFacts,
    FulfilmentFacts,
    FulfilmentLineFacts,
    LineFacts,
    OrderFacts,
    ShippingFacts,
    TaxFacts,
    TenderFacts,
)
from commerce.selectors import get_order_by_external_id
from commerce.services.orders import take_in_order
from integrations.connections import connect, find_api
from integrations.models import Connection, Service
from integrations.stripe.access import shown_key
from integrations.stripe.client import DEMO_KEY
from integrations.stripe.fake.payments import pay
from postexp.kernel.money import cumulative_share
from returns.enums.exchanges import ExchangeTiming
from returns.selectors.exchanges import exchange_terms
from returns.services.exchange_terms import set_exchange_terms

if TYPE_CHECKING:
    from integrations.stripe.fake.account import FakeAccount

ACTOR = "demo"
POSTAGE = 795
TAX_RATE = 60_000
MILLION = 1_000_000
BOUGHT = timedelta(days=6)
BUYERS = (
    ("Robin", "Hayes", "robin.hayes@example.com"),
    ("Casey", "Moreno", "casey.moreno@example.com"),
    ("Jordan", "Blake", "jordan.blake@example.com"),
)


def find_paying_shop() -> Merchant | None:
    """Return the demo shop that takes payments itself, or None where nothing was seeded."""
    return Merchant.objects.filter(is_demo=True, currency="USD").order_by("pk").first()


@transaction.atomic
def connect_account(merchant: Merchant, *, at: datetime) -> Connection | None:
    """Return the shop's connection to the made-up account, made when it is first asked for.

    None where somebody has connected the shop to an account of their own.
    """
    known = find_api(Service.STRIPE)
    if known is not None:
        return known if known.access_token.startswith(DEMO_KEY) else None
    key = f"{DEMO_KEY}{secrets.token_hex(12)}"
    connection = connect(
        service=Service.STRIPE,
        account=merchant.public_id,
        secret=f"whsec_{secrets.token_hex(16)}",
        client_id=shown_key(key),
        at=at,
    )
    connection.access_token, connection.checked_at = key, at
    connection.save(update_fields=("access_token", "checked_at"))
    if exchange_terms().pk is None:
        set_exchange_terms(
            ship_on=ExchangeTiming.ON_RECEIPT,
            instant=True,
            instant_cap=None,
            return_days=14,
            shop_now=True,
            at=at,
            actor=ACTOR,
        )
    return connection


def sell(merchant: Merchant, account: FakeAccount, *, at: datetime) -> None:
    """Let the orders be there that were paid at the account, and their payments there, too."""
    for number, variant in enumerate(_goods(), 1):
        name = f"{ACTOR}-paid-{number}"
        if get_order_by_external_id(name) is None:
            _sell(merchant, account, name, number, variant, at)
    sold = Tender.objects.filter(gateway=Service.STRIPE, external_id__startswith="pi_")
    known = account.things.setdefault("payment_intent", {})
    for tender in sold.exclude(external_id__in=list(known)).select_related("order"):
        made = pay(account, tender.captured, tender.order.currency)
        # Known by the name it had.
        del known[made["id"]]
        made["id"] = tender.external_id
        account.find("charge", made["latest_charge"])["payment_intent"] = made["id"]
        account.things["payment_intent"][made["id"]] = made


def _goods() -> Iterable[Variant]:
    """Return what was sold: one variant of each of a few products that have several."""
    several = Variant.objects.filter(product__variants__isnull=False, price__gt=0)
    found = several.exclude(title="").order_by("product_id", "id").distinct("product_id")
    return found.select_related("product")[: len(BUYERS)]


def _sell(
    merchant: Merchant,
    account: FakeAccount,
    name: str,
    number: int,
    variant: Variant,
    at: datetime,
) -> None:
    given, family, email = BUYERS[number - 1]
    goods, placed = variant.price, at - BOUGHT
    taxes = [
        TaxFacts(
            title="Sales tax", rate=TAX_RATE, amount=cumulative_share(one * TAX_RATE, MILLION, 1)
        )
        for one in (goods, POSTAGE)
    ]
    total = goods + POSTAGE + sum(tax.amount for tax in taxes)
    paid = pay(account, total, merchant.currency)
    facts = OrderFacts(
        external_id=name,
        number=f"S-{1000 + number}",
        placed_at=placed,
        updated_at=placed,
        currency=merchant.currency,
        total=total,
        locale=merchant.default_locale,
        email=email,
        customer=CustomerFacts(external_id=name, email=email, given_name=given, family_name=family),
        address=AddressFacts(
            name=f"{given} {family}",
            address1="20 Sample Street",
            city="Portland",
            province="OR",
            postcode="97205",
            country="US",
        ),
        lines=(
            LineFacts(
                external_id=f"{name}-1",
                title=variant.product.title,
                variant_title=variant.title,
                sku=variant.sku,
                product_external_id=variant.product.external_id,
                variant_external_id=variant.external_id,
                quantity=1,
                unit_price=goods,
                taxes=(taxes[0],),
            ),
        ),
        shipping=(ShippingFacts(title="Ground shipping", price=POSTAGE, taxes=(taxes[1],)),),
        tenders=(
            TenderFacts(gateway=Service.STRIPE.value, external_id=paid["id"], captured=total),
        ),
        fulfilments=(
            FulfilmentFacts(
                external_id=f"{name}-parcel",
                order_external_id=name,
                created_at=placed + timedelta(hours=20),
                carrier_name="UPS",
                lines=(FulfilmentLineFacts(line_external_id=f"{name}-1", quantity=1),),
            ),
        ),
    )
    take_in_order(facts, merchant=merchant, at=at)
