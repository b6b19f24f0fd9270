"""The demo's American shop takes payments at a made-up account, which outlives its server."""

import io
import socket
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import httpx
import pytest
from django.test import override_settings

from commerce.models import Merchant, Order, Tender
from commerce.ports import ProductFacts, VariantFacts
from commerce.services.products import take_in_product
from integrations.demo.payments import connect_account, find_paying_shop, sell
from integrations.management.commands import fake_stripe
from integrations.models import Connection
from integrations.stripe.access import open_client, try_key
from integrations.stripe.client import DEMO_KEY
from integrations.stripe.errors import Unanswered
from integrations.stripe.fake.account import DECLINED, FakeAccount
from integrations.stripe.fake.keeping import keep_account, read_account
from integrations.stripe.fake.server import FakeStripe
from integrations.stripe.fake.sessions import create_session
from integrations.stripe.outbound import StripeRefunds
from returns.ports import Payment
from returns.selectors.exchanges import exchange_terms


@pytest.fixture
def harbor(scope: Merchant, at: datetime) -> Merchant:
    """The shop as the demo's American one, with one product in two sizes."""
    scope.is_demo, scope.currency = True, "USD"
    scope.save()
    take_in_product(
        ProductFacts(
            external_id="p9",
            title="Field shirt",
            updated_at=at,
            variants=(
                VariantFacts(external_id="v91", title="S", price=6400, stock=5),
                VariantFacts(external_id="v92", title="M", price=6400, stock=5),
            ),
        ),
        at=at,
    )
    return scope


@pytest.fixture
def connection(harbor: Merchant, at: datetime) -> Connection:
    found = connect_account(harbor, at=at)
    assert found is not None
    return found


def account_of(connection: Connection) -> FakeAccount:
    return FakeAccount(key=connection.access_token, webhook_secret=connection.secret)


@pytest.fixture
def account(connection: Connection) -> FakeAccount:
    return account_of(connection)


@pytest.fixture
def served(account: FakeAccount) -> Iterator[FakeStripe]:
    """The account on a port that only the operator's setting names."""
    with FakeStripe(account) as fake, override_settings(DEMO_STRIPE_URL=fake.url):
        yield fake


def test_it_is_connected_once_and_never_over_an_account_of_ones_own(
    harbor: Merchant, connection: Connection, at: datetime
) -> None:
    assert find_paying_shop() == harbor
    assert connection.access_token.startswith(DEMO_KEY)
    assert connect_account(harbor, at=at) == connection
    assert exchange_terms().instant
    connection.access_token = "rk_test_ones_own"
    connection.save()
    assert connect_account(harbor, at=at) is None


def test_orders_were_paid_there_and_are_refunded_there(
    harbor: Merchant, connection: Connection, served: FakeStripe, at: datetime
) -> None:
    for _start in range(2):
        sell(harbor, served.account, at=at)
    order = Order.objects.get(external_id="demo-paid-1")
    assert order.lines.get().title == "Field shirt"
    # 64.00 and 7.95 of postage, with six per cent of tax.
    assert (order.number, order.total, order.captured) == ("S-1001", 7627, 7627)
    [tender] = Tender.objects.filter(order=order)
    payment = Payment(
        key="rfd_1",
        amount=6784,
        currency="USD",
        source=order.source,
        order_external_id=order.external_id,
        tender=tender.kind,
        gateway=tender.gateway,
        tender_external_id=tender.external_id,
    )
    provider = StripeRefunds()
    assert provider.takes(payment)
    assert provider.pay(payment) == provider.pay(payment)
    assert [one["amount"] for one in served.account.all("refund")] == [6784]


def test_what_a_lost_file_knew_of_orders_is_made_anew(
    harbor: Merchant, connection: Connection, account: FakeAccount, at: datetime
) -> None:
    sell(harbor, account, at=at)
    anew = account_of(connection)
    sell(harbor, anew, at=at)
    name = Tender.objects.get(order__external_id="demo-paid-1").external_id
    found = anew.find("payment_intent", name)
    assert (found["id"], found["amount"], found["status"]) == (name, 7627, "succeeded")
    assert anew.find("charge", found["latest_charge"])["payment_intent"] == name
    assert Order.objects.filter(external_id__startswith="demo-paid").count() == 1


def test_the_account_outlives_its_server(account: FakeAccount, tmp_path: Path) -> None:
    file = tmp_path / "var" / "kept.json"
    read_account(account, file)
    page = create_session(account, form())
    account.pass_time(timedelta(days=2))
    keep_account(account, file)
    assert file.stat().st_mode & 0o077 == 0
    again = FakeAccount(key=account.key)
    read_account(again, file)
    assert again.find("checkout.session", page["id"]) == {**page, "status": "expired", "url": None}
    assert again.ahead == timedelta(days=2)


def test_every_change_is_told_so_that_it_can_be_kept(account: FakeAccount) -> None:
    told: list[int] = []
    with FakeStripe(account, changed=lambda: told.append(len(account.all("payment_intent")))) as at:
        page = create_session(account, form())
        url = f"{at.url}/c/pay/{page['id']}"
        httpx.get(url)
        assert told == []
        httpx.post(url, data={"number": DECLINED})
        assert told == [1]
        httpx.post(url, data={"number": "4242 4242 4242 4242"})
    assert told == [1, 2]


def test_only_keys_of_the_demo_go_to_its_address(
    served: FakeStripe, connection: Connection
) -> None:
    with open_client(connection) as client:
        assert client.get("refunds", limit=1)["data"] == []
    # Anything else is still kept from private addresses.
    with override_settings(STRIPE_URL=served.url), pytest.raises(Unanswered):
        try_key("rk_test_other")


@pytest.mark.parametrize(
    ("locale", "words"),
    [
        ("en", ("Pay ¥600", "Card number", "Your card was declined.", "Back to the shop")),
        ("ja", ("¥600 を支払う", "カード番号", "カードが承認されませんでした", "ショップに戻る")),
    ],
)
def test_the_page_speaks_the_shoppers_language(
    account: FakeAccount, locale: str, words: tuple[str, ...]
) -> None:
    page = create_session(account, form(locale))
    with FakeStripe(account) as at:
        url = f"{at.url}/c/pay/{page['id']}"
        assert "text/css" in httpx.get(f"{at.url}/style.css").headers["content-type"]
        refused = httpx.post(url, data={"number": DECLINED})
        assert refused.status_code == 402
        for told in (*words, "Exchange &lt;1&gt;", f"<html lang={locale}>"):
            assert told in refused.text
        paid = httpx.post(url, data={"number": "4242424242424242"})
        assert paid.headers["location"] == "https://shop.example/done"
        assert "<form" not in httpx.get(url).text


def form(locale: str = "en") -> dict[str, object]:
    item = {"currency": "jpy", "unit_amount": "600", "product_data": {"name": "Exchange <1>"}}
    return {
        "mode": "payment",
        "line_items": [{"quantity": "1", "price_data": item}],
        "success_url": "https://shop.example/done",
        "cancel_url": "https://shop.example/back",
        "locale": locale,
    }


def test_the_command_serves_the_demo_shop(
    harbor: Merchant,
    connection: Connection,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
    seen: list[object] = []

    def look(seconds: float) -> None:
        if len(seen) == 1:
            raise KeyboardInterrupt
        with open_client(connection) as client:
            seen.append(client.get("payment_intents", limit=3)["data"][0]["amount"])

    monkeypatch.setattr(fake_stripe, "KEPT", tmp_path / "kept.json")
    monkeypatch.setattr(fake_stripe, "time", SimpleNamespace(sleep=look))
    said = io.StringIO()
    with override_settings(DEMO_STRIPE_URL=url):
        fake_stripe.Command(stdout=said).handle(demo=True)
    assert seen == [7627]
    assert f"takes payments of {harbor} on pages at {url}" in said.getvalue()
    assert '"amount": 7627' in (tmp_path / "kept.json").read_text()
