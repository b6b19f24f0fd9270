"""Lists as CSV: what is filtered, safe from formulas, within the shop, and noted in the log."""

import csv
import io
from typing import Any

import pytest
from django.test import Client

from commerce.models import ApiKey, ApiRequest, Merchant, User
from commerce.ports import CustomerFacts
from commerce.services.orders import take_in_order
from integrations.outgoing.models import Delivery, Endpoint
from integrations.spreadsheets.models import Import
from postexp.kernel import clock
from postexp.kernel.models import EventRecord
from postexp.kernel.spreadsheets import plain_cell, safe_cell
from postexp.kernel.tenancy import merchant_scope
from tests.facts import order_facts
from tests.standing import db, full_shop, merchant, other_merchant, owner, standing

__all__ = ("db", "full_shop", "merchant", "other_merchant", "owner", "standing")


LISTS = (
    "orders/",
    "customers/",
    "parcels/",
    "returns/",
    "messages/",
    "events/",
    "events/requests/",
    "settings/audit/",
    "settings/import/",
    "settings/keys/{key}/requests/",
    "settings/webhooks/{endpoint}/",
)


@pytest.fixture
def reader(full_shop: Merchant, owner: User, client: Client) -> Client:
    client.force_login(owner)
    return client


def rows(answer: Any) -> list[list[str]]:
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))


def address_of(path: str, merchant: Merchant) -> str:
    """Return where a list of the full shop is."""
    with merchant_scope(merchant.pk):
        key, endpoint = ApiKey.objects.get().public_id, Endpoint.objects.get().public_id
    return f"/d/komorebi/{path.format(key=key, endpoint=endpoint)}"


@pytest.mark.parametrize("path", LISTS)
def test_every_list_is_a_file(reader: Client, full_shop: Merchant, path: str) -> None:
    address = address_of(path, full_shop)
    page = reader.get(address)
    assert b"export=csv" in page.content
    answer = reader.get(f"{address}?export=csv")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert "attachment" in answer["Content-Disposition"]
    header, *lines = rows(answer)
    assert lines
    assert {len(line) for line in lines} == {len(header)}
    with merchant_scope(answer.wsgi_request.merchant.pk):
        noted = EventRecord.objects.filter(type="list.exported").latest("id")
    assert noted.actor.startswith("staff:")


def test_the_filter_in_force_is_the_files(reader: Client, full_shop: Merchant) -> None:
    at = clock.now()
    with merchant_scope(full_shop.pk):
        take_in_order(
            order_facts(external_id="77", number="#77", placed_at=at, updated_at=at),
            merchant=full_shop,
            at=at,
        )
    everything = rows(reader.get("/d/komorebi/orders/?export=csv"))
    one = rows(reader.get("/d/komorebi/orders/?export=csv&q=%2377&before=1~1"))
    assert (len(everything), len(one)) == (3, 2)
    assert one[1][0] == "#77"
    with merchant_scope(full_shop.pk):
        noted = EventRecord.objects.filter(type="list.exported").latest("id")
    assert noted.payload["detail"] == "q=…"


def test_cells_that_would_run_are_made_text(reader: Client, full_shop: Merchant) -> None:
    at = clock.now()
    customer = CustomerFacts(
        external_id="evil", email="evil@example.com", family_name="=1+1", given_name="x"
    )
    facts = order_facts(
        external_id="66",
        number="=HYPERLINK(1)",
        customer=customer,
        locale="en",
        placed_at=at,
        updated_at=at,
    )
    with merchant_scope(full_shop.pk):
        take_in_order(facts, merchant=full_shop, at=at)
    found = rows(reader.get("/d/komorebi/orders/?export=csv"))
    assert found[1][0] == "'=HYPERLINK(1)"


@pytest.mark.parametrize("sign", list("=+-@\t\r\n＝＋－＠"))
def test_every_sign_a_formula_begins_with_is_shielded_and_read_back(sign: str) -> None:
    assert safe_cell(f"{sign}1+1") == f"'{sign}1+1"
    assert plain_cell(safe_cell(f"{sign}1+1")) == f"{sign}1+1"
    assert plain_cell("'quoted'") == "'quoted'"
    assert safe_cell(-5) == "-5"


def test_a_strangers_rows_are_in_no_file(
    reader: Client, full_shop: Merchant, other_merchant: Merchant
) -> None:
    at = clock.now()
    with merchant_scope(other_merchant.pk):
        take_in_order(
            order_facts(external_id="55", number="#STRANGE"), merchant=other_merchant, at=at
        )
    for path in LISTS:
        for row in rows(reader.get(f"{address_of(path, full_shop)}?export=csv")):
            assert not any("STRANGE" in cell for cell in row)


def test_what_others_wrote_runs_in_no_file(reader: Client, full_shop: Merchant) -> None:
    formula = "=HYPERLINK(1)"
    with merchant_scope(full_shop.pk):
        ApiRequest.objects.update(query=formula, status=422)
        Import.objects.update(file_name=formula)
        Delivery.objects.update(type=formula)
    for path, column in ((LISTS[-3], 0), (LISTS[-2], 3), (LISTS[-1], 1)):
        found = rows(reader.get(f"{address_of(path, full_shop)}?export=csv"))
        assert found[1][column] == f"'{formula}"


def test_the_tab_in_force_is_the_files(reader: Client, full_shop: Merchant) -> None:
    requests, deliveries = (address_of(path, full_shop) for path in LISTS[-2:])
    assert len(rows(reader.get(f"{requests}?export=csv"))) == 2
    assert len(rows(reader.get(f"{requests}?export=csv&failed=1"))) == 1
    with merchant_scope(full_shop.pk):
        newest = Delivery.objects.latest("id")
        Delivery.objects.filter(pk=newest.pk).update(state="failed")
    [_header, failed] = rows(reader.get(f"{deliveries}?export=csv&state=failed"))
    assert failed[-1] == newest.public_id
    assert len(rows(reader.get(f"{deliveries}?export=csv"))) > 2
