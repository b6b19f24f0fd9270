"""Privacy requests: one for each message that told of one, however often it is read."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from commerce.enums import PrivacyKind
from commerce.models import Merchant, PrivacyRequest
from commerce.services.customers import record_privacy_request
from postexp.kernel.models import EventRecord
from postexp.kernel.tenancy import merchant_scope
from tests.parallel import overlap

Ask = Callable[..., PrivacyRequest]


@pytest.fixture
def ask(scope: Merchant, at: datetime) -> Ask:
    """Note that a customer asked to be forgotten."""

    def record(
        source_key: str = "inb_1", later: timedelta = timedelta(), merchant: Merchant = scope
    ) -> PrivacyRequest:
        return record_privacy_request(
            merchant=merchant,
            kind=PrivacyKind.ERASE_CUSTOMER,
            external_id="",
            customer_external_id="c1",
            order_external_ids=(),
            at=at + later,
            actor="shopify",
            source_key=source_key,
        )

    return record


@pytest.mark.django_db
def test_a_request_read_again_keeps_its_day(ask: Ask) -> None:
    first = ask()
    again = ask(later=timedelta(days=9))
    assert (again.pk, again.due_at) == (first.pk, first.due_at)
    assert EventRecord.objects.filter(type="privacy.requested").count() == 1


@pytest.mark.django_db
def test_other_messages_other_shops_and_no_message_are_requests_of_their_own(
    ask: Ask, other_merchant: Merchant
) -> None:
    keys = {ask(key).pk for key in ("inb_1", "inb_2", "", "")}
    with merchant_scope(other_merchant.pk):
        keys.add(ask(merchant=other_merchant).pk)
    assert len(keys) == 5


@pytest.mark.django_db(transaction=True)
def test_a_request_read_twice_at_once_is_one(scope: Merchant, ask: Ask) -> None:
    overlap(scope, ask, ask)
    assert PrivacyRequest.objects.count() == 1
