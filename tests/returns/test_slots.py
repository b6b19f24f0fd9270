"""What a policy decides beside the sum, acted on: kept goods, early payment, words to shoppers."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from commerce.links import order_token
from commerce.models import Order
from commerce.ports import DisputeFacts
from commerce.services.disputes import take_in_dispute
from postexp.kernel.events import append
from postexp.kernel.models import EventRecord
from returns import services
from returns.enums import Outcome, ProcessingEvent, ReturnState
from returns.errors import InvalidTransition, QuantityExceedsReturnable
from returns.events import ReturnDelivered, ReturnScanned
from returns.models import PolicyVersion, Refund, Return, Settlement
from returns.selectors import judge, list_lines_of
from returns.services.paying import let_keep, note_given_away, pay_on
from tests.returns.conftest import SENT, STAFF, arrive, ask, fresh, grade, line_ids
from tests.returns.rules.policy_samples import asks, rule
from tests.returns.test_api import Call, call
from tests.returns.test_messages import told as told_by_mail

__all__ = ("call",)

Publish = Callable[..., PolicyVersion]
NOW = SENT + timedelta(days=10)
DEAR = asks("price", "at_least", {"JPY": 2500})
KEEP = rule("keep", {"not": DEAR}, keep_item="keep")
DONATE = rule("donate", {"not": DEAR}, keep_item="donate")


def paid(case: Return) -> list[int]:
    """What was settled of a return, in order."""
    return [one.total for one in Settlement.objects.filter(case=case).order_by("id")]


def follow(drain: Callable[[], None], at: datetime) -> None:
    with time_machine.travel(at, tick=False):
        drain()


def told(case: Return, of: type) -> None:
    append(
        of(order_id=case.order.public_id, return_id=case.public_id, parcel_id="x"),
        at=NOW,
        actor="carrier",
    )


def happened(name: str) -> list[dict[str, Any]]:
    return [one.payload for one in EventRecord.objects.filter(type=name).order_by("id")]


def pay(case: Return, at: datetime) -> None:
    """Confirm every payment by hand."""
    for refund in Refund.objects.filter(settlement__case=case, state="pending"):
        services.refund_succeeded(refund.public_id, reference="bank", at=at, actor=STAFF)


def test_what_the_shopper_keeps_is_paid_without_being_sent(
    bought: Order, publish: Publish, drain: Callable[[], None]
) -> None:
    publish(review=False, rules=(KEEP,))
    case = ask(bought, NOW, (1, 1, "too_small"))
    follow(drain, NOW)
    case = fresh(case)
    assert (case.state, paid(case)) == (ReturnState.RESOLVING, [2000])
    [line] = list_lines_of(case)
    assert (line.kept, line.received, line.accepted, line.settled) == (1, 0, 0, 1)
    pay(case, NOW)
    assert fresh(case).state == ReturnState.COMPLETED
    assert judge(bought, at=NOW).lines[1].decision.returnable == 0
    let_keep(return_id=case.public_id, decision=1, at=NOW)
    assert paid(case) == [2000]


def test_staff_may_take_an_approval_back_before_it_is_paid(
    bought: Order, publish: Publish, drain: Callable[[], None]
) -> None:
    publish(review=True, rules=(KEEP,))
    case = ask(bought, NOW, (1, 1, "too_small"))
    services.approve_return(return_id=case.public_id, at=NOW, actor=STAFF)
    follow(drain, NOW + timedelta(seconds=20))
    assert paid(case) == []
    services.undo_decision(return_id=case.public_id, at=NOW + timedelta(seconds=25), actor=STAFF)
    follow(drain, NOW + timedelta(seconds=31))
    assert paid(case) == []
    again = NOW + timedelta(minutes=1)
    services.approve_return(return_id=case.public_id, at=again, actor=STAFF)
    follow(drain, again + timedelta(seconds=31))
    assert paid(case) == [2000]


def test_what_is_kept_is_paid_while_the_rest_is_still_to_be_sent(
    bought: Order, publish: Publish, drain: Callable[[], None]
) -> None:
    publish(review=False, rules=(KEEP,))
    case = ask(bought, NOW, (0, 1, "too_small"), (1, 1, "too_small"))
    follow(drain, NOW)
    case = fresh(case)
    assert (case.state, paid(case)) == (ReturnState.APPROVED, [2000])
    pay(case, NOW)
    assert fresh(case).state == ReturnState.APPROVED
    arrive(case, NOW)
    grade(case, NOW)
    services.settle_return(return_id=case.public_id, key="s", at=NOW, actor=STAFF)
    assert paid(case) == [2000, 2500]
    pay(case, NOW)
    assert fresh(case).state == ReturnState.COMPLETED


def test_a_return_of_which_only_the_kept_part_is_over_expires_without_paying_twice(
    bought: Order, publish: Publish, drain: Callable[[], None]
) -> None:
    publish(review=False, rules=(KEEP,))
    case = ask(bought, NOW, (0, 1, "too_small"), (1, 1, "too_small"))
    follow(drain, NOW)
    services.end_overdue(return_id=case.public_id, at=NOW + timedelta(days=60))
    assert fresh(case).state == ReturnState.EXPIRED
    assert paid(case) == [2000]
    assert judge(bought, at=NOW).lines[0].decision.returnable == 2
    assert judge(bought, at=NOW).lines[1].decision.returnable == 0


def test_what_is_given_away_waits_for_the_shoppers_word(
    bought: Order, publish: Publish, drain: Callable[[], None]
) -> None:
    publish(review=False, rules=(DONATE,))
    case = ask(bought, NOW, (1, 1, "too_small"))
    follow(drain, NOW)
    assert (fresh(case).state, paid(case)) == (ReturnState.APPROVED, [])
    note_given_away(return_id=case.public_id, at=NOW, actor="shopper")
    assert (fresh(case).state, paid(case)) == (ReturnState.RESOLVING, [2000])
    with pytest.raises(InvalidTransition):
        note_given_away(return_id=case.public_id, at=NOW, actor="shopper")


@pytest.mark.parametrize(
    ("waits_for", "event"),
    [("first_scan", ReturnScanned), ("delivered", ReturnDelivered)],
)
def test_a_carriers_word_pays_where_the_policy_waits_for_no_more(
    bought: Order, publish: Publish, drain: Callable[[], None], waits_for: str, event: type
) -> None:
    publish(review=False, rules=(rule("soon", DEAR, processing_event=waits_for),))
    case = ask(bought, NOW, (0, 2, "too_small"), (1, 1, "too_small"))
    services.mark_sent(return_id=case.public_id, tracking_number="", at=NOW, actor="shopper")
    follow(drain, NOW)
    # The shopper's own word is no scan.
    assert paid(case) == []
    told(case, event)
    told(case, event)
    follow(drain, NOW)
    assert paid(case) == [5000]
    assert [one["units"] for one in happened("return.paid_ahead")] == [2]
    assert judge(bought, at=NOW).lines[0].decision.returnable == 0
    # One mug never comes, the other is worn: both were paid for, and nobody is paid twice.
    arrive(case, NOW, 1, 1)
    grade(case, NOW)
    services.settle_return(return_id=case.public_id, key="s", at=NOW, actor=STAFF)
    # The last unit of the order takes the delivery along.
    assert paid(case) == [5000, 2500]
    mug, towel = list_lines_of(fresh(case))
    assert (mug.accepted, mug.settled, mug.paid_ahead, mug.payable) == (1, 2, 1, 0)
    assert towel.paid_ahead == 0


def test_what_was_refused_after_it_was_paid_is_not_free_for_another_return(
    bought: Order, publish: Publish, drain: Callable[[], None]
) -> None:
    publish(review=False, rules=(rule("soon", {"all": []}, processing_event="received"),))
    case = ask(bought, NOW, (0, 2, "too_small"))
    arrive(case, NOW, 1)
    follow(drain, NOW)
    assert paid(case) == [2500]
    grade(case, NOW, refused=1)
    mug = judge(bought, at=NOW).lines[0].facts
    assert (mug.settled, mug.refused, mug.left) == (1, 0, 0)
    with pytest.raises(QuantityExceedsReturnable):
        ask(bought, NOW, (0, 1, "too_small"))


def test_what_stands_against_a_payment_leaves_it_to_staff(
    bought: Order, publish: Publish, drain: Callable[[], None]
) -> None:
    publish(review=False, rules=(KEEP,))
    case = ask(bought, NOW, (1, 1, "too_small"))
    take_in_dispute(
        DisputeFacts(external_id="dp_1", state="open", amount=7500, opened_at=NOW),
        order_id=bought.public_id,
        at=NOW,
    )
    follow(drain, NOW)
    assert (fresh(case).state, paid(case)) == (ReturnState.RESOLVING, [])
    assert [one["why"] for one in happened("return.not_paid_by_itself")] == ["open_dispute"]
    services.settle_return(
        return_id=case.public_id, key="s", at=NOW, actor=STAFF, despite="They are right."
    )
    assert paid(case) == [2000]


def test_exchanges_are_paid_by_their_own_rules(
    bought: Order, publish: Publish, drain: Callable[[], None]
) -> None:
    from tests.returns.test_journey import variant_id

    publish(review=False, rules=(rule("soon", {"all": []}, processing_event="first_scan"),))
    blue = variant_id(bought, "青")
    case = ask(bought, NOW, (0, 1, "too_small"), outcome=Outcome.EXCHANGE, variant=blue)
    pay_on(return_id=case.public_id, event=ProcessingEvent.FIRST_SCAN, at=NOW)
    assert paid(case) == []


WORDS = {"en": "Enjoy it.", "ja": "ぜひお使いください。"}
SAID = rule("said", {"not": DEAR}, keep_item="donate", message=WORDS)


def test_the_shopper_reads_it_before_and_after_asking(
    bought: Order, publish: Publish, drain: Callable[[], None], client: Client
) -> None:
    soon = rule("soon", DEAR, processing_event="first_scan")
    publish(review=False, rules=(SAID, soon), address=("倉庫 1-2-3",))
    mug, towel = line_ids(bought)
    with time_machine.travel(NOW, tick=False):
        token = order_token(bought.public_id)
        start = reverse("site:return_start", args=["komorebi", token])
        chosen = {
            "lang": "en",
            f"q_{towel}": "1",
            f"r_{towel}": "too_small",
            f"q_{mug}": "1",
            f"r_{mug}": "too_small",
            "outcome": "refund",
        }
        check = client.get(f"{start}check/", chosen).content.decode()
        assert "Enjoy it." in check
        assert "Give it away, then tell us on this page." in check
        assert "You are paid as soon as the carrier has your parcel." in check
        case = ask(bought, NOW, (1, 1, "too_small"))
        drain()
        page = f"{start}{case.public_id}/"
        status = client.get(page, {"lang": "ja"}).content.decode()
        assert "ぜひお使いください。" in status
        assert "倉庫" not in status
        assert client.post(f"{page}given-away/?lang=ja").status_code == 302
        assert paid(case) == [2000]
        assert client.post(f"{page}given-away/?lang=ja").status_code == 409
    with time_machine.travel(NOW + timedelta(minutes=1), tick=False):
        drain()
    mail = told_by_mail("return.approved")
    assert "ぜひお使いください。" in mail.text
    assert "倉庫" not in mail.text


def test_programs_read_and_tell_it(
    call: Call, bought: Order, publish: Publish, drain: Callable[[], None]
) -> None:
    publish(review=False, rules=(SAID,))
    case = ask(bought, NOW, (1, 1, "too_small"))
    told = call("GET", f"returns/{case.public_id}").json()
    assert told["goods"] == "donate"
    assert (told["lines"][0]["kept_quantity"], told["lines"][0]["message"]) == (0, WORDS["ja"])
    done = call("POST", f"returns/{case.public_id}/given-away", {})
    assert done.status_code == 200
    assert (done.json()["state"], done.json()["lines"][0]["kept_quantity"]) == ("resolving", 1)
    assert call("POST", f"returns/{case.public_id}/given-away", {}).status_code == 409


def test_kept_items_are_a_fact_of_the_next_request(
    bought: Order, publish: Publish, drain: Callable[[], None]
) -> None:
    once = rule("once", asks("kept_items", "at_least", 1), keep_item="send")
    publish(review=False, rules=(once, KEEP))
    follow_up = ask(bought, NOW, (1, 1, "too_small"))
    follow(drain, NOW)
    assert paid(follow_up) == [2000]
    judged = judge(bought, at=NOW)
    assert judged.facts.known["kept_items"] == 1
