"""R-21 and R-22 through the services: what another variant costs in an exchange."""

from collections.abc import Callable
from datetime import datetime

import pytest

from commerce.models import Merchant, Order, Variant
from returns import services
from returns.enums import ExchangePriceBasis, Outcome
from returns.errors import DifferenceDue
from returns.models import PolicyVersion, Return
from returns.rules.defaults import DEFAULT_POLICY
from returns.rules.policy import read_policy
from tests.returns.conftest import STAFF, ask, resolve


@pytest.fixture
def blue(bought: Order) -> Variant:
    """The blue mug, which costs ¥3,100 by now."""
    variant = Variant.objects.get(external_id="v2")
    variant.price = 3100
    variant.save()
    return variant


def exchanged(order: Order, blue: Variant, at: datetime) -> Return:
    case = ask(order, at, (0, 1, "too_small"), outcome=Outcome.EXCHANGE, variant=blue.public_id)
    return resolve(case, at)


def test_r21_the_price_you_paid_is_the_price_of_another_variant(
    bought: Order, blue: Variant, publish: Callable[..., PolicyVersion], at: datetime
) -> None:
    publish()
    case = exchanged(bought, blue, at)
    assert (case.quote["payout"], case.quote["due"]) == (2500, 0)
    settled = services.settle_return(return_id=case.public_id, key="k", at=at, actor=STAFF)
    assert settled.quote["due"] == 0


def test_r21_the_current_price_is_due_before_anything_is_sent(
    bought: Order, blue: Variant, publish: Callable[..., PolicyVersion], at: datetime
) -> None:
    publish(exchange_price_basis=ExchangePriceBasis.CURRENT)
    case = exchanged(bought, blue, at)
    assert (case.quote["payout"], case.quote["due"]) == (2500, 600)
    blue.price = 9900
    blue.save()  # what was promised stays
    with pytest.raises(DifferenceDue):
        services.settle_return(return_id=case.public_id, key="k", at=at, actor=STAFF)
    settled = services.settle_return(
        return_id=case.public_id, key="k", difference="bank 123", at=at, actor=STAFF
    )
    assert (settled.quote["due"], settled.note) == (600, "bank 123")


def test_r22_what_a_cheaper_one_leaves_goes_back_with_a_credit_note(
    scope: Merchant,
    bought: Order,
    blue: Variant,
    publish: Callable[..., PolicyVersion],
    at: datetime,
) -> None:
    publish(exchange_price_basis=ExchangePriceBasis.CURRENT)
    blue.price = 2100
    blue.save()
    case = exchanged(bought, blue, at)
    settled = services.settle_return(return_id=case.public_id, key="k", at=at, actor=STAFF)
    [refund] = settled.refunds.all()
    assert (settled.total, refund.amount, settled.credit_note.total) == (2500, 400, 400)
    bought.refresh_from_db()
    assert bought.given_back == 2500


def test_a_policy_says_so_only_where_it_is_not_the_usual() -> None:
    assert "exchange_price_basis" not in DEFAULT_POLICY.to_json()
    told = {**DEFAULT_POLICY.to_json(), "exchange_price_basis": "current"}
    policy = read_policy(told)
    assert policy.to_json() == told
    assert policy.terms(Outcome.EXCHANGE, "JPY").exchange_price_basis == "current"
