"""What cannot be right in a file of orders is refused, and what does not fit is pointed at."""

# Lines of files are as long as they are.
# ruff: noqa: E501

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from commerce.models import Merchant, Order, User
from commerce.services.orders import take_in_order
from integrations.spreadsheets.columns import guess
from integrations.spreadsheets.enums import Outcome
from integrations.spreadsheets.kinds.orders import Orders
from integrations.spreadsheets.models import Import
from integrations.spreadsheets.values import read_language
from postexp.kernel import clock
from tests.facts import order_facts
from tests.integrations.spreadsheets.conftest import Bring

HEADER = "Order number,Order date,E-mail,Full name,Language,Currency,Order total,Delivery charge,Prices include tax,Product name,Quantity,Unit price\n"


def line(**cells: str) -> str:
    """A good line of one order, but for some cells."""
    good = {
        "number": "#1",
        "placed_at": "2026-10-02",
        "email": "a@example.jp",
        "name": "Ann Lee",
        "locale": "ja",
        "currency": "JPY",
        "total": "600",
        "shipping": "500",
        "tax_included": "yes",
        "title": "Mug",
        "quantity": "1",
        "price": "100",
    }
    return ",".join({**good, **cells}.values()) + "\n"


NEXT = dict.fromkeys(
    [
        "number",
        "placed_at",
        "email",
        "name",
        "locale",
        "currency",
        "total",
        "shipping",
        "tax_included",
    ],
    "",
)


def reasons(batch: Import, outcome: Outcome = Outcome.REFUSED) -> list[str]:
    return [item.reason for item in batch.items.filter(outcome=outcome).order_by("line")]


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ({"currency": "EUR"}, "the shop sells in JPY, not in EUR"),
        ({"currency": "XXQ"}, "the shop sells in JPY, not in XXQ"),
        ({"locale": "zz"}, "“zz” is no language"),
        ({"placed_at": "2999-01-01"}, "more than a day ahead"),
    ],
)
def test_what_cannot_be_right_is_refused(check: Bring, cells: dict[str, str], words: str) -> None:
    batch = check("orders", HEADER + line(**cells) + line(number="#2"))
    assert (batch.entries, batch.refused) == (1, 1)
    [reason] = reasons(batch)
    assert words in reason


def test_an_order_of_tomorrow_may_be_a_matter_of_zones(check: Bring) -> None:
    soon = (clock.now() + timedelta(hours=20)).isoformat()
    assert check("orders", HEADER + line(placed_at=soon)).entries == 1


def test_a_currency_the_platform_sells_in_is_taken(run: Bring, scope: Merchant) -> None:
    at = clock.now()
    told = order_facts(currency="EUR", source="shopify", placed_at=at, updated_at=at)
    take_in_order(told, merchant=scope, at=at)
    batch = run("orders", HEADER + line(currency="eur"))
    assert (batch.created, batch.refused) == (1, 0), reasons(batch)
    assert Order.objects.get(number="#1").currency == "EUR"


def test_an_imported_currency_vouches_for_no_other_import(run: Bring, scope: Merchant) -> None:
    at = clock.now()
    told = order_facts(currency="EUR", source="import", placed_at=at, updated_at=at)
    take_in_order(told, merchant=scope, at=at)
    assert run("orders", HEADER + line(currency="EUR")).refused == 1


@pytest.mark.parametrize(
    ("written", "code"),
    [("", ""), ("JA", "ja"), ("en-US", "en"), ("en_GB", "en"), ("日本語", "ja"), ("French", "fr")],
)
def test_languages_are_known_by_code_and_name(written: str, code: str) -> None:
    assert read_language("Language", written) == code


def test_a_total_that_does_not_fit_is_pointed_at_and_imported(run: Bring, check: Bring) -> None:
    text = HEADER + line(total="99999") + line(number="#2")
    checked = check("orders", text)
    assert (checked.entries, checked.refused) == (2, 0)
    [odd, fitting] = reasons(checked, Outcome.READY)
    assert odd == (
        "The order total is ¥99,999, but its lines, delivery and discounts come to ¥600."
    )
    assert fitting == ""
    done = run("orders", text)
    assert reasons(done, Outcome.CREATED) == [odd, ""]


@pytest.mark.parametrize(("total", "fits"), [("600", True), ("660", True), ("590", False)])
def test_tax_on_top_makes_a_total_higher(check: Bring, total: str, fits: bool) -> None:
    batch = check("orders", HEADER + line(tax_included="no", total=total))
    assert (reasons(batch, Outcome.READY) == [""]) == fits


@pytest.mark.parametrize(
    ("cells", "names"),
    [
        ({"email": "b@example.jp"}, "E-mail"),
        ({"placed_at": "2026-10-09"}, "Order date"),
        ({"name": "Bo Ek"}, "Full name"),
        (
            {"placed_at": "2026-10-09", "email": "b@example.jp", "name": "Bo Ek"},
            "Order date, E-mail, Full name",
        ),
    ],
)
def test_a_line_of_another_order_without_its_number_is_refused_alone(
    run: Bring, cells: dict[str, str], names: str
) -> None:
    alone = {**NEXT, **cells, "title": "Cup"}
    batch = run("orders", HEADER + line() + line(**alone) + line(number="#2"))
    assert (batch.created, batch.refused) == (2, 1)
    assert reasons(batch) == [
        "Order number is missing. The line is no part of the order above, as it tells its own: "
        f"{names}."
    ]
    assert Order.objects.get(number="#1").lines.count() == 1


def test_lines_of_one_order_may_repeat_what_the_first_tells(run: Bring) -> None:
    again = {**NEXT, "email": "a@example.jp", "placed_at": "2026-10-02", "title": "Cup"}
    batch = run("orders", HEADER + line(total="700") + line(**again))
    assert (batch.created, batch.refused) == (1, 0), reasons(batch)
    assert Order.objects.get().lines.count() == 2


class TestPage:
    @pytest.fixture
    def page(
        self, client: Client, owner: User, merchant: Merchant, words: None
    ) -> Callable[[Import], str]:
        client.force_login(owner)

        def read(batch: Import) -> str:
            url = reverse("dashboard:import_detail", args=[merchant.slug, batch.public_id])
            page: str = client.get(url).content.decode()
            return page

        return read

    def test_a_line_of_another_order_is_named(self, check: Bring, page: Any) -> None:
        alone = {**NEXT, "email": "b@example.jp"}
        told = page(check("orders", HEADER + line() + line(**alone)))
        assert "The line is no part of the order above" in told

    def test_what_does_not_fit_is_shown(self, check: Bring, page: Any) -> None:
        assert "come to ¥600" in page(check("orders", HEADER + line(total="99999")))
        assert "Worth a look" not in page(check("orders", HEADER + line()))

    def test_a_file_that_changes_nothing_offers_no_import(
        self, run: Bring, check: Bring, page: Any
    ) -> None:
        text = (HEADER + line()).encode("utf-8-sig")
        assert "Import 1 entry" in page(check("orders", text))
        run("orders", text)
        told = page(check("orders", text))
        assert "Nothing would change" in told
        assert "Import 1 entry" not in told
        assert "UTF-8 ·" in told
        assert "UTF-8-SIG" not in told


def test_the_street_is_found_by_its_name_in_our_own_japanese_files() -> None:
    assert guess(["住所（番地）"], Orders.fields) == {"address1": 0}
