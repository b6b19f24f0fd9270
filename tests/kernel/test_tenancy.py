"""The merchant scope: inside it one shop's rows are seen, outside it none at all."""

from datetime import datetime

import pytest

from commerce.models import Merchant
from postexp.kernel.models import InboxMessage
from postexp.kernel.tenancy import OutsideMerchantScope, current_merchant_id, merchant_scope


def keep(key: str, at: datetime) -> InboxMessage:
    message: InboxMessage = InboxMessage.objects.create(
        public_id=f"inb_{key}", source="test", topic="t", provider_key=key, headers={},
        body=b"", next_at=at, received_at=at,
    )  # fmt: skip
    return message


def test_rows_are_made_and_seen_in_the_scope_they_belong_to(
    scope: Merchant, other_merchant: Merchant, at: datetime
) -> None:
    mine = keep("mine", at)
    with merchant_scope(other_merchant.pk):
        theirs = keep("theirs", at)
        assert list(InboxMessage.objects.all()) == [theirs]
        assert not InboxMessage.objects.filter(pk=mine.pk).exists()
        with pytest.raises(InboxMessage.DoesNotExist):
            mine.refresh_from_db()
    assert list(InboxMessage.objects.all()) == [mine]
    assert (mine.merchant_id, theirs.merchant_id) == (scope.pk, other_merchant.pk)
    assert InboxMessage.every_merchant.count() == 2


def test_an_inner_scope_ends_and_the_outer_one_goes_on(
    scope: Merchant, other_merchant: Merchant
) -> None:
    def stumble() -> None:
        with merchant_scope(other_merchant.pk):
            assert current_merchant_id() == other_merchant.pk
            raise RuntimeError

    with pytest.raises(RuntimeError):
        stumble()
    assert current_merchant_id() == scope.pk


def test_outside_a_scope_nothing_can_be_asked_or_made(merchant: Merchant, at: datetime) -> None:
    with pytest.raises(OutsideMerchantScope, match=r"A query on kernel\.InboxMessage"):
        InboxMessage.objects.all()
    with pytest.raises(OutsideMerchantScope):
        InboxMessage(source="test")
    with pytest.raises(OutsideMerchantScope, match="This code"):
        current_merchant_id()
