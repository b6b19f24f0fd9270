"""Files come in whole, twice changes nothing, and undo takes back what nobody touched since."""

# Lines of files are as long as they are.
# ruff: noqa: E501

import csv
import io
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import openpyxl
import pytest

from commerce import selectors
from commerce.enums import StockOwner
from commerce.models import (
    ConsentFact,
    Customer,
    Fulfilment,
    Merchant,
    Order,
    Product,
    User,
    Variant,
)
from commerce.ports import CustomerFacts, ProductFacts, VariantFacts
from commerce.services.customers import take_in_customer
from commerce.services.orders import take_in_order
from commerce.services.products import choose_stock_owner, take_in_product
from integrations.spreadsheets import services, steps
from integrations.spreadsheets.enums import Outcome, State
from integrations.spreadsheets.errors import ImportRefused
from integrations.spreadsheets.models import Import, ImportItem
from integrations.spreadsheets.samples import sample_of
from notifications.models import Message
from postexp.kernel import clock
from postexp.kernel.models import EventRecord
from postexp.kernel.spreadsheets import safe_rows
from tests.facts import order_facts
from tests.integrations.spreadsheets.conftest import Bring, work_off
from tracking.models import Shipment

ORDERS = """注文番号,注文日時,メールアドレス,氏名,郵便番号,都道府県,市区町村,住所,合計金額,送料,支払い方法,商品名,商品コード,数量,単価
#1001,2026/10/02 14:05,hanako@example.jp,佐藤 花子,150-0001,東京都,渋谷区,神宮前1-2-3,"￥7,500",500,クレジットカード,マグカップ,MUG,2,"2,500"
#1001,,,,,,,,,,,タオル,TOWEL,1,"2,000"
#1002,2026/10/03,ichiro@example.jp,鈴木 一郎,530-0001,大阪府,大阪市北区,梅田4-5-6,2500円,0,銀行振込,マグカップ,MUG,１,２５００
"""
CUSTOMERS = "Email,First Name,Last Name,Accepts Marketing\na@example.com,Ann,Lee,yes\nb@example.com,Bo,Ek,no\n"
SHIPMENTS = "注文番号,追跡番号,配送会社,発送日\n#1001,1234-1234-1233,ヤマト運輸,2026/10/04\n"
PRODUCTS = "商品名,商品コード,価格,在庫数\nマグカップ,MUG,2500,12\nタオル,TOWEL,2000,3\n"


def outcomes(batch: Import) -> tuple[int, int, int, int]:
    return batch.created, batch.changed, batch.unchanged, batch.refused


def test_orders_come_in_with_lines_money_and_people(run: Bring) -> None:
    batch = run("orders", ORDERS)
    assert (batch.state, outcomes(batch)) == (State.DONE, (2, 0, 0, 0))
    order = Order.objects.get(number="#1001")
    assert (order.total, order.captured, order.currency, order.source) == (
        7500,
        7500,
        "JPY",
        "import",
    )
    assert order.placed_at == datetime(2026, 10, 2, 5, 5, tzinfo=UTC)
    assert order.address["name"] == "佐藤 花子"
    assert order.customer is not None
    assert (order.customer.family_name, order.customer.given_name) == ("佐藤", "花子")
    lines = selectors.list_lines(order)
    assert [(line.title, line.quantity, line.unit_price) for line in lines] == [
        ("マグカップ", 2, 2500),
        ("タオル", 1, 2000),
    ]
    assert [tender.kind for tender in selectors.list_tenders(order)] == ["card"]


def test_old_orders_send_nothing(run: Bring, drain: Callable[[], None]) -> None:
    run("orders", ORDERS)
    run("shipments", SHIPMENTS)
    drain()
    assert Message.objects.exclude(reason="").count() == Message.objects.count()


def test_the_same_file_twice_changes_nothing(run: Bring, check: Bring) -> None:
    for kind, text in (
        ("products", PRODUCTS),
        ("orders", ORDERS),
        ("customers", CUSTOMERS),
        ("shipments", SHIPMENTS),
    ):
        first = run(kind, text)
        entries = first.created + first.changed
        assert entries
        before = EventRecord.objects.exclude(type__startswith="import.").count()
        checked = check(kind, text)
        assert checked.same == checked.entries == entries
        services.start(checked, by=checked.asked_by, at=clock.now())  # type: ignore[arg-type]
        again = work_off(checked)
        assert outcomes(again) == (0, 0, entries, 0), kind
        assert EventRecord.objects.exclude(type__startswith="import.").count() == before


@pytest.mark.parametrize(
    ("encoding", "delimiter"),
    [
        ("utf-8", ","),
        ("utf-8-sig", ";"),
        ("cp932", ","),
        ("cp932", "\t"),
        ("utf-16", "\t"),
        ("utf-16-le", ","),
    ],
)
def test_every_way_of_writing_is_read(run: Bring, encoding: str, delimiter: str) -> None:
    rows = list(csv.reader(io.StringIO(ORDERS)))
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows(rows)
    batch = run("orders", out.getvalue().encode(encoding))
    assert outcomes(batch) == (2, 0, 0, 0)
    assert Order.objects.get(number="#1002").address["city"] == "大阪市北区"


def test_excel_is_read(run: Bring) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in csv.reader(io.StringIO(ORDERS)):
        sheet.append(row)
    sheet["B2"] = datetime(2026, 10, 2, 14, 5)
    sheet["I4"] = 2500.0
    out = io.BytesIO()
    book.save(out)
    batch = run("orders", out.getvalue(), "orders.xlsx")
    assert outcomes(batch) == (2, 0, 0, 0)
    assert Order.objects.get(number="#1001").placed_at == datetime(2026, 10, 2, 5, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"Order number\n", "line below"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + b"x" * 100, "old or protected"),
        (b"PK\x03\x04nonsense", "damaged"),
        (b"\x81\xff\xfe,\xa0\xff\n\xff\xff", "cannot be read"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(upload: Bring, content: bytes, words: str) -> None:
    with pytest.raises(ImportRefused, match=words):
        upload("orders", content)


def test_a_file_too_large_is_refused(upload: Bring, settings: Any) -> None:
    settings.IMPORT_MAX_BYTES = 10
    with pytest.raises(ImportRefused, match="more than"):
        upload("orders", ORDERS)


def test_bad_lines_are_left_out_with_reasons_and_come_in_mended(
    check: Bring, run: Bring, owner: User
) -> None:
    bad = ORDERS + "#1003,gestern,,,,,,,abc,,,Cup,,x,1\n#1001,2026/10/09,,,,,,,10,,,Cup,,1,1\n"
    batch = check("orders", bad)
    assert (batch.entries, batch.refused) == (2, 2)
    reasons = [item.reason for item in ImportItem.objects.filter(outcome=Outcome.REFUSED)]
    assert any("gestern" in reason for reason in reasons)
    assert any("Line 2 of this file" in reason for reason in reasons)
    rows = list(services.problem_rows(batch, Outcome.REFUSED))
    assert [row[0] for row in rows] == [5, 6]
    file = "".join(safe_rows([["Line", "Reason", *batch.header], *rows]))
    mended = file.replace("gestern", "2026/10/09").replace("abc", "100").replace(",x,", ",1,")
    again = run("orders", mended.replace("#1001", "#1004"))
    assert outcomes(again) == (2, 0, 0, 0)
    assert Order.objects.filter(number__in=["#1003", "#1004"]).count() == 2


def test_a_worker_that_dies_loses_and_repeats_nothing(
    check: Bring, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = "".join(f"c{n}@example.com,Ann,Lee,\n" for n in range(120))
    batch = check("customers", CUSTOMERS + lines)
    services.start(batch, by=owner, at=clock.now())
    real, left = steps._run_one, iter(range(70))

    def dying(*args: Any) -> None:
        if next(left, None) is None:
            raise KeyboardInterrupt
        real(*args)

    monkeypatch.setattr(steps, "_run_one", dying)
    with pytest.raises(KeyboardInterrupt):
        steps.work(batch.public_id, until=clock.now() + timedelta(hours=1), now=clock.now)
    batch.refresh_from_db()
    assert (batch.created, Customer.objects.count()) == (50, 50)
    monkeypatch.setattr(steps, "_run_one", real)
    assert outcomes(work_off(batch)) == (122, 0, 0, 0)
    assert Customer.objects.count() == 122


def test_undo_takes_everything_back(run: Bring, undo: Callable[[Import], Import]) -> None:
    batches = [
        run("products", PRODUCTS),
        run("orders", ORDERS),
        run("customers", CUSTOMERS),
        run("shipments", SHIPMENTS),
    ]
    for batch in reversed(batches):
        gone = undo(batch)
        made = gone.created + gone.changed
        assert (gone.state, gone.undone, gone.kept) == (State.UNDONE, made, 0), [
            item.reason for item in gone.items.all()
        ]
    for model in (Product, Variant, Order, Customer, Shipment, Fulfilment, ConsentFact):
        assert model.objects.count() == 0, model


def test_undo_keeps_what_had_something_happen_to_it(
    run: Bring, undo: Callable[[Import], Import], drain: Callable[[], None], scope: Merchant
) -> None:
    orders = run("orders", ORDERS)
    run("shipments", SHIPMENTS)
    drain()
    gone = undo(orders)
    assert (gone.undone, gone.kept) == (1, 1)
    [kept] = gone.items.filter(outcome=Outcome.KEPT)
    assert "Something happened to it since" in kept.reason
    assert list(Order.objects.values_list("number", flat=True)) == ["#1001"]


def test_undo_puts_back_what_was_changed(
    run: Bring, undo: Callable[[Import], Import], scope: Merchant, owner: User
) -> None:
    choose_stock_owner(merchant=scope, owner=StockOwner.POSTEXP, by=owner, at=clock.now())
    run("products", PRODUCTS)
    run("orders", ORDERS)
    take_in_customer(
        CustomerFacts(external_id="", email="a@example.com", given_name="Anna"),
        merchant=scope,
        at=clock.now(),
    )
    changes = [
        run("products", PRODUCTS.replace(",12", ",99")),
        run("orders", ORDERS.replace("神宮前1-2-3", "神宮前9-9-9").replace("#1001,,", "#1001,,")),
        run("customers", CUSTOMERS),
    ]
    assert [batch.changed for batch in changes] == [1, 1, 1]
    assert Variant.objects.get(sku="MUG").stock == 99
    for batch in changes:
        assert undo(batch).kept == 0
    assert Variant.objects.get(sku="MUG").stock == 12
    assert Order.objects.get(number="#1001").address["address1"] == "神宮前1-2-3"
    assert Customer.objects.get(email="a@example.com").given_name == "Anna"
    assert Customer.objects.filter(email="b@example.com").count() == 0


def test_orders_of_the_shop_platform_are_left_as_they_are(run: Bring, scope: Merchant) -> None:
    at = clock.now()
    facts = order_facts(
        external_id="1001", number="#1001", source="shopify", placed_at=at, updated_at=at
    )
    take_in_order(facts, merchant=scope, at=at)
    batch = run("orders", ORDERS)
    assert outcomes(batch) == (1, 0, 1, 0)
    assert Order.objects.get(external_id="1001").source == "shopify"


def test_the_owner_of_the_count_decides(run: Bring, scope: Merchant, owner: User) -> None:
    at = clock.now() - timedelta(days=1)

    def tell(stock: int, moment: datetime) -> None:
        variant = VariantFacts(external_id="v1", sku="MUG", price=2500, stock=stock)
        facts = ProductFacts(
            external_id="p1", title="マグカップ", updated_at=moment, variants=(variant,)
        )
        take_in_product(facts, at=moment)

    tell(5, at)
    run("products", PRODUCTS)
    assert Variant.objects.get(external_id="v1").stock == 5
    choose_stock_owner(merchant=scope, owner=StockOwner.POSTEXP, by=owner, at=at)
    run("products", PRODUCTS.replace(",12", ",13"))
    assert Variant.objects.get(external_id="v1").stock == 13
    tell(7, clock.now())
    assert Variant.objects.get(external_id="v1").stock == 13
    assert Product.objects.filter(title="マグカップ").count() == 1


def test_a_file_keeps_what_it_does_not_tell_of_a_product(run: Bring, scope: Merchant) -> None:
    facts = ProductFacts(
        external_id="p1",
        title="マグカップ",
        vendor="Arita",
        product_type="Mugs",
        updated_at=clock.now() - timedelta(days=1),
        variants=(VariantFacts(external_id="v1", sku="MUG", price=2500),),
    )
    take_in_product(facts, at=facts.updated_at)
    run("products", "SKU,Price\nMUG,2600\n")
    product = Product.objects.get(external_id="p1")
    assert (product.vendor, product.product_type) == ("Arita", "Mugs")
    run("products", "SKU,Vendor\nMUG,Imabari\n")
    product.refresh_from_db()
    assert (product.vendor, product.product_type) == ("Imabari", "Mugs")


def test_a_parcel_needs_its_order(check: Bring) -> None:
    batch = check("shipments", SHIPMENTS)
    assert (batch.entries, batch.refused) == (0, 1)
    [item] = batch.items.all()
    assert "Import the order first" in item.reason


@pytest.mark.parametrize("locale", ["en", "ja"])
@pytest.mark.parametrize("kind", ["products", "orders", "customers", "shipments"])
def test_samples_come_in_as_they_are(
    run: Bring, check: Bring, kind: str, locale: str, words: None
) -> None:
    from django.utils import translation

    with translation.override(locale):
        if kind == "shipments":
            header, rows = sample_of("orders", locale)
            run("orders", "".join(safe_rows([header, *rows])))
        header, rows = sample_of(kind, locale)
        batch = check(kind, "".join(safe_rows([header, *rows])))
    assert len(batch.columns) == len(header)
    missing_orders = 1 if kind == "shipments" else 0
    assert batch.refused == missing_orders, [item.reason for item in batch.items.all()]
    assert batch.entries
