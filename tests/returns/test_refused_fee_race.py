"""Fifty pages and payments of a fee at one moment have one effect (R-35)."""

from datetime import datetime

import pytest

from commerce.models import Merchant, Order, Tender
from postexp.kernel.models import EventRecord
from returns.enums.receiving import RefusedChoice, RefusedState
from returns.models import FeePayment, Refund, RefusedUnits
from returns.services.refused import answer_by_default
from returns.services.refused_fees import close_fee_page
from tests.returns.payment_takers import Taker
from tests.returns.test_exchange_race import at_once
from tests.returns.test_refused import settings
from tests.returns.test_refused_fees import DAY, page, taker, wanted_back

pytestmark = pytest.mark.django_db(transaction=True)
__all__ = ("taker", "wanted_back")


def test_fifty_payments_of_a_fee_told_at_once_are_one(
    scope: Merchant, wanted_back: RefusedUnits, taker: Taker, at: datetime
) -> None:
    urls = at_once(scope, lambda _n: page(at))
    assert len(set(urls)) == 1
    [payment] = FeePayment.objects.all()
    at_once(scope, lambda _n: taker.tell_paid(payment.reference, 990, at))
    payment.refresh_from_db()
    assert RefusedUnits.objects.get().state == RefusedState.TO_SEND
    assert [one.captured for one in Tender.objects.filter(order=payment.order)] == [990]
    assert Order.objects.filter(source="postage").count() == 1
    assert EventRecord.objects.filter(type="return.refused_fee_paid").count() == 1


def test_the_end_of_the_time_and_the_payment_of_a_fee_end_in_one_of_both(
    scope: Merchant, wanted_back: RefusedUnits, taker: Taker, at: datetime
) -> None:
    settings(without_answer=RefusedChoice.DONATE)
    page(at)
    reference, late = FeePayment.objects.get().reference, at + 40 * DAY

    def any_of_three(number: int) -> None:
        if number % 3 == 0:
            taker.tell_paid(reference, 990, late)
        elif number % 3 == 1:
            answer_by_default(refused_id=wanted_back.public_id, at=late)
        else:
            close_fee_page(FeePayment.objects.get().public_id, at=late)

    at_once(scope, any_of_three)
    [payment] = FeePayment.objects.all()
    back = sum(one.amount for one in Refund.objects.filter(order=payment.order))
    if RefusedUnits.objects.get().state == RefusedState.DONATED:
        assert (payment.state, back) == ("returned", 990)
    else:
        assert RefusedUnits.objects.get().state == RefusedState.TO_SEND
        assert (payment.state, back) == ("paid", 0)
