"""Return labels of EasyPost: bought once over its own protocol, followed, refunded, refused."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client, override_settings

from commerce.models import Merchant, Order, User
from commerce.ports import AddressFacts
from integrations.connections import connect
from integrations.easypost.access import shown_key
from integrations.easypost.client import EasyPostClient
from integrations.easypost.errors import KeyRefused, Refused, Unanswered
from integrations.easypost.fake.server import FakeEasyPost, Fault
from integrations.easypost.outbound import EasyPostLabels
from integrations.easypost.webhooks import HEADER, signature_of
from integrations.models import Connection
from postexp.kernel import clock
from postexp.kernel.tenancy import merchant_scope
from returns import services
from returns.enums import ReturnMethod
from returns.models import LabelFile, Return, ReturnAddress, ReturnParcel
from returns.ports import LabelAddress, LabelRequest
from returns.selectors.parcels import list_parcels_of
from returns.services.labels import want_labels
from returns.services.parcels import change_sending, save_address
from tests.facts import order_facts
from tests.returns.conftest import ask, fresh, sent_order
from tests.shops import drain_all, log_in
from tracking.models import Shipment

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
HOME = AddressFacts(
    name="Ann Lee",
    address1="179 N Harbor Dr",
    city="Redondo Beach",
    province="CA",
    postcode="90277",
    country="US",
    phone="5555555555",
)


@pytest.fixture
def today() -> Iterator[Any]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def fake() -> Iterator[FakeEasyPost]:
    with (
        FakeEasyPost() as fake,
        override_settings(ALLOW_PRIVATE_ADDRESSES=True, EASYPOST_URL=fake.url),
    ):
        yield fake


@pytest.fixture
def connected(fake: FakeEasyPost, scope: Merchant) -> Connection:
    """A shop that buys labels for what comes back to Portland."""
    connection = connect(
        service="easypost",
        account=scope.public_id,
        secret=fake.account.webhook_secret,
        client_id=shown_key(fake.account.key),
        at=NOW,
    )
    connection.access_token = fake.account.key
    connection.save()
    change_sending(
        methods=[ReturnMethod.LABEL, ReturnMethod.QR],
        words={},
        weight=500,
        length=254,
        width=203,
        height=102,
        at=NOW,
        actor="staff:0",
    )
    save_address(
        ReturnAddress(
            name="Portland",
            company="Harbor & Pine",
            address1="1 Commercial St",
            city="Portland",
            province="ME",
            postcode="04101",
            country="US",
        ),
        at=NOW,
        actor="staff:0",
    )
    return connection


@pytest.fixture
def american(scope: Merchant, connected: Connection) -> Order:
    """An order that went to California."""
    return sent_order(scope, order_facts(address=HOME))


def approved(order: Order, method: str = "label") -> Return:
    case = ask(order, NOW, (0, 1, "too_small"), method=method)
    services.approve_return(
        return_id=case.public_id, at=NOW - timedelta(minutes=5), actor="staff:0"
    )
    drain_all()
    return fresh(case)


def the_parcel(case: Return) -> ReturnParcel:
    [parcel] = list_parcels_of(case)
    return parcel


def tell(connection: Connection, event: dict[str, Any]) -> None:
    """Send a webhook as EasyPost does."""
    body = json.dumps(event).encode()
    answer = Client().post(
        f"/webhooks/easypost/{connection.public_id}/",
        body,
        content_type="application/json",
        headers={HEADER: signature_of(body, connection.secret)},
    )
    assert answer.status_code == 200
    drain_all()


def test_the_cheapest_label_is_bought_as_a_return(
    american: Order, fake: FakeEasyPost, today: Any
) -> None:
    case = approved(american)
    parcel = the_parcel(case)
    assert (parcel.state, parcel.source, parcel.carrier, parcel.service) == (
        "ready",
        "easypost",
        "USPS",
        "GroundAdvantage",
    )
    assert (parcel.cost, parcel.currency) == (593, "USD")
    bought = fake.account.shipments[parcel.provider_ref]
    assert (bought["is_return"], bought["reference"]) == (True, parcel.public_id)
    assert bought["from_address"]["company"] == "Harbor & Pine"
    assert bought["to_address"]["street1"] == "179 N Harbor Dr"
    assert bought["parcel"] == {"weight": 17.6, "length": 10.0, "width": 8.0, "height": 4.0}
    [file] = LabelFile.objects.filter(parcel=parcel)
    assert (file.content_type, bytes(file.body)[:5]) == ("application/pdf", b"%PDF-")
    shipment = parcel.shipment
    assert shipment is not None
    assert (shipment.carrier, shipment.tracker_ref) == ("usps", bought["tracker"]["id"])


def test_a_qr_code_comes_beside_the_label(american: Order, fake: FakeEasyPost, today: Any) -> None:
    parcel = the_parcel(approved(american, "qr"))
    kinds = dict(LabelFile.objects.filter(parcel=parcel).values_list("kind", "content_type"))
    assert kinds == {"label": "application/pdf", "qr": "image/png"}


def test_a_file_that_is_no_paper_is_not_handed_on(
    american: Order, fake: FakeEasyPost, today: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = b"<html><script>alert(1)</script></html>"
    monkeypatch.setattr(EasyPostClient, "fetch", lambda self, url: page)
    parcel = the_parcel(approved(american))
    drain_all()
    assert not LabelFile.objects.exists()
    assert ReturnParcel.objects.get(pk=parcel.pk).state != "ready"


def test_its_webhooks_move_the_return(
    american: Order, fake: FakeEasyPost, connected: Connection, today: Any
) -> None:
    case = approved(american)
    ref = the_parcel(case).provider_ref
    tell(connected, fake.account.scan(ref, "pre_transit", "status_update"))
    assert fresh(case).state == "approved"
    today.shift(3600)
    tell(connected, fake.account.scan(ref, "in_transit", "arrived_at_facility"))
    assert fresh(case).state == "in_transit"
    today.shift(3600)
    tell(connected, fake.account.scan(ref, "delivered", "arrived_at_destination"))
    assert the_parcel(case).arrived_at is not None
    assert Shipment.objects.filter(number_key=the_parcel(case).tracking_number).count() == 1


def test_an_unused_label_is_refunded_when_the_carrier_says_so(
    american: Order, fake: FakeEasyPost, connected: Connection, today: Any
) -> None:
    case = approved(american)
    services.cancel_return(return_id=case.public_id, at=clock.now(), actor="shopper")
    drain_all()
    parcel = the_parcel(case)
    assert parcel.state == "voiding"
    tell(connected, fake.account.settle_refund(parcel.provider_ref))
    assert the_parcel(case).state == "voided"


def test_a_refund_that_was_rejected_keeps_the_cost(
    american: Order, fake: FakeEasyPost, connected: Connection, today: Any
) -> None:
    case = approved(american)
    services.cancel_return(return_id=case.public_id, at=clock.now(), actor="shopper")
    drain_all()
    tell(connected, fake.account.settle_refund(the_parcel(case).provider_ref, is_taken=False))
    assert (the_parcel(case).state, the_parcel(case).cost) == ("spent", 593)


@pytest.mark.parametrize("fault", [Fault.BUSY, Fault.BROKEN, Fault.HANG_UP, Fault.DONE_THEN_SILENT])
def test_whatever_goes_wrong_one_label_is_bought(
    american: Order, fake: FakeEasyPost, today: Any, fault: Fault
) -> None:
    fake.faults.extend([fault, fault])
    case = approved(american)
    for _attempt in range(6):
        today.shift(3600)
        drain_all()
    assert (the_parcel(case).state, fake.account.bought) == ("ready", 1)


def test_a_purchase_that_was_lost_on_the_way_back_is_found_again(
    american: Order, fake: FakeEasyPost, today: Any
) -> None:
    case = ask(american, NOW, (0, 1, "too_small"), method="label")
    services.approve_return(
        return_id=case.public_id, at=NOW - timedelta(minutes=5), actor="staff:0"
    )
    # The first POST makes the shipment, the second buys.
    fake.faults.extend([Fault.NONE, Fault.DONE_THEN_SILENT])
    drain_all()
    assert (the_parcel(case).state, fake.account.bought) == ("wanted", 1)
    today.shift(3600)
    drain_all()
    assert (the_parcel(case).state, fake.account.bought) == ("ready", 1)


@pytest.mark.parametrize("shut_out", ["refused", "disconnected"])
def test_a_label_that_may_have_been_bought_is_not_forgotten_when_the_door_closes(
    american: Order, fake: FakeEasyPost, connected: Connection, today: Any, shut_out: str
) -> None:
    case = ask(american, NOW, (0, 1, "too_small"), method="label")
    services.approve_return(
        return_id=case.public_id, at=NOW - timedelta(minutes=5), actor="staff:0"
    )
    fake.faults.extend([Fault.NONE, Fault.DONE_THEN_SILENT])
    drain_all()
    reference = the_parcel(case).provider_ref
    if shut_out == "refused":
        connected.access_token = "EZTKrevoked"
    else:
        connected.ended_at = NOW
    connected.save()
    today.shift(3600)
    drain_all()
    assert the_parcel(case).provider_ref == reference
    connected.access_token, connected.ended_at = fake.account.key, None
    connected.save()
    for _attempt in range(3):
        today.shift(24 * 3600)
        drain_all()
    if the_parcel(case).state == "failed":
        want_labels(return_id=case.public_id, at=clock.now(), actor="staff:0")
        drain_all()
    assert (the_parcel(case).state, fake.account.bought) == ("ready", 1)


def test_a_key_that_is_refused_before_anything_is_prepared_is_told_at_once(
    american: Order, connected: Connection, today: Any
) -> None:
    connected.access_token = "EZTKrevoked"
    connected.save()
    parcel = the_parcel(approved(american))
    assert (parcel.state, parcel.failure) == ("failed", "EasyPost does not accept this API key.")


@pytest.mark.django_db(transaction=True)
def test_two_buyers_of_one_shipment_pay_once(
    connected: Connection, fake: FakeEasyPost, scope: Merchant, today: Any
) -> None:
    seller = EasyPostLabels()
    ref = seller.prepare(request())

    def buy(_turn: int) -> str:
        try:
            with merchant_scope(scope.pk):
                return seller.buy(ref, wants_qr=False).tracking_number
        finally:
            connection.close()

    first = buy(0)
    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(buy, range(4))) == {first}
    assert fake.account.bought == 1


def request(**changes: Any) -> LabelRequest:
    def end(country: str) -> LabelAddress:
        return LabelAddress(
            name="A",
            company="",
            address1="1 St",
            address2="",
            city="C",
            province="CA",
            postcode="90277",
            country=country,
            phone="",
        )

    usual: dict[str, Any] = {
        "key": "rpa_1",
        "reference": "R-1",
        "sender": end(changes.pop("country", "US")),
        "recipient": end("US"),
        "weight": 100,
        "length": 0,
        "width": 0,
        "height": 0,
        "wants_qr": False,
    }
    return LabelRequest(**{**usual, **changes})


def test_what_it_cannot_do_is_left_to_staff(
    connected: Connection, fake: FakeEasyPost, scope: Merchant
) -> None:
    seller = EasyPostLabels()
    assert seller.takes(request())
    assert not seller.takes(request(country="CA"))
    connected.ended_at = NOW
    connected.save()
    assert not seller.takes(request())


def test_its_failures_have_names(fake: FakeEasyPost, connected: Connection) -> None:
    with EasyPostClient("EZTKwrong") as client, pytest.raises(KeyRefused):
        client.get("shipments", page_size=1)
    with EasyPostClient(fake.account.key) as client:
        with pytest.raises(Refused, match="Missing required parameter"):
            client.post("shipments", {"shipment": {}})
        fake.faults.append(Fault.HANG_UP)
        with pytest.raises(Unanswered):
            client.post("shipments", {"shipment": {}})


def test_staff_connect_it_with_a_key_that_works(
    client: Client, owner: User, merchant: Merchant, fake: FakeEasyPost
) -> None:
    log_in(client, owner)
    url = f"/d/{merchant.slug}/settings/connections/easypost/connect/"
    wrong = client.post(url, {"easypost-key": "EZTKwrong", "easypost-secret": "12345678"})
    assert wrong.status_code == 422
    assert "EasyPost does not accept this API key." in wrong.content.decode()
    right = client.post(url, {"easypost-key": fake.account.key, "easypost-secret": "12345678"})
    assert right.status_code == 302
    with merchant_scope(merchant.pk):
        kept = Connection.objects.get(service="easypost")
        assert (kept.access_token, kept.client_id[:4]) == (fake.account.key, "test")
    # A secret that is rotated leaves the key as it is.
    client.post(url, {"easypost-secret": "87654321"})
    with merchant_scope(merchant.pk):
        assert Connection.objects.get(service="easypost").access_token == fake.account.key
