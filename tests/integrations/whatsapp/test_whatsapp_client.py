"""The client speaks Meta's protocol, and says of every failure what it means."""

import pytest
from django.test import override_settings

from integrations.whatsapp.client import WhatsAppClient
from integrations.whatsapp.errors import (
    Busy,
    Halted,
    Refused,
    SecretRefused,
    TokenRefused,
    Unanswered,
    Unreached,
    WhatsAppError,
)
from integrations.whatsapp.fake.business import FakeBusiness


@pytest.fixture
def client(business: FakeBusiness) -> WhatsAppClient:
    return WhatsAppClient(business.token, business.app_secret)


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("190", TokenRefused),
        ("10", TokenRefused),
        ("368", Halted),
        ("131042", Halted),
        ("80007", Busy),
        ("130429", Busy),
        ("131000", Busy),
        ("131016", Busy),
        ("131026", Refused),
        ("1", Unanswered),
        ("http_502", Unanswered),
        ("time_out_before", Unanswered),
        ("time_out_after", Unanswered),
    ],
)
def test_every_failure_says_what_it_means(
    client: WhatsAppClient, business: FakeBusiness, fault: str, error: type[WhatsAppError]
) -> None:
    business.inject(fault)
    with pytest.raises(error) as caught:
        client.get(business.number_id)
    assert str(caught.value)
    assert client.get(business.number_id)["id"] == business.number_id


@pytest.mark.parametrize(
    ("code", "seconds"), [("131056", 6.0), ("131049", 86400.0), ("80007", 3600.0)]
)
def test_a_limit_says_how_long_to_wait(
    client: WhatsAppClient, business: FakeBusiness, code: str, seconds: float
) -> None:
    business.inject(code)
    with pytest.raises(Busy) as caught:
        client.get(business.number_id)
    assert caught.value.retry_after == seconds


def test_a_secret_of_another_app_is_told_apart_from_a_wrong_token(business: FakeBusiness) -> None:
    with pytest.raises(SecretRefused):
        WhatsAppClient(business.token, "0" * 32).get(business.number_id)
    with pytest.raises(TokenRefused):
        WhatsAppClient("EAAother", business.app_secret).get(business.number_id)


def test_what_never_left_the_house_was_not_sent(business: FakeBusiness) -> None:
    with override_settings(WHATSAPP_URL="http://127.0.0.1:9"), pytest.raises(Unreached):
        WhatsAppClient(business.token, business.app_secret).get("1")


def test_lists_are_read_to_their_end(client: WhatsAppClient, business: FakeBusiness) -> None:
    business.page = 2
    for number in range(5):
        business.template(f"t_{number}", "en", "Hello")
    rows = client.rows(f"{business.account_id}/message_templates")
    assert [row["name"] for row in rows] == [f"t_{number}" for number in range(5)]
    assert business.requests.count("GET message_templates") == 3


def test_words_of_meta_come_without_numbers_of_people(
    client: WhatsAppClient, business: FakeBusiness
) -> None:
    with pytest.raises(Refused) as caught:
        client.get("81901234567890")
    assert "81901234567890" not in str(caught.value)
    assert "does not exist" in str(caught.value)
