"""Staff connect, see, limit, pause and end an account at a carrier."""

from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone

from commerce.models import Merchant
from integrations.fake_carriers.server import Fault
from integrations.models import Connection
from integrations.panels import connection_in_words
from integrations.polling.health import check_carriers
from integrations.polling.models import AskedNumber, CarrierAccount, CarrierCalls, Pause
from integrations.polling.rules import start_of_day
from integrations.tokens import ConnectionAccount, Token
from postexp.kernel import clock
from postexp.kernel.models import EventRecord
from tests.integrations.polling.conftest import Desk


@pytest.fixture
def client(fedex: Desk, client: Client) -> Client:
    client.force_login(fedex.by)
    return client


def page_of(name: str, fedex: Desk, *, account: bool = True) -> str:
    parts = [fedex.merchant.slug]
    if account:
        parts.append(fedex.standing().connection.public_id)
    return reverse(f"dashboard:{name}", args=parts)


def show(client: Client, fedex: Desk) -> str:
    return client.get(page_of("connection_list", fedex, account=False)).content.decode()


def connect(client: Client, fedex: Desk, **values: str) -> HttpResponse:
    url = reverse("dashboard:connection_connect", args=[fedex.merchant.slug, "fedex"])
    typed = {"fedex-client_id": fedex.fake.client_id, "fedex-secret": fedex.fake.client_secret}
    return client.post(url, {**typed, **{f"fedex-{name}": value for name, value in values.items()}})


def test_an_account_is_connected_once_its_carrier_accepts_it(client: Client, fedex: Desk) -> None:
    Connection.objects.all().delete()
    refused = connect(client, fedex, secret="wrong")
    assert refused.status_code == 422
    assert "The given client credentials were not valid" in refused.content.decode()
    assert not Connection.objects.exists()
    assert connect(client, fedex).status_code == 302
    account = CarrierAccount.objects.get()
    assert (account.per_second, account.per_day) == (20, 100_000)
    assert account.connection.access_token in fedex.fake.tokens
    assert "wrong" not in show(client, fedex)


def test_a_carrier_that_cannot_be_reached_is_told_of_in_words(client: Client, fedex: Desk) -> None:
    Connection.objects.all().delete()
    with override_settings(CARRIER_URLS={"fedex": "http://127.0.0.1:9"}):
        answer = connect(client, fedex)
    words = answer.content.decode()
    assert answer.status_code == 422
    assert "The carrier did not answer (no connection)." in words
    assert "Nothing was saved." in words
    assert not Connection.objects.exists()


def test_a_key_that_is_refused_is_not_called_a_secret(client: Client, dhl: Desk) -> None:
    client.force_login(dhl.by)
    url = reverse("dashboard:connection_connect", args=[dhl.merchant.slug, "dhl"])
    words = client.post(url, {"dhl-client_id": "wrong"}).content.decode()
    assert "Check the credentials, and that the account may use tracking." in words
    assert "Check the client ID" not in words


def test_the_page_shows_when_the_next_question_is_due(client: Client, fedex: Desk) -> None:
    CarrierAccount.objects.update(joined_at=clock.now())
    assert "Next question" not in show(client, fedex)
    fedex.send("794600000010")
    AskedNumber.objects.update(poll_at=clock.now() - timedelta(minutes=1))
    assert "Due now, within the limits" in show(client, fedex)
    later = clock.now() + timedelta(hours=4)
    AskedNumber.objects.update(poll_at=later)
    page = show(client, fedex)
    assert "Next question" in page
    assert timezone.localtime(later, fedex.merchant.zone).isoformat() in page
    CarrierAccount.objects.update(pause=Pause.STAFF)
    assert "Next question" not in show(client, fedex)


def test_the_page_shows_todays_calls_beside_the_limit(client: Client, fedex: Desk) -> None:
    CarrierAccount.objects.update(per_day=1000, joined_at=clock.now())
    CarrierCalls.objects.create(
        account=fedex.account, day=start_of_day(clock.now()).date(), calls=321, numbers=9000
    )
    page = show(client, fedex)
    assert "321 of 1,000" in page
    assert "9,000" in page


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "Parcels are being planned"),
        ({"pause": Pause.STAFF}, "Paused"),
        ({"pause": Pause.REFUSED}, "nothing is asked until you resume"),
        ({"troubled_since": 1, "open_until": 1}, "it is tried again by itself"),
        ({"busy_until": 1}, "Limited by the carrier"),
        ({"joined_at": 1}, "No answer yet"),
    ],
)
def test_the_state_is_told_in_words(
    client: Client, fedex: Desk, changes: dict[str, object], words: str
) -> None:
    later = clock.now().replace(year=2100)
    values = {name: later if value == 1 else value for name, value in changes.items()}
    if values:
        CarrierAccount.objects.update(**values)
    Connection.objects.update(problem="Unanswered", problem_detail="HTTP 500")
    page = show(client, fedex)
    assert words in page
    assert "did not answer (HTTP 500)" in page


def test_staff_pause_an_account_and_resume_it(client: Client, fedex: Desk) -> None:
    client.post(page_of("carrier_pause", fedex))
    assert fedex.standing().pause == Pause.STAFF
    right, fedex.fake.client_secret = fedex.fake.client_secret, "changed"
    client.post(page_of("carrier_resume", fedex))
    assert fedex.standing().pause == Pause.STAFF
    fedex.fake.client_secret = right
    client.post(page_of("carrier_resume", fedex))
    assert fedex.standing().pause == ""
    told = EventRecord.objects.filter(type="connection.changed").order_by("id")
    assert [record.payload["detail"] for record in told][-2:] == ["FedEx: paused", "FedEx: resumed"]
    assert {record.actor for record in told} == {fedex.by.actor}


def test_staff_change_the_limits(client: Client, fedex: Desk) -> None:
    url = page_of("carrier_limits", fedex)
    assert client.get(url).status_code == 200
    assert client.post(url, {"per_second": "0", "per_day": "0"}).status_code == 422
    assert client.post(url, {"per_second": "0.2", "per_day": "250"}).status_code == 302
    assert (fedex.standing().per_second, fedex.standing().per_day) == (0.2, 250)


def test_an_ended_account_is_gone_from_what_staff_can_do(client: Client, fedex: Desk) -> None:
    pages = [page_of(name, fedex) for name in ("carrier_pause", "carrier_resume", "carrier_limits")]
    asked = client.get(page_of("connection_end", fedex)).content.decode()
    assert "FedEx is not asked about parcels any more" in asked
    client.post(page_of("connection_end", fedex))
    assert fedex.standing().connection.ended_at is not None
    assert {client.post(url).status_code for url in pages} == {404}
    assert "Disconnected" in show(client, fedex)
    assert connect(client, fedex).status_code == 302
    assert fedex.standing().connection.ended_at is None


def test_an_account_that_ended_leaves_no_secret_behind(client: Client, fedex: Desk) -> None:
    client.post(page_of("connection_end", fedex))
    ended = fedex.standing().connection
    assert (ended.secret, ended.old_secret, ended.access_token) == ("", "", "")
    assert (ended.client_id, ended.token_expires_at) == ("", None)
    # Nor does a worker that was asking then put its token back.
    account = ConnectionAccount(ended)
    account.keep(Token("late", clock.now()))
    assert fedex.standing().connection.access_token == ""


@pytest.mark.parametrize("key", ["ＫＥＹ", "ke y", "clé"])
def test_a_key_that_fits_into_no_header_is_told_of(dhl: Desk, client: Client, key: str) -> None:
    client.force_login(dhl.by)
    url = reverse("dashboard:connection_connect", args=[dhl.merchant.slug, "dhl"])
    answer = client.post(url, {"dhl-client_id": key})
    assert answer.status_code == 422
    assert "half-width letters, digits and signs" in answer.content.decode()
    assert client.post(url, {"dhl-client_id": dhl.fake.client_id}).status_code == 302


LIMITED = "FedEx: limited to 0.2 calls a second and 250 a day"


@pytest.mark.parametrize(
    ("detail", "words"),
    [
        ("connected {shop}", "FedEx connected"),
        ("disconnected {shop}", "FedEx disconnected"),
        ("connected a.myshopify.com", "a.myshopify.com connected"),
        ("FedEx: paused", "FedEx: paused"),
        ("FedEx: resumed", "FedEx: resumed"),
        (LIMITED, LIMITED),
    ],
)
def test_what_became_of_an_account_is_told_in_words(
    merchant: Merchant, detail: str, words: str
) -> None:
    shop = merchant.public_id
    payload = {"merchant_public_id": shop, "service": "fedex", "detail": detail.format(shop=shop)}
    assert connection_in_words(payload) == words


def test_the_health_page_names_carriers_that_do_not_answer(fedex: Desk) -> None:
    assert check_carriers(fedex.merchant, fedex.clock()).state == "good"
    CarrierAccount.objects.update(pause=Pause.REFUSED)
    finding = check_carriers(fedex.merchant, fedex.clock())
    assert finding.state == "warning"
    assert "FedEx" in finding.found


def test_a_busy_carrier_does_not_lose_what_was_connected(client: Client, fedex: Desk) -> None:
    fedex.fake.faults.append(Fault.BUSY)
    assert connect(client, fedex).status_code == 302
    assert fedex.standing().connection.ended_at is None
