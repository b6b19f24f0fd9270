"""Shopify's bytes become commerce's facts: exact money, exact ids, or a clear refusal."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from commerce.enums import PaymentState, PrivacyKind
from commerce.ports import (
    AddressFacts,
    DiscountFacts,
    FulfilmentLineFacts,
    RefundLineFacts,
    TaxFacts,
    TenderFacts,
)
from integrations.shopify.parse import (
    parse_customer,
    parse_customer_redact,
    parse_data_request,
    parse_fulfilment,
    parse_fulfilment_event,
    parse_order,
    parse_product,
    parse_refund,
    parse_shop_redact,
    parse_uninstalled,
)
from postexp.kernel.inbox import Unreadable
from tests.integrations.mutations import refusals
from tracking.enums import DelayReason, Status

SAMPLES = Path(__file__).parent.parent / "samples" / "shopify"


def body_of(name: str) -> bytes:
    request = json.loads((SAMPLES / f"{name}.json").read_text())["request"]
    body: str = request["body"]
    return body.encode()


def changed(name: str, **facts: Any) -> bytes:
    return json.dumps({**json.loads(body_of(name)), **facts}).encode()


class TestOrder:
    def test_dollars_with_shares_recorded(self) -> None:
        order = parse_order(body_of("orders_create.usd_partial_fulfil"))
        assert (order.external_id, order.number) == ("450789469", "#1001")
        assert (order.currency, order.total, order.tax_included) == ("USD", 59894, False)
        assert order.placed_at == datetime(2008, 1, 10, 16, tzinfo=UTC)
        assert order.payment_state == PaymentState.PARTIALLY_REFUNDED
        assert [line.unit_price for line in order.lines] == [19900, 19900, 19900]
        assert [line.discount_share for line in order.lines] == [334, 333, 333]
        assert {line.line_discount for line in order.lines} == {0}
        assert order.lines[0].taxes == (TaxFacts(title="State Tax", rate=60_000, amount=398),)
        assert order.discounts == (DiscountFacts(code="TENOFF", amount=1000),)
        assert order.tenders == (TenderFacts(kind="card", gateway="bogus", captured=59894),)
        assert order.shipping[0].price == 0
        assert order.customer is not None
        assert (order.customer.family_name, order.customer.given_name) == ("Norman", "Bob")
        assert order.customer.tags == ("Léon", "Noël")
        assert order.customer.accepts_email_marketing is False

    def test_dollars_with_a_parcel_and_a_refund_inside(self) -> None:
        order = parse_order(body_of("orders_create.usd_partial_fulfil"))
        (fulfilment,) = order.fulfilments
        assert (fulfilment.external_id, fulfilment.status) == ("255858046", "failure")
        assert fulfilment.tracking_numbers == ("1Z1234512345123456",)
        assert fulfilment.lines == (FulfilmentLineFacts(line_external_id="466157049", quantity=1),)
        (refund,) = order.refunds
        assert refund.amount == 20900
        assert refund.lines[0] == RefundLineFacts(
            line_external_id="703073504", quantity=1, goods=19566, tax=398
        )

    def test_yen_have_no_decimals_and_ids_are_longer_than_floats(self) -> None:
        order = parse_order(body_of("made_orders_create.jpy"))
        assert order.external_id == "9007199254740993"
        assert (order.currency, order.total, order.tax_included) == ("JPY", 12650, True)
        assert [(line.unit_price, line.quantity, line.discount_share) for line in order.lines] == [
            (5500, 2, 440),
            (1490, 1, 60),
        ]
        assert order.lines[0].external_id == "9007199254743001"
        assert order.lines[0].variant_title == "M / 生成り"
        assert order.shipping[0].taxes == (TaxFacts(title="消費税", rate=100_000, amount=60),)
        assert order.address == AddressFacts(
            name="田中 由紀",
            address1="神宮前1-2-3",
            address2="青葉荘 201",
            city="渋谷区",
            province="Tōkyō",
            postcode="150-0001",
            country="JP",
            phone="090-1234-5678",
        )
        assert order.locale == "ja"
        assert order.tags == ("ギフト", "常連")
        assert order.customer is not None
        assert order.customer.accepts_email_marketing is True

    def test_euros_without_customer_and_address(self) -> None:
        order = parse_order(body_of("orders_updated.eur_paid"))
        assert (order.currency, order.total, order.email) == ("EUR", 23847, "")
        assert order.customer is order.address is None
        assert order.tenders[0].gateway == ""

    def test_cancelled(self) -> None:
        order = parse_order(body_of("orders_cancelled.refunded"))
        assert order.cancelled_at == datetime(2025, 4, 2, 16, 31, 21, tzinfo=UTC)
        assert (order.cancel_reason, order.payment_state) == ("other", "refunded")

    def test_the_currency_paid_in_is_the_orders(self) -> None:
        def both(amount: str, paid: str) -> dict[str, Any]:
            return {
                "shop_money": {"amount": amount, "currency_code": "USD"},
                "presentment_money": {"amount": paid, "currency_code": "JPY"},
            }

        line = {"id": 1, "quantity": 1, "price": "10.00", "price_set": both("10.00", "1500")}
        body = changed(
            "orders_updated.eur_paid",
            currency="USD",
            presentment_currency="JPY",
            total_price="10.00",
            total_price_set=both("10.00", "1500"),
            total_outstanding="0",
            line_items=[line],
            tax_lines=[],
        )
        order = parse_order(body)
        assert (order.currency, order.total, order.lines[0].unit_price) == ("JPY", 1500, 1500)
        elsewhere = {**line, "price_set": {"shop_money": {"amount": "1", "currency_code": "EUR"}}}
        with pytest.raises(Unreadable, match=r"`line_items\[0\]\.price_set`.* no amount in JPY"):
            parse_order(json.dumps({**json.loads(body), "line_items": [elsewhere]}).encode())

    def test_discounts_of_a_line_are_its_own(self) -> None:
        line = {
            "id": 1,
            "quantity": 2,
            "price": "10.00",
            "title": "Cup",
            "variant_title": "Default Title",
            "discount_allocations": [
                {"amount": "3.00", "discount_application_index": 0},
                {"amount": "1.50", "discount_application_index": 1},
                {"amount": "0.25", "discount_application_index": 9},
            ],
            "tax_lines": [],
        }
        applications = [
            {"allocation_method": "each", "title": "Two for less", "target_type": "line_item"},
            {"allocation_method": "across", "code": "SAVE", "target_type": "line_item"},
            {"allocation_method": "each", "title": "Free", "target_type": "shipping_line"},
        ]
        order = parse_order(
            changed(
                "orders_updated.eur_paid", line_items=[line], discount_applications=applications
            )
        )
        assert (order.lines[0].line_discount, order.lines[0].discount_share) == (300, 175)
        assert order.lines[0].variant_title == ""
        assert order.discounts == (
            DiscountFacts(title="Two for less", amount=300),
            DiscountFacts(code="SAVE", amount=150),
        )

    def test_old_orders_record_neither_shares_nor_line_taxes(self) -> None:
        line = {"id": 1, "quantity": 1, "price": "10.00", "total_discount": "1.00"}
        order = parse_order(
            changed(
                "orders_updated.eur_paid",
                line_items=[line],
                discount_applications=None,
                discount_codes=[
                    {"code": "TEN", "amount": "2.00", "type": "fixed_amount"},
                    {"code": "POST", "amount": "5.00", "type": "shipping"},
                ],
            )
        )
        (told,) = order.lines
        assert (told.line_discount, told.discount_share) == (100, None)
        assert (told.taxes, told.tax_rates) == (None, (60_000,))
        assert order.tax_totals == (TaxFacts(title="State tax", rate=60_000, amount=1350),)
        assert order.discounts == (DiscountFacts(code="TEN", amount=200),)

    def test_shipping_discounts(self) -> None:
        rows = [
            {"id": 1, "price": "8.00", "discounted_price": "3.00"},
            {"id": 2, "price": "8.00", "discount_allocations": [{"amount": "9.00"}]},
            {"id": 3, "price": "8.00", "is_removed": True},
        ]
        order = parse_order(changed("orders_updated.eur_paid", shipping_lines=rows))
        assert [(row.external_id, row.discount) for row in order.shipping] == [
            ("1", 500),
            ("2", 800),
        ]

    @pytest.mark.parametrize(
        ("state", "outstanding", "gateways", "tender"),
        [
            ("pending", "0.00", ["manual"], None),
            ("authorized", "238.47", ["card"], None),
            ("voided", "0.00", ["card"], None),
            ("paid", "238.47", ["card"], None),
            ("partially_paid", "38.47", ["gift_card", "bogus"], ("card", "bogus", 20000)),
            ("paid", "0.00", ["gift_card"], ("gift_card", "gift_card", 23847)),
            ("paid", None, ["代金引換"], ("cash_on_delivery", "代金引換", 23847)),
        ],
    )
    def test_tenders(
        self, state: str, outstanding: str, gateways: list[str], tender: tuple[Any, ...] | None
    ) -> None:
        order = parse_order(
            changed(
                "orders_updated.eur_paid",
                financial_status=state,
                total_outstanding=outstanding,
                payment_gateway_names=gateways,
            )
        )
        told = [(row.kind, row.gateway, row.captured) for row in order.tenders]
        assert told == ([tender] if tender else [])

    @pytest.mark.parametrize(
        ("facts", "words"),
        [
            ({"id": None}, "`id`"),
            ({"currency": "XXY", "total_price_set": None}, "ISO 4217"),
            ({"financial_status": "vanished"}, "payment state"),
            ({"created_at": "x", "processed_at": None}, "`created_at`"),
            ({"line_items": [{"id": 5, "quantity": "two", "price": "1"}]}, r"line_items\[0\]"),
        ],
    )
    def test_what_cannot_be_read_is_named(self, facts: dict[str, Any], words: str) -> None:
        with pytest.raises(Unreadable, match=words) as refused:
            parse_order(changed("orders_updated.eur_paid", **facts))
        assert "replay" in refused.value.next_step


class TestParcels:
    def test_a_fulfilment(self) -> None:
        facts = parse_fulfilment(body_of("fulfillments_create.ups"))
        assert (facts.external_id, facts.order_external_id) == ("1069019871", "450789469")
        assert (facts.carrier_name, facts.tracking_numbers) == ("UPS", ("1Z001985YW99744790",))
        assert facts.tracking_urls[0].startswith("https://www.ups.com/")
        assert facts.created_at == datetime(2025, 4, 2, 16, 38, 40, tzinfo=UTC)
        assert facts.lines == (FulfilmentLineFacts(line_external_id="1071823210", quantity=1),)

    def test_one_number_outside_the_list(self) -> None:
        facts = parse_fulfilment(
            changed(
                "fulfillments_create.ups",
                tracking_numbers=None,
                tracking_urls=[],
                status=None,
            )
        )
        assert facts.tracking_numbers == ("1Z001985YW99744790",)
        assert len(facts.tracking_urls) == 1
        assert facts.status == "success"
        bare = parse_fulfilment(b'{"id":1,"order_id":2,"created_at":"2026-11-20T00:00:00Z"}')
        assert bare.tracking_numbers == bare.tracking_urls == ()

    def test_a_scan(self) -> None:
        report = parse_fulfilment_event(body_of("fulfillment_events_create.in_transit"))
        assert report.order_external_id == "450789469"
        assert report.fulfilment_external_id == "255858046"
        (event,) = report.shipment.events
        assert (event.status, event.substatus) == (Status.IN_TRANSIT, "in_transit")
        assert event.occurred_at == datetime(2025, 4, 2, 16, 39, 30, tzinfo=UTC)
        assert event.local_time == "2025-04-02T11:39:30-05:00"
        assert event.external_id == "944956394"

    def test_late_is_not_a_status(self) -> None:
        report = parse_fulfilment_event(
            changed(
                "fulfillment_events_create.in_transit",
                status="delayed",
                city="Dallas",
                province="TX",
                country="US",
                estimated_delivery_at="2025-04-05T18:00:00-05:00",
            )
        )
        (event,) = report.shipment.events
        assert (event.status, event.delay_reason) == (None, DelayReason.CARRIER)
        assert (event.location, event.zone) == ("Dallas, TX, US", "America/Chicago")
        assert report.shipment.estimate is not None
        assert report.shipment.estimate.day == date(2025, 4, 5)

    def test_unknown_words_are_information_and_a_scan_needs_a_time(self) -> None:
        name = "fulfillment_events_create.in_transit"
        report = parse_fulfilment_event(
            changed(name, status="teleported", estimated_delivery_at="soon")
        )
        assert report.shipment.events[0].status is None
        assert report.shipment.estimate is None
        with pytest.raises(Unreadable, match="happened_at"):
            parse_fulfilment_event(changed(name, happened_at="soon"))


class TestRefund:
    def test_what_went_back(self) -> None:
        refund = parse_refund(body_of("refunds_create.usd"))
        assert (refund.external_id, refund.order_external_id) == ("509562969", "450789469")
        assert (refund.amount, refund.currency) == (20900, "USD")
        assert [(line.goods, line.tax) for line in refund.lines] == [(19566, 398), (19567, 398)]

    def test_only_successful_refunds_are_money(self) -> None:
        rows = [
            {"kind": "refund", "status": "success", "amount": "5.00", "currency": "USD"},
            {"kind": "refund", "status": "failure", "amount": "7.00", "currency": "USD"},
            {"kind": "void", "status": "success", "amount": "9.00", "currency": "USD"},
        ]
        body = changed("refunds_create.usd", transactions=rows, refund_line_items=[])
        assert parse_refund(body).amount == 500

    def test_a_restock_without_money_has_a_currency_too(self) -> None:
        body = changed("refunds_create.usd", transactions=[], refund_line_items=[])
        assert (parse_refund(body).amount, parse_refund(body).currency) == (0, "USD")
        nowhere = changed(
            "refunds_create.usd", transactions=[], refund_line_items=[], total_duties_set=None
        )
        with pytest.raises(Unreadable, match="name no currency"):
            parse_refund(nowhere)


class TestPeople:
    def test_a_customer(self) -> None:
        customer = parse_customer(
            b'{"id": 7, "first_name": "Ann", "last_name": "Lee", "accepts_marketing": true,'
            b' "default_address": {"phone": "555"}, "tags": ""}'
        )
        assert (customer.external_id, customer.phone) == ("7", "555")
        assert customer.accepts_email_marketing is True
        assert customer.tags == ()
        assert parse_customer(b'{"id": 7}').accepts_email_marketing is None

    def test_privacy_topics(self) -> None:
        export = parse_data_request(body_of("customers_data_request"))
        assert (export.kind, export.request_id) == (PrivacyKind.EXPORT, "9999")
        assert export.order_external_ids == ("299938", "280263", "220458")
        erase = parse_customer_redact(body_of("customers_redact"))
        assert (erase.kind, erase.customer_external_id) == (PrivacyKind.ERASE_CUSTOMER, "191167")
        assert (erase.email, erase.phone) == ("john@example.com", "555-625-1199")
        shop = parse_shop_redact(body_of("shop_redact"))
        assert (shop.kind, shop.shop_domain) == (
            PrivacyKind.ERASE_SHOP,
            "postexp-demo.myshopify.com",
        )
        assert shop.order_external_ids == ()

    def test_uninstalled(self) -> None:
        assert parse_uninstalled(b'{"myshopify_domain": "a.myshopify.com"}') == "a.myshopify.com"
        assert parse_uninstalled(b'{"domain": "b.example"}') == "b.example"
        longest = f"{'a' * 63}.myshopify.com"
        assert parse_uninstalled(json.dumps({"domain": longest}).encode()) == longest

    @pytest.mark.parametrize("name", ["myshopify_domain", "domain"])
    @pytest.mark.parametrize("domain", ["", "a" * 78, "a" * 5_000_000])
    def test_a_domain_that_is_none(self, name: str, domain: str) -> None:
        with pytest.raises(Unreadable, match="no domain"):
            parse_uninstalled(json.dumps({name: domain}).encode())


def test_a_product() -> None:
    body = {
        "id": 2**60,
        "title": "Cup",
        "product_type": "Kitchen",
        "vendor": "Arita",
        "tags": "blue, Final Sale",
        "updated_at": "2026-11-20T00:00:00Z",
        "variants": [
            {
                "id": 1,
                "title": "Default Title",
                "price": "1200",
                "inventory_quantity": 4,
                "inventory_management": "shopify",
            },
            {"id": 2, "title": "Large", "sku": "L", "price": None, "inventory_quantity": 4},
        ],
    }
    product = parse_product(json.dumps(body).encode(), "JPY")
    assert (product.external_id, product.category) == (str(2**60), "Kitchen")
    assert (product.product_type, product.vendor) == ("Kitchen", "Arita")
    assert product.final_sale
    assert [(row.title, row.price, row.stock) for row in product.variants] == [
        ("", 1200, 4),
        ("Large", 0, None),
    ]


PARSERS: list[tuple[str, Callable[[bytes], object]]] = [
    ("orders_create.usd_partial_fulfil", parse_order),
    ("made_orders_create.jpy", parse_order),
    ("orders_cancelled.refunded", parse_order),
    ("fulfillments_create.ups", parse_fulfilment),
    ("fulfillment_events_create.in_transit", parse_fulfilment_event),
    ("refunds_create.usd", parse_refund),
    ("customers_data_request", parse_data_request),
    ("customers_redact", parse_customer_redact),
    ("shop_redact", parse_shop_redact),
]


@pytest.mark.parametrize(("name", "parse"), PARSERS)
def test_hundreds_of_broken_messages_are_read_or_refused_in_words(
    name: str, parse: Callable[[bytes], object]
) -> None:
    found = refusals(parse, body_of(name))
    assert found
    assert all(refused.cause and refused.next_step for refused in found)
