"""The orders: list, detail, customer, search."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client

from commerce.models import Customer, Fulfilment, Merchant, Order, OrderLine, Product
from commerce.ports import (
    CustomerFacts,
    DiscountFacts,
    FulfilmentFacts,
    FulfilmentLineFacts,
    LineFacts,
    ShippingFacts,
    TaxFacts,
    TenderFacts,
)
from commerce.services.fulfilments import take_in_fulfilment
from commerce.services.orders import take_in_order
from commerce.services.store_credit import issue_store_credit
from postexp.kernel import clock, slots
from postexp.kernel.money import Money
from postexp.kernel.tenancy import merchant_scope
from tests.facts import order_facts

LIST = "/d/komorebi/orders/"


def take_in(scope: Merchant, count: int, **changes: Any) -> list[Order]:
    orders = []
    for number in range(count):
        placed = clock.now() - timedelta(hours=number)
        facts = order_facts(
            external_id=f"many-{number}",
            number=f"#{2001 + number}",
            placed_at=placed,
            updated_at=placed,
            **changes,
        )
        orders.append(take_in_order(facts, merchant=scope, at=placed).order)
    return orders


def numbers(response: Any) -> list[str]:
    return [row["order"].number for row in response.context["rows"]]


def test_the_list_is_flat_and_small(
    staff: Client, scope: Merchant, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    take_in(scope, 1)
    # The first page of a session notes it; a list is counted after that.
    staff.get(LIST)
    with django_assert_max_num_queries(12) as one:
        staff.get(LIST)
    take_in(scope, 30)
    with django_assert_max_num_queries(len(one)):
        assert len(numbers(staff.get(LIST))) == 30


def test_pages_lead_on_and_back(staff: Client, scope: Merchant) -> None:
    take_in(scope, 65)
    first = staff.get(LIST)
    second = staff.get(LIST + first.context["page"].older)
    third = staff.get(LIST + second.context["page"].older)
    seen = numbers(first) + numbers(second) + numbers(third)
    assert seen == [f"#{2001 + number}" for number in range(65)]
    assert not third.context["page"].older
    back = staff.get(LIST + third.context["page"].newer)
    assert numbers(back) == numbers(second)
    assert numbers(staff.get(LIST + back.context["page"].newer)) == numbers(first)


@pytest.mark.parametrize("mark", ["before=", "before=x~1", "before=2026-13-40~5", "after=~~"])
def test_a_mark_nobody_wrote_shows_the_newest(staff: Client, order: Order, mark: str) -> None:
    assert numbers(staff.get(f"{LIST}?{mark}")) == ["#1001"]


def test_views_search_and_filters_narrow(staff: Client, scope: Merchant, at: datetime) -> None:
    plain, cancelled, refunded, unpaid = take_in(scope, 4)
    Order.objects.filter(pk=cancelled.pk).update(cancelled_at=at)
    Order.objects.filter(pk=refunded.pk).update(given_back=10)
    Order.objects.filter(pk=unpaid.pk).update(
        payment_state="pending", placed_at=clock.now() - timedelta(days=8)
    )
    assert numbers(staff.get(f"{LIST}?view=open")) == [plain.number, unpaid.number]
    assert numbers(staff.get(f"{LIST}?view=cancelled")) == [cancelled.number]
    assert numbers(staff.get(f"{LIST}?view=refunded")) == [refunded.number]
    assert numbers(staff.get(f"{LIST}?payment=pending")) == [unpaid.number]
    assert unpaid.number not in numbers(staff.get(f"{LIST}?period=7"))
    assert numbers(staff.get(f"{LIST}?q=2003")) == [refunded.number]
    assert len(numbers(staff.get(f"{LIST}?q=Hana@example.jp"))) == 4
    assert len(numbers(staff.get(f"{LIST}?q=佐藤&payment=nonsense"))) == 4
    nothing = staff.get(f"{LIST}?q=zzz").content.decode()
    assert "No order fits" in nothing


def test_filters_live_in_the_address(staff: Client, order: Order) -> None:
    page = staff.get(f"{LIST}?view=open&payment=paid&q=1001&before=2026-11-20T00:00:00~9")
    chips = {chip["label"]: chip for chip in page.context["chips"]}
    assert chips["Paid"]["active"]
    assert chips["Paid"]["url"] == "?view=open&q=1001"
    assert chips["Last 7 days"]["url"] == "?view=open&payment=paid&q=1001&period=7"
    assert page.context["views"][0]["url"] == "?payment=paid&q=1001"
    assert page.context["clear"] == "?view=open&q=1001"
    assert page.context["keep"] == {"view": "open", "payment": "paid"}


def test_the_server_chooses_the_part(staff: Client, order: Order) -> None:
    part = staff.get(LIST, headers={"HX-Request": "true"}).content.decode()
    assert part.startswith('<div class="stack" id="rows">')
    assert "<html" not in part


def test_the_list_says_what_has_left(staff: Client, order: Order, at: datetime) -> None:
    def sent() -> str:
        return str(staff.get(LIST).context["rows"][0]["sent"][1])

    def send(quantity: int, line: str, name: str) -> None:
        take_in_fulfilment(
            FulfilmentFacts(
                external_id=name,
                order_external_id=order.external_id,
                created_at=at,
                lines=(FulfilmentLineFacts(line_external_id=line, quantity=quantity),),
            ),
            at=at,
        )

    assert sent() == "Not sent"
    send(2, "l1", "f1")
    assert sent() == "Partly sent"
    send(1, "l2", "f2")
    assert sent() == "Sent"
    Fulfilment.objects.filter(external_id="f1").update(status="cancelled")
    assert sent() == "Partly sent"
    OrderLine.objects.update(requires_shipping=False)
    assert sent() == "Nothing to send"


def test_an_empty_list_teaches(staff: Client, merchant: Merchant) -> None:
    assert "No orders yet" in staff.get(LIST).content.decode()


def test_the_sum_can_be_read(staff: Client, scope: Merchant, at: datetime) -> None:
    facts = order_facts(
        tax_included=False,
        total=8200,
        lines=(
            LineFacts(
                external_id="l1",
                title="Mug",
                quantity=2,
                unit_price=2500,
                line_discount=100,
                discount_share=400,
                taxes=(TaxFacts(rate=100_000, amount=450),),
            ),
            LineFacts(
                external_id="l2", title="Towel", quantity=1, unit_price=2000, discount_share=0
            ),
        ),
        shipping=(ShippingFacts(title="宅配便", price=500),),
        discounts=(DiscountFacts(code="FALL", amount=400),),
        tenders=(
            TenderFacts(kind="gift_card", captured=1000),
            TenderFacts(kind="card", gateway="visa", captured=7200),
        ),
    )
    order = take_in_order(facts, merchant=scope, at=at).order
    Order.objects.filter(pk=order.pk).update(given_back=300)
    page = staff.get(f"{LIST}{order.public_id}/")
    assert [(row["label"], row["amount"].amount) for row in page.context["sum"]] == [
        ("Goods", 7000),
        ("Discount", -500),
        ("Shipping", 500),
        ("Tax", 450),
        ("Other charges", 750),
        ("Total", 8200),
    ]
    assert page.context["sum"][1]["note"] == "FALL"
    assert [(row["label"], row["amount"].amount) for row in page.context["payments"]] == [
        ("Gift card", 1000),
        ("Card", 7200),
        ("Given back", -300),
        ("Net paid", 7900),
    ]
    text = page.content.decode()
    assert "¥5,000</s> ¥4,500" in text


def test_tax_inside_the_prices_is_named(staff: Client, scope: Merchant, at: datetime) -> None:
    line = LineFacts(
        external_id="l1",
        title="Mug",
        quantity=1,
        unit_price=1100,
        taxes=(TaxFacts(rate=100_000, amount=100),),
    )
    facts = order_facts(lines=(line,), shipping=(), total=1100, tenders=())
    order = take_in_order(facts, merchant=scope, at=at).order
    assert staff.get(f"{LIST}{order.public_id}/").context["sum"] == [
        {"label": "Goods", "amount": page_money(1100), "note": ""},
        {"label": "Total", "amount": page_money(1100), "note": "of which tax: ¥100", "total": True},
    ]


def page_money(amount: int) -> Money:
    return Money(amount, "JPY")


def test_the_page_tells_story_and_facts(
    staff: Client, order: Order, at: datetime, settings: Any, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    product = Product.objects.create(external_id="p", title="Mug", source_updated_at=at)
    product.image.save("mug.png", ContentFile(b"png"))
    OrderLine.objects.filter(order=order, external_id="l1").update(product=product, sku="MUG-1")
    cancelled = replace(order_facts(), cancelled_at=at, cancel_reason="customer", updated_at=at)
    take_in_order(cancelled, merchant=Merchant.objects.get(slug="komorebi"), at=at, actor="shopify")
    page = staff.get(f"{LIST}{order.public_id}/")
    text = page.content.decode()
    story = [(entry["title"], entry["text"]) for entry in page.context["story"]]
    assert story == [
        ("Order cancelled", "customer · by Shopify"),
        ("Order updated", "by Shopify"),
        ("Order placed", "#1001"),
    ]
    for words in (product.image.url, "MUG-1", "〒150-0001", "hana@example.jp", "This order was"):
        assert words in text


def test_the_page_reads_in_japanese(staff: Client, order: Order) -> None:
    text = staff.get(f"{LIST}{order.public_id}/", headers={"Accept-Language": "ja"}).content
    assert "佐藤 花 様" in text.decode()


def test_an_order_without_a_customer_has_a_page(
    staff: Client, scope: Merchant, at: datetime
) -> None:
    facts = order_facts(customer=None, address=None, email="", phone="", test=True)
    order = take_in_order(facts, merchant=scope, at=at).order
    page = staff.get(f"{LIST}{order.public_id}/")
    assert page.context["badges"][-1] == ("neutral", "Test")
    assert "Delivery address" not in page.content.decode()


def test_rooms_show_their_part(
    staff: Client, order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slots, "_panels", {})
    for slot in ("order_page", "order_page_side", "order_actions", "order_menu"):
        slots.register(
            slot, name=slot, order=1, render=lambda request, context: context["order_id"]
        )
    page = staff.get(f"{LIST}{order.public_id}/")
    for name in ("panels", "side_panels", "actions", "menu"):
        assert page.context[name] == [order.public_id]


def test_another_shops_order_does_not_exist(
    staff: Client, other_merchant: Merchant, merchant: Merchant, at: datetime
) -> None:
    with merchant_scope(other_merchant.pk):
        order = take_in_order(order_facts(), merchant=other_merchant, at=at).order
    assert staff.get(f"{LIST}{order.public_id}/").status_code == 404
    customer = Customer.every_merchant.get(pk=order.customer_id)
    assert staff.get(f"/d/komorebi/customers/{customer.public_id}/").status_code == 404
    assert staff.get(f"/d/harbor/orders/{order.public_id}/").status_code == 404


def test_a_customers_page_gathers_what_is_known(
    staff: Client, scope: Merchant, at: datetime
) -> None:
    person = CustomerFacts(
        external_id="c1",
        email="hana@example.jp",
        family_name="佐藤",
        given_name="花",
        family_kana="サトウ",
        given_kana="ハナ",
        accepts_email_marketing=True,
        tags=("vip",),
    )
    order = take_in_order(order_facts(customer=person), merchant=scope, at=at).order
    customer = order.customer
    assert customer is not None
    issue_store_credit(
        customer=customer,
        amount=3000,
        currency="JPY",
        reason="return",
        reference="stl_1:return",
        at=at,
    )
    page = staff.get(f"/d/komorebi/customers/{customer.public_id}/").content.decode()
    for words in ("佐藤 花", "サトウ ハナ", "#1001", "¥3,000", "stl_1:return", "Marketing", "vip"):
        assert words in page
    assert "was erased" not in page
    Customer.objects.filter(pk=customer.pk).update(erased_at=at)
    assert (
        "was erased" in staff.get(f"/d/komorebi/customers/{customer.public_id}/").content.decode()
    )


def test_search_finds_orders_for_the_command_bar(staff: Client, order: Order) -> None:
    part = staff.get("/d/komorebi/search/?q=1001", headers={"HX-Request": "true"}).content.decode()
    assert part.count('role="option"') == 1
    assert f"/d/komorebi/orders/{order.public_id}/" in part
    assert "<html" not in part


def test_search_has_a_page_of_its_own(staff: Client, order: Order) -> None:
    assert "#1001" in staff.get("/d/komorebi/search/?q=hana@example.jp").content.decode()
    assert "Nothing was found" in staff.get("/d/komorebi/search/?q=zzz").content.decode()
    one_letter = staff.get("/d/komorebi/search/?q=1")
    assert one_letter.context["found"] == []
