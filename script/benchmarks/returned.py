"""Pages of a shop with a hundred thousand returns, beside those of a shop with a thousand: the
report of returns and their queue.

Orders and returns are made up, and added up by the product's own schedule step, month by month.
Pages of both shops take turns, so that they meet the same machine.
"""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

import django

from benchmarks.sizes import Limits, compare

SMALL, LARGE = 1_000, 100_000
MONTHS = 12
PRODUCTS, SIZES = 50, ("S", "M", "L", "XL")
REASONS = ("too_small", "too_large", "changed_mind", "not_as_described", "defective")
AT_MOST = Limits(seconds=1.0, ratio=3.0, queries=30)
REPORT = "reports/returns/"
PAGES = (
    *(f"{REPORT}?span=12&by={by}" for by in ("product", "variant", "reason", "vendor", "month")),
    *("returns/", "returns/?view=review", "returns/?due=overdue"),
)
CHUNK = 5_000


@dataclass(frozen=True, kw_only=True)
class Shop:
    """A shop with so many returns."""

    slug: str
    returns: int
    merchant_id: int


def open_shop_of(slug: str, returns: int, owner: Any, at: datetime) -> Shop:
    """Open a shop that sells fifty products in four sizes."""
    from commerce.ports import ProductFacts, VariantFacts
    from commerce.services.merchants import open_shop
    from commerce.services.products import take_in_product
    from integrations.demo.shops import SHOPS
    from postexp.kernel.tenancy import merchant_scope

    merchant = open_shop(owner=owner, at=at, **{**SHOPS[0].settings, "slug": slug})
    with merchant_scope(merchant.pk):
        for number in range(PRODUCTS):
            variants = tuple(
                VariantFacts(external_id=f"{slug}{number}{size}", title=size, price=2500)
                for size in SIZES
            )
            facts = ProductFacts(
                external_id=f"{slug}{number}",
                title=f"Product {number}",
                vendor=f"Supplier {number % 5}",
                updated_at=at,
                variants=variants,
            )
            take_in_product(facts, at=at)
    return Shop(slug=slug, returns=returns, merchant_id=merchant.pk)


def fill(shop: Shop, at: datetime) -> None:
    """Write a shop's returns with an order each, without asking any policy."""
    from django.db import connection

    from postexp.kernel.tenancy import merchant_scope
    from returns.rules.defaults import DEFAULT_POLICY
    from returns.services import publish_policy

    chance = Random(shop.slug)
    with merchant_scope(shop.merchant_id):
        version = publish_policy(
            content=DEFAULT_POLICY.to_json(), effective_from=at, at=at, actor="bench"
        )
        for begin in range(0, shop.returns, CHUNK):
            write(range(begin, min(begin + CHUNK, shop.returns)), version, chance, at)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def write(numbers: range, version: Any, chance: Random, at: datetime) -> None:
    """Write some returns: one in ten still open, the others settled."""
    from commerce.models import Order, OrderLine, Product
    from returns.enums import Outcome, ReturnState, SettlementKind
    from returns.models import Return, ReturnLine, Settlement

    products = list(Product.objects.order_by("id"))
    asked = [at - timedelta(days=chance.uniform(0, 30.4 * (MONTHS - 1))) for _one in numbers]
    orders = Order.objects.bulk_create(
        Order(
            external_id=f"b{number}",
            source="bench",
            number=f"#B{number}",
            number_key=f"B{number}",
            locale="ja",
            currency="JPY",
            tax_included=True,
            placed_at=when - timedelta(days=9),
            source_updated_at=when,
            payment_state="paid",
            total=5000,
            captured=5000,
            taken_in_at=when,
        )
        for number, when in zip(numbers, asked, strict=True)
    )
    lines = OrderLine.objects.bulk_create(
        OrderLine(
            order=order,
            external_id="1",
            position=0,
            product=product,
            title=product.title,
            variant_title=chance.choice(SIZES),
            quantity=2,
            unit_price=2500,
            goods_paid=5000,
            tax_paid=454,
        )
        for order in orders
        for product in [chance.choice(products)]
    )
    quote = {"payout": 2500, "currency": "JPY"}
    states = [
        ReturnState.IN_REVIEW if chance.random() < 0.1 else ReturnState.COMPLETED for _o in orders
    ]
    cases = Return.objects.bulk_create(
        Return(
            number=f"R-B{number}",
            order=order,
            state=state,
            outcome=Outcome.REFUND,
            policy_version=version,
            decision={},
            quote=quote,
            locale="ja",
            requested_at=when,
            requested_by="shopper",
            due_at=when + timedelta(hours=4) if state is ReturnState.IN_REVIEW else None,
        )
        for number, order, state, when in zip(numbers, orders, states, asked, strict=True)
    )
    ReturnLine.objects.bulk_create(
        ReturnLine(
            case=case,
            order_line=line,
            position=0,
            quantity=1,
            received=int(case.state == ReturnState.COMPLETED),
            reason=chance.choice(REASONS),
            fault="shopper",
        )
        for case, line in zip(cases, lines, strict=True)
    )
    Settlement.objects.bulk_create(
        Settlement(
            order=case.order,
            case=case,
            kind=SettlementKind.RETURN,
            outcome=Outcome.REFUND if chance.random() < 0.7 else Outcome.STORE_CREDIT,
            currency="JPY",
            total=2500,
            quote=quote,
            key=f"bench {case.number}",
            fingerprint="",
            at=case.requested_at,
            actor="bench",
        )
        for case in cases
        if case.state == ReturnState.COMPLETED
    )


def count_all(at: datetime) -> tuple[int, float]:
    """Add up every month as the schedule does; return how many, and the seconds."""
    from returns.rules.months import MONTHS_KEPT
    from returns.services.rollups import count_marked, mark_shops

    mark_shops(at=at, months=MONTHS_KEPT)
    began, done = time.perf_counter(), 0
    while count := count_marked():
        done += count
    return done, time.perf_counter() - began


def main() -> int:
    """Fill both shops, add up, and compare their pages; return 1 where a limit is missed.

    The number of returns of the large shop can be named as the first argument.
    """
    django.setup()
    from django.db import connection
    from django.test import Client
    from django.test.utils import override_settings

    from commerce.models import User
    from postexp.kernel import clock

    at = clock.now()
    returns = int(sys.argv[1]) if len(sys.argv) > 1 else LARGE
    owner = User.objects.create_user("returned@postexp.example", name="Bench Owner")
    small = open_shop_of("bench-few", SMALL, owner, at)
    large = open_shop_of("bench-many", returns, owner, at)
    for shop in (small, large):
        began = time.perf_counter()
        fill(shop, at)
        print(
            f"{shop.returns:,} returns written in {time.perf_counter() - began:.0f} s", flush=True
        )
    months, seconds = count_all(at)
    print(f"{months} months added up in {seconds:.1f} s, {seconds / months:.2f} s each", flush=True)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    with override_settings(ALLOWED_HOSTS=["*"]):
        client = Client()
        client.force_login(owner)
        return 0 if compare(client, small, large, PAGES, AT_MOST) else 1


if __name__ == "__main__":
    sys.exit(main())
