"""The list of customers: found however they are written, narrowed by the address, and counted."""

import csv
import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from commerce.models import ConsentFact, Customer, Merchant, Order
from commerce.ports import CustomerFacts, TenderFacts
from commerce.selectors.customer_rows import search_customers
from commerce.services.customers import take_in_customer
from commerce.services.orders import take_in_order
from postexp.kernel import clock
from postexp.kernel.money import Money
from postexp.kernel.tenancy import merchant_scope
from tests.commerce.conftest import Enter
from tests.facts import order_facts

LIST = "/d/komorebi/customers/"


def person(scope: Merchant, name: str = "佐藤 花", **changes: Any) -> Customer:
    family, _blank, given = name.partition(" ")
    facts = {
        "external_id": changes.pop("external_id", name),
        "family_name": family,
        "given_name": given,
        "locale": "ja",
        **changes,
    }
    return take_in_customer(CustomerFacts(**facts), merchant=scope, at=clock.now())


def buy(scope: Merchant, customer: Customer, number: str, **changes: Any) -> Order:
    at = changes.pop("placed_at", clock.now())
    facts = order_facts(
        external_id=f"{customer.external_id}-{number}",
        number=number,
        customer=CustomerFacts(external_id=customer.external_id),
        email="",
        placed_at=at,
        updated_at=at,
        **changes,
    )
    return take_in_order(facts, merchant=scope, at=at).order


def names(answer: Any) -> list[str]:
    return [row["customer"].family_name for row in answer.context["rows"]]


def chips(answer: Any) -> dict[str, Any]:
    return {chip["label"]: chip for chip in answer.context["chips"]}


@pytest.mark.parametrize("rows", [1, 30])
def test_the_list_is_flat(
    staff: Client, scope: Merchant, rows: int, django_assert_max_num_queries: Any
) -> None:
    for number in range(rows):
        buy(scope, person(scope, f"客{number} 花", tags=("vip",)), f"#{number}")
    # The first page of a session notes it; a list is counted after that.
    staff.get(LIST)
    with django_assert_max_num_queries(12):
        page = staff.get(LIST)
    assert page.content.decode().count("row-link") == rows


def test_pages_lead_on_and_back(staff: Client, scope: Merchant) -> None:
    for number in range(35):
        person(scope, f"客{number}")
    first = staff.get(LIST)
    second = staff.get(LIST + first.context["page"].older)
    assert names(first) + names(second) == [f"客{number}" for number in reversed(range(35))]
    assert names(staff.get(LIST + second.context["page"].newer)) == names(first)


@pytest.mark.parametrize(
    "words",
    [
        *("佐藤", "佐藤花", "佐藤 花", "佐藤\u3000花", "花", "花 佐藤"),
        *("サトウ", "さとう", "ｻﾄｳ", "さとう はな", "ハナ"),
        *(
            "hana@",
            "HANA@example.jp",
            "090-1234-5678",
            "＋８１ ９０ １２３４ ５６７８",
            "+819012345678",
        ),
        *("#1001", "1001", "＃１００１"),
    ],
)
def test_a_customer_is_found_however_it_is_written(
    staff: Client, scope: Merchant, words: str
) -> None:
    hana = person(
        scope,
        "佐藤 花",
        email="hana@example.jp",
        phone="090-1234-5678",
        family_kana="サトウ",
        given_kana="ハナ",
    )
    buy(scope, hana, "#1001")
    buy(scope, person(scope, "鈴木 一郎", email="ichiro@example.jp"), "#2002")
    assert names(staff.get(LIST, {"q": words})) == ["佐藤"]


@pytest.mark.parametrize("words", ["mary ann", "Mary Ann Smith", "smith mary", "SMITHM"])
def test_names_with_blanks_are_found(staff: Client, scope: Merchant, words: str) -> None:
    person(scope, "Smith Mary Ann")
    person(scope, "Jones Ann")
    assert names(staff.get(LIST, {"q": words})) == ["Smith"]


@pytest.mark.parametrize("words", ["%", "_", "zzz", "鈴木", "\u3000", "1002"])
def test_others_are_not(staff: Client, scope: Merchant, words: str) -> None:
    buy(scope, person(scope), "#1001")
    found = names(staff.get(LIST, {"q": words}))
    assert found == (["佐藤"] if not words.strip() else [])


def test_a_search_reads_indexes(scope: Merchant) -> None:
    Customer.objects.bulk_create(
        Customer(
            external_id=f"many-{number}",
            email=f"{number}@example.jp",
            family_name=f"客{number}",
            family_kana=f"キャク{number}",
            created_at=clock.now(),
        )
        for number in range(5000)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE commerce_customer")
    found = search_customers(Customer.objects.all(), "さとう", country="JP", by_order=True)
    plan = found.explain()
    for index in ("family", "given", "family_kana", "given_kana", "email_begins"):
        assert f"customer_{index}" in plan, plan
    assert "Seq Scan" not in plan


def test_filters_and_views_narrow(staff: Client, scope: Merchant) -> None:
    twice, once = person(scope, "二 回", tags=("vip", "wholesale")), person(scope, "一 回")
    never = person(scope, "無 回", locale="en", accepts_email_marketing=True)
    for number, customer in ((1, twice), (2, twice), (3, once)):
        buy(scope, customer, f"#{number}")
    buy(scope, never, "#4", test=True)
    assert names(staff.get(f"{LIST}?view=repeat")) == ["二"]
    assert names(staff.get(f"{LIST}?view=none")) == ["無"]
    assert names(staff.get(f"{LIST}?language=en")) == ["無"]
    assert names(staff.get(f"{LIST}?language=ja")) == ["一", "二"]
    assert names(staff.get(f"{LIST}?tag=vip")) == ["二"]
    assert names(staff.get(f"{LIST}?tag=vi")) == []
    assert names(staff.get(f"{LIST}?marketing=yes")) == ["無"]
    assert names(staff.get(f"{LIST}?view=odd&open=odd&marketing=odd")) == ["無", "一", "二"]
    page = staff.get(f"{LIST}?tag=rare&view=repeat&q=二&before=9~9")
    assert chips(page)["rare"]["active"]
    assert chips(page)["rare"]["url"] == "?view=repeat&q=%E4%BA%8C"
    assert chips(page)["vip"]["url"] == "?tag=vip&view=repeat&q=%E4%BA%8C"
    assert page.context["keep"] == {"tag": "rare", "view": "repeat"}
    assert "No customer fits" in page.content.decode()


def test_what_was_said_last_about_marketing_counts(staff: Client, scope: Merchant) -> None:
    customer, at = person(scope, accepts_email_marketing=True), clock.now()

    def says(granted: bool, channel: str, minutes: int) -> list[str]:
        ConsentFact.objects.create(
            customer=customer,
            channel=channel,
            purpose="marketing",
            granted=granted,
            at=at + timedelta(minutes=minutes),
            source="test",
        )
        return names(staff.get(f"{LIST}?marketing=yes"))

    assert says(False, "email", 5) == []
    assert says(True, "line", 3) == ["佐藤"]
    assert says(False, "line", 3) == []
    assert says(True, "email", 4) == []
    assert says(True, "email", 6) == ["佐藤"]


def test_money_is_summed_in_the_shops_currency_alone(staff: Client, scope: Merchant) -> None:
    customer = person(scope)
    buy(scope, customer, "#1", placed_at=clock.now() - timedelta(days=3))
    newest = buy(scope, customer, "#2")
    Order.objects.filter(pk=newest.pk).update(given_back=500)
    buy(
        scope,
        customer,
        "#3",
        currency="USD",
        tenders=(TenderFacts(kind="card", captured=9900),),
        placed_at=clock.now() - timedelta(days=9),
    )
    buy(scope, customer, "#4", test=True)
    abroad = person(scope, "海 外")
    buy(scope, abroad, "#5", currency="USD")
    only_abroad, mixed = staff.get(LIST).context["rows"]
    assert mixed["spent"] == Money(14500, "JPY")
    assert (mixed["ordered"].orders, mixed["ordered"].foreign) == (3, 1)
    assert mixed["ordered"].last == newest.placed_at
    assert only_abroad["spent"] is None
    page = staff.get(LIST).content.decode()
    assert "+ 1 in another currency" in page
    page = staff.get(f"{LIST}{customer.public_id}/").content.decode()
    assert "¥14,500" in page
    assert "+ 1 in another currency" in page


def test_the_file_holds_what_the_page_shows(staff: Client, scope: Merchant) -> None:
    evil = person(
        scope,
        '=HYPERLINK("http://evil") @x',
        phone="090-1234-5678",
        tags=("+vip", "b"),
        accepts_email_marketing=True,
    )
    buy(scope, evil, "#1")
    person(scope, "他 人")
    answer: Any = staff.get(f"{LIST}?export=csv&tag=%2Bvip")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    [row] = csv.DictReader(io.StringIO(text))
    assert row["Family name"].startswith("'=HYPERLINK")
    assert row["Phone"] == "'+819012345678"
    assert row["Tags"] == "'+vip, b"
    assert (row["Orders"], row["Spent"], row["Currency"]) == ("1", "7500", "JPY")
    assert (row["Agrees to marketing"], row["Open returns"]) == ("1", "0")
    assert row["Id"] == evil.public_id


def test_an_empty_list_teaches(staff: Client, enter: Enter, merchant: Merchant) -> None:
    page = staff.get(LIST).content.decode()
    assert "Customers come in with their orders" in page
    assert "/d/komorebi/first-steps/" in page
    assert "/d/komorebi/first-steps/" not in enter("analyst").get(LIST).content.decode()


def test_an_erased_customer_stays_without_a_name(staff: Client, scope: Merchant) -> None:
    customer = person(scope, "")
    Customer.objects.filter(pk=customer.pk).update(
        erased_at=clock.now(), family_name="", given_name=""
    )
    assert "Erased customer" in staff.get(LIST).content.decode()
    page = staff.get(f"{LIST}{customer.public_id}/").content.decode()
    assert "<h1>Erased customer</h1>" in page
    assert "/erase/" not in page


def test_a_customer_without_a_name_goes_by_their_address(staff: Client, scope: Merchant) -> None:
    person(scope, "", email="who@example.jp", external_id="a")
    person(scope, "", phone="090-1234-5678", external_id="b")
    nobody = person(scope, "", external_id="c")
    titles = [row["title"] for row in staff.get(LIST).context["rows"]]
    assert titles == [nobody.public_id, "+819012345678", "who@example.jp"]


def test_the_rail_and_the_command_bar_lead_here(staff: Client, scope: Merchant) -> None:
    customer = person(scope, family_kana="サトウ", given_kana="ハナ")
    assert 'data-key="g c"' in staff.get(LIST).content.decode()
    found = staff.get("/d/komorebi/search/?q=さとう").content.decode()
    assert f"{LIST}{customer.public_id}/" in found


def test_another_shops_customers_are_not_here(
    staff: Client, merchant: Merchant, other_merchant: Merchant
) -> None:
    with merchant_scope(other_merchant.pk):
        buy(other_merchant, person(other_merchant, tags=("secret",)), "#1001")
    page = staff.get(f"{LIST}?q=%231001")
    assert names(page) == []
    assert "secret" not in staff.get(LIST).content.decode()


def test_export_and_erase_are_for_those_who_may(
    staff: Client, enter: Enter, scope: Merchant
) -> None:
    customer = person(scope)
    page = f"{LIST}{customer.public_id}/"
    offered: Callable[[Client], list[bool]] = lambda browser: [  # noqa: E731
        f"{page}{act}/" in browser.get(page).content.decode() for act in ("data", "erase")
    ]
    assert offered(staff) == [True, True]
    assert offered(enter("agent")) == [False, False]
