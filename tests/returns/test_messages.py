"""Each step of a return tells its shopper once, in words that are still true."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
import time_machine

from commerce.models import Order
from notifications.models import Message
from returns import services
from returns.enums import DeclineReason, Outcome
from returns.models import PolicyVersion, Refund
from tests.returns.conftest import STAFF, arrive, ask, fresh, grade, resolve
from tests.returns.test_journey import variant_id

Drain = Callable[[], None]


def sent() -> list[tuple[str, str]]:
    return list(Message.objects.order_by("id").values_list("kind", "state"))


def told(kind: str) -> Message:
    found: Message = Message.objects.get(kind=kind)
    return found


def test_a_return_is_told_step_by_step(bought: Order, at: datetime, drain: Drain) -> None:
    case = ask(bought, at, (0, 1, "too_small"))
    drain()
    resolve(case, at)
    services.settle_return(return_id=case.public_id, key="k", at=at, actor=STAFF)
    drain()
    assert "return.refunded" not in dict(sent())
    services.refund_succeeded(Refund.objects.get().public_id, reference="", at=at, actor=STAFF)
    drain()
    kinds = [kind for kind, state in sent() if kind.startswith("return.") and state == "sent"]
    assert kinds == ["return.requested", "return.approved", "return.received", "return.refunded"]
    refunded = told("return.refunded")
    assert "¥2,500" in refunded.subject


def test_an_approval_taken_back_in_time_is_never_told(
    bought: Order, at: datetime, drain: Drain
) -> None:
    with time_machine.travel(at, tick=False) as traveller:
        case = ask(bought, at, (0, 1, "too_small"))
        services.approve_return(return_id=case.public_id, at=at, actor=STAFF)
        drain()
        services.undo_decision(return_id=case.public_id, at=at, actor=STAFF)
        traveller.shift(timedelta(minutes=1))
        drain()
        assert dict(sent())["return.approved"] == "refused"
        later = at + timedelta(minutes=1)
        services.decline_return(
            return_id=case.public_id, reason=DeclineReason.USED, text="", at=later, actor=STAFF
        )
        traveller.shift(timedelta(minutes=1))
        drain()
    states = dict(sent())
    assert states["return.declined"] == "sent"


@pytest.mark.parametrize(
    ("text", "words"),
    [("襟に汚れがありました。", "襟に汚れがありました。"), ("", "使用")],
)
def test_a_refusal_says_why_in_the_shoppers_language(
    bought: Order, at: datetime, drain: Drain, text: str, words: str
) -> None:
    case = ask(bought, at, (0, 1, "too_small"))
    services.decline_return(
        return_id=case.public_id, reason=DeclineReason.USED, text=text, at=at, actor=STAFF
    )
    drain()
    assert words in told("return.declined").text


def test_an_approval_by_policy_needs_one_message(
    bought: Order, publish: Callable[..., PolicyVersion], at: datetime, drain: Drain
) -> None:
    publish(review=False, address=("〒150-0001", "東京都渋谷区"))
    ask(bought, at, (0, 1, "too_small"))
    drain()
    assert [kind for kind, _state in sent() if kind.startswith("return.")] == ["return.approved"]
    message = told("return.approved")
    assert "東京都渋谷区" in message.text
    assert "R-1001-1" in message.subject


def test_store_credit_is_told_with_its_bonus(bought: Order, at: datetime, drain: Drain) -> None:
    case = resolve(ask(bought, at, (0, 1, "too_small"), outcome=Outcome.STORE_CREDIT), at)
    services.settle_return(return_id=case.public_id, key="k", at=at, actor=STAFF)
    drain()
    message = told("return.refunded")
    assert "¥2,625" in message.subject
    assert "¥2,500" in message.text
    assert "¥125" in message.text


def test_a_refund_below_the_promise_says_why(bought: Order, at: datetime, drain: Drain) -> None:
    case = ask(bought, at, (0, 2, "too_small"), (1, 1, "too_small"))
    resolve(case, at, 1, 1)
    services.settle_return(return_id=case.public_id, key="k", at=at, actor=STAFF, pay=4000)
    services.refund_succeeded(Refund.objects.get().public_id, reference="", at=at, actor=STAFF)
    drain()
    text = told("return.refunded").text
    for words in (r"マグカップ.*-¥2,500", r"-¥500", r"¥7,500", r"¥4,000"):
        assert re.search(words, text), words
    assert "お申し込み時の金額との違い" in text
    arrive(fresh(case), at)
    grade(case, at)
    services.settle_return(return_id=case.public_id, key="2", at=at, actor=STAFF)
    services.refund_succeeded(Refund.objects.latest("id").public_id, reference="", at=at, actor="x")
    drain()
    assert "-¥4,000" in Message.objects.filter(kind="return.refunded").latest("id").text


def test_a_refund_as_promised_says_no_more(bought: Order, at: datetime, drain: Drain) -> None:
    case = resolve(ask(bought, at, (0, 1, "too_small")), at)
    services.settle_return(return_id=case.public_id, key="k", at=at, actor=STAFF)
    services.refund_succeeded(Refund.objects.get().public_id, reference="", at=at, actor=STAFF)
    drain()
    assert "との違い" not in told("return.refunded").text


def test_an_approval_without_an_address_asks_to_wait(
    bought: Order, publish: Callable[..., PolicyVersion], at: datetime, drain: Drain
) -> None:
    publish(review=False)
    ask(bought, at, (0, 1, "too_small"))
    drain()
    text = told("return.approved").text
    assert "お送り先は、お申し込みのページにてご案内いたします。" in text
    assert "お送りください" not in text


def test_an_exchange_is_not_called_done_before_it_is_shipped(
    bought: Order, at: datetime, drain: Drain
) -> None:
    blue = variant_id(bought, "青")
    case = ask(bought, at, (0, 1, "too_small"), outcome=Outcome.EXCHANGE, variant=blue)
    services.settle_return(return_id=resolve(case, at).public_id, key="k", at=at, actor=STAFF)
    drain()
    message = told("return.refunded")
    assert "完了" not in message.subject + message.text


def test_a_refund_of_shipping_is_no_return(bought: Order, at: datetime, drain: Drain) -> None:
    services.refund_shipping(order_id=bought.public_id, key="k", at=at, actor=STAFF)
    services.refund_succeeded(Refund.objects.get().public_id, reference="", at=at, actor=STAFF)
    drain()
    assert "return.refunded" not in dict(sent())
