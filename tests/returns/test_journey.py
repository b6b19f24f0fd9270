"""A return from the request to the money, through the services."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from commerce.models import Merchant, Order, StoreCreditEntry
from postexp.kernel.models import EventRecord
from returns import services
from returns.enums import DeclineReason, Outcome, RefundState, ReplacementState, ReturnState
from returns.enums.receiving import RefusedChoice
from returns.errors import (
    CountsDoNotAddUp,
    InvalidTransition,
    NothingToSettle,
    NotReturnable,
    OutOfStock,
    QuantityExceedsReturnable,
    QuoteChanged,
    RefundExceedsBalance,
    UndoTimeOver,
)
from returns.models import (
    LedgerEntry,
    PolicyVersion,
    Refund,
    RefusedUnits,
    Replacement,
    Return,
    Settlement,
)
from returns.selectors import judge, list_transitions
from returns.services.refused import answer_refused
from tests.returns.conftest import STAFF, arrive, ask, fresh, grade, line_ids, resolve

Publish = Callable[..., PolicyVersion]


def types(subject: str) -> list[str]:
    told = EventRecord.objects.filter(subject=subject).exclude(type="return.moved")
    return list(told.order_by("id").values_list("type", flat=True))


def settle(case: Return, at: datetime, key: str = "k1", **more: object) -> Settlement:
    return services.settle_return(
        return_id=case.public_id,
        key=key,
        at=at,
        actor=STAFF,
        **more,  # type: ignore[arg-type]
    )


def test_from_request_to_refund(bought: Order, at: datetime) -> None:
    case = ask(bought, at, (0, 1, "too_small"))
    assert (case.number, case.state) == ("R-1001-1", ReturnState.IN_REVIEW)
    assert case.quote["payout"] == 2500
    resolve(case, at)
    settlement = settle(case, at, shown=2500)
    bought.refresh_from_db()
    assert (settlement.total, bought.given_back) == (2500, 2500)
    assert fresh(case).state == ReturnState.RESOLVING
    refund = Refund.objects.get()
    assert (refund.provider, refund.amount, refund.state) == ("manual", 2500, RefundState.PENDING)
    services.refund_succeeded(refund.public_id, reference="bank-77", at=at, actor=STAFF)
    assert fresh(case).state == ReturnState.COMPLETED
    assert types(f"return:{case.public_id}") == [
        "return.requested",
        "return.approved",
        "return.received",
        "return.units_restocked",
        "return.inspected",
        "settlement.booked",
        "settlement.paid",
        "return.completed",
    ]
    assert [step.event for step in list_transitions(case)] == [
        "flag",
        "approve",
        "receive",
        "inspect",
        "succeed",
        "settle",
    ]


def test_units_are_held_while_a_return_is_open(bought: Order, at: datetime) -> None:
    ask(bought, at, (0, 1, "too_small"))
    assert judge(bought, at=at).lines[0].decision.returnable == 1
    with pytest.raises(QuantityExceedsReturnable):
        ask(bought, at, (0, 2, "too_small"))
    with pytest.raises(QuantityExceedsReturnable):
        ask(bought, at, (0, 1, "too_small"), (0, 1, "defective"))
    second = ask(bought, at, (0, 1, "defective"))
    assert second.number == "R-1001-2"
    services.cancel_return(return_id=second.public_id, at=at, actor="shopper")
    assert judge(bought, at=at).lines[0].decision.returnable == 1


@pytest.mark.parametrize("quantity", [0, -1])
def test_less_than_one_unit_is_none(bought: Order, at: datetime, quantity: int) -> None:
    with pytest.raises(QuantityExceedsReturnable):
        ask(bought, at, (0, quantity, "too_small"))


def test_what_the_policy_does_not_allow_is_refused(bought: Order, at: datetime) -> None:
    with pytest.raises(NotReturnable):
        ask(bought, at)
    with pytest.raises(NotReturnable):
        ask(bought, at, (0, 1, "no_such_reason"))
    with pytest.raises(NotReturnable):
        services.request_return(
            order_id=bought.public_id,
            wishes=[services.Wish(line="oln_of_another", quantity=1, reason="too_small")],
            outcome=Outcome.REFUND,
            at=at,
            actor="shopper",
        )
    late = at + timedelta(days=40)
    with pytest.raises(NotReturnable):
        ask(bought, late, (0, 1, "too_small"))
    assert (
        ask(bought, late, (0, 1, "too_small"), outcome=Outcome.STORE_CREDIT).quote["bonus"] == 125
    )
    with pytest.raises(QuantityExceedsReturnable):
        ask(bought, at + timedelta(days=90), (0, 1, "too_small"))


def test_the_sum_shown_is_the_sum_kept(bought: Order, at: datetime) -> None:
    ids = line_ids(bought)
    wish = services.Wish(line=ids[0], quantity=1, reason="too_small")

    def request(shown: int) -> Return:
        return services.request_return(
            order_id=bought.public_id,
            wishes=[wish],
            outcome=Outcome.REFUND,
            at=at,
            actor="shopper",
            shown_payout=shown,
        )

    with pytest.raises(QuoteChanged):
        request(2499)
    assert Return.objects.count() == 0
    case = request(2500)
    assert case.decision["policy_hash"] == case.policy_version.hash
    kept = case.policy_decision
    line = kept.facts["lines"][0]
    assert (line["quantity"], line["shipped"]) == (2, "2026-11-20T06:00:00+00:00")
    assert kept.decision["lines"][0]["start"] == {
        "day": "2026-11-25",
        "basis": "shipped_plus_allowance",
    }


def test_a_policy_without_review_approves_by_itself(
    bought: Order, publish: Publish, at: datetime
) -> None:
    publish(review=False, send_within=14)
    case = ask(bought, at, (0, 1, "too_small"))
    assert (case.state, case.decided_by) == (ReturnState.APPROVED, "policy")
    assert str(case.send_by) == "2026-12-05"
    with pytest.raises(InvalidTransition):
        services.undo_decision(return_id=case.public_id, at=at, actor=STAFF)


def test_an_approval_can_be_taken_back_for_a_while(bought: Order, at: datetime) -> None:
    case = ask(bought, at, (0, 1, "too_small"))
    services.approve_return(return_id=case.public_id, at=at, actor=STAFF)
    soon, later = at + timedelta(seconds=30), at + timedelta(seconds=31)
    with pytest.raises(UndoTimeOver):
        services.undo_decision(return_id=case.public_id, at=later, actor=STAFF)
    services.undo_decision(return_id=case.public_id, at=soon, actor=STAFF)
    undone = fresh(case)
    assert (undone.state, undone.send_by, undone.decided_by) == (ReturnState.IN_REVIEW, None, "")
    with pytest.raises(InvalidTransition):
        services.undo_decision(return_id=case.public_id, at=soon, actor=STAFF)
    services.approve_return(return_id=case.public_id, at=later, actor=STAFF)
    assert fresh(case).decisions == 2


def decline(case: Return, at: datetime) -> None:
    services.decline_return(
        return_id=case.public_id, reason=DeclineReason.USED, text="Worn.", at=at, actor=STAFF
    )


def test_a_refusal_frees_the_units_and_can_be_taken_back(bought: Order, at: datetime) -> None:
    case = ask(bought, at, (0, 2, "too_small"))
    decline(case, at)
    assert judge(bought, at=at).lines[0].decision.returnable == 2
    services.undo_decision(return_id=case.public_id, at=at, actor=STAFF)
    assert (fresh(case).state, fresh(case).decline_text) == (ReturnState.IN_REVIEW, "")
    decline(case, at)
    other = ask(bought, at, (0, 1, "too_small"))
    with pytest.raises(QuantityExceedsReturnable):
        services.approve_return(return_id=case.public_id, at=at, actor=STAFF)
    services.cancel_return(return_id=other.public_id, at=at, actor="shopper")
    services.approve_return(return_id=case.public_id, at=at, actor=STAFF)
    assert fresh(case).state == ReturnState.APPROVED


def test_a_shopper_tells_that_it_is_on_its_way(bought: Order, at: datetime) -> None:
    case = ask(bought, at, (0, 1, "too_small"))
    services.approve_return(return_id=case.public_id, at=at, actor=STAFF)
    services.mark_sent(return_id=case.public_id, tracking_number="123", at=at, actor="shopper")
    assert (fresh(case).state, fresh(case).tracking_number) == (ReturnState.IN_TRANSIT, "123")
    with pytest.raises(InvalidTransition):
        services.cancel_return(return_id=case.public_id, at=at, actor="shopper")
    services.end_overdue(return_id=case.public_id, at=at + timedelta(days=99))
    assert fresh(case).state == ReturnState.IN_TRANSIT


@pytest.mark.parametrize("counts", [(0,), (3,), (-1,)])
def test_only_announced_units_are_counted(
    bought: Order, at: datetime, counts: tuple[int, ...]
) -> None:
    case = ask(bought, at, (0, 2, "too_small"))
    services.approve_return(return_id=case.public_id, at=at, actor=STAFF)
    with pytest.raises(CountsDoNotAddUp):
        arrive(case, at, *counts)
    assert fresh(case).state == ReturnState.APPROVED


def test_a_strange_line_is_not_counted(bought: Order, at: datetime) -> None:
    case = ask(bought, at, (0, 2, "too_small"))
    services.approve_return(return_id=case.public_id, at=at, actor=STAFF)
    with pytest.raises(CountsDoNotAddUp):
        services.receive_return(return_id=case.public_id, counts={"rln_x": 1}, at=at, actor=STAFF)


def test_every_unit_is_graded_once(bought: Order, at: datetime) -> None:
    case = ask(bought, at, (0, 2, "too_small"))
    services.approve_return(return_id=case.public_id, at=at, actor=STAFF)
    arrive(case, at)
    line = case.lines.get()

    def findings(*quantities: int, line_id: str = line.public_id) -> list[services.Finding]:
        return [
            services.Finding(line=line_id, grade="a", quantity=quantity, accepted=True)  # type: ignore[arg-type]
            for quantity in quantities
        ]

    for wrong in (findings(1), findings(2, 1), findings(0, 2), findings(2, line_id="rln_x")):
        with pytest.raises(CountsDoNotAddUp):
            services.inspect_return(return_id=case.public_id, findings=wrong, at=at, actor=STAFF)
    services.inspect_return(return_id=case.public_id, findings=findings(1, 1), at=at, actor=STAFF)
    assert fresh(case).state == ReturnState.RESOLVING


def test_refused_units_are_not_paid_and_cannot_be_asked_for_again(
    bought: Order, at: datetime
) -> None:
    case = ask(bought, at, (0, 2, "too_small"))
    resolve(case, at, refused=2)
    refused = RefusedUnits.objects.get().public_id
    answer_refused(refused_id=refused, choice=RefusedChoice.DONATE, at=at, actor="shopper")
    assert fresh(case).state == ReturnState.COMPLETED
    assert Settlement.objects.count() == 0
    decision = judge(bought, at=at).lines[0].decision
    assert (decision.returnable, decision.denials[0].code) == (0, "refused_before")


def test_r14_what_is_missing_may_still_come(bought: Order, at: datetime) -> None:
    case = ask(bought, at, (0, 2, "too_small"), (1, 1, "changed_mind"))
    resolve(case, at, 1, 1)
    with pytest.raises(RefundExceedsBalance):
        settle(case, at, pay=7000)
    assert settle(case, at).total == 4500
    services.refund_succeeded(Refund.objects.get().public_id, reference="", at=at, actor=STAFF)
    assert fresh(case).state == ReturnState.IN_TRANSIT
    assert judge(bought, at=at).lines[0].decision.returnable == 0
    arrive(case, at, 1, 0)
    grade(case, at)
    last = settle(case, at, key="k2")
    assert (last.total, last.shipping) == (3000, 500)
    services.refund_succeeded(Refund.objects.last().public_id, reference="", at=at, actor=STAFF)  # type: ignore[union-attr]
    assert fresh(case).state == ReturnState.COMPLETED
    bought.refresh_from_db()
    assert bought.given_back == bought.captured == 7500


def test_what_does_not_come_in_time_is_given_up(bought: Order, at: datetime) -> None:
    case = ask(bought, at, (0, 2, "too_small"))
    resolve(case, at, 1)
    settle(case, at)
    services.refund_succeeded(Refund.objects.get().public_id, reference="", at=at, actor=STAFF)
    services.end_overdue(return_id=case.public_id, at=at + timedelta(days=28))
    assert fresh(case).state == ReturnState.IN_TRANSIT
    services.end_overdue(return_id=case.public_id, at=at + timedelta(days=29))
    assert fresh(case).state == ReturnState.COMPLETED
    assert judge(bought, at=at).lines[0].decision.returnable == 1


def test_missing_units_after_the_deadline_are_not_waited_for(bought: Order, at: datetime) -> None:
    case = ask(bought, at, (0, 2, "too_small"))
    services.approve_return(return_id=case.public_id, at=at, actor=STAFF)
    late = at + timedelta(days=40)
    arrive(case, late, 1)
    grade(case, late)
    settle(fresh(case), late)
    services.refund_succeeded(Refund.objects.get().public_id, reference="", at=late, actor=STAFF)
    assert fresh(case).state == ReturnState.COMPLETED


def test_an_unsent_return_expires_and_may_arrive_late(bought: Order, at: datetime) -> None:
    case = ask(bought, at, (0, 2, "too_small"))
    services.approve_return(return_id=case.public_id, at=at, actor=STAFF)
    late = at + timedelta(days=29)
    services.end_overdue(return_id=case.public_id, at=late)
    assert fresh(case).state == ReturnState.EXPIRED
    assert judge(bought, at=at).lines[0].decision.returnable == 2
    other = ask(bought, at, (0, 1, "too_small"))
    from returns.errors import UnitAlreadySettled

    with pytest.raises(UnitAlreadySettled):
        arrive(case, late)
    services.cancel_return(return_id=other.public_id, at=late, actor="shopper")
    arrive(case, late)
    assert (fresh(case).state, fresh(case).closed_at) == (ReturnState.RECEIVED, None)


def test_store_credit_is_booked_with_its_bonus(
    bought: Order, publish: Publish, at: datetime
) -> None:
    publish(postage={"JPY": 990})
    case = ask(bought, at, (0, 1, "changed_mind"), outcome=Outcome.STORE_CREDIT)
    settlement = settle(resolve(case, at), at)
    assert (settlement.total, settlement.bonus, settlement.payout) == (1510, 76, 1586)
    entries = StoreCreditEntry.objects.order_by("id").values_list("amount", "reason")
    assert list(entries) == [(1510, "return"), (76, "bonus")]
    bought.refresh_from_db()
    assert bought.given_back == 1510
    assert fresh(case).state == ReturnState.COMPLETED
    assert Refund.objects.count() == 0
    components = LedgerEntry.objects.order_by("id").values_list("component", "amount")
    assert list(components) == [("goods", 2500), ("fee", -990), ("bonus", 76)]


def test_store_credit_needs_a_customer(scope: Merchant, bought: Order, at: datetime) -> None:
    case = resolve(ask(bought, at, (0, 1, "too_small")), at)
    type(bought).objects.filter(pk=bought.pk).update(customer=None)
    with pytest.raises(NotReturnable):
        settle(case, at, outcome=Outcome.STORE_CREDIT)
    with pytest.raises(NotReturnable):
        ask(bought, at, (1, 1, "too_small"), outcome=Outcome.STORE_CREDIT)


def variant_id(order: Order, title: str) -> str:
    from commerce.selectors import list_lines, list_same_product

    line = list_lines(order)[0]
    assert line.variant is not None
    return next(v.public_id for v in list_same_product(line.variant) if v.title == title)


def exchange(order: Order, at: datetime, title: str, quantity: int = 1) -> Return:
    return ask(
        order,
        at,
        (0, quantity, "changed_mind"),
        outcome=Outcome.EXCHANGE,
        variant=variant_id(order, title),
    )


def test_an_exchange_ships_when_the_goods_were_accepted(
    bought: Order, publish: Publish, at: datetime
) -> None:
    publish(postage={"JPY": 990}, restocking=1000)
    case = exchange(bought, at, "青")
    assert Replacement.objects.get().state == ReplacementState.RESERVED
    with pytest.raises(OutOfStock):
        exchange(bought, at, "青")
    settlement = settle(resolve(case, at), at)
    assert [(e.component, e.amount) for e in settlement.entries.all()] == [
        ("exchange_credit", 2500)
    ]
    assert fresh(case).state == ReturnState.COMPLETED
    replacement = Replacement.objects.get()
    assert (replacement.state, replacement.quantity) == (ReplacementState.READY, 1)
    services.ship_replacement(
        replacement_id=replacement.public_id,
        carrier_name="Yamato",
        tracking_number="398412345670",
        at=at,
        actor=STAFF,
    )
    assert Replacement.objects.get().state == ReplacementState.SHIPPED
    with pytest.raises(InvalidTransition):
        services.ship_replacement(
            replacement_id=replacement.public_id,
            carrier_name="",
            tracking_number="",
            at=at,
            actor=STAFF,
        )
    assert "replacement.shipped" in types(f"return:{case.public_id}")
    exchange(bought, at, "白")


def test_a_sold_out_variant_cannot_be_chosen(bought: Order, at: datetime) -> None:
    for title, quantity in (("黒", 1), ("青", 2)):
        with pytest.raises(OutOfStock):
            exchange(bought, at, title, quantity)
    with pytest.raises(NotReturnable):
        ask(bought, at, (1, 1, "changed_mind"), outcome=Outcome.EXCHANGE)


def test_a_refused_exchange_lets_its_stock_go(bought: Order, at: datetime) -> None:
    case = exchange(bought, at, "青")
    decline(case, at)
    assert Replacement.objects.get().state == ReplacementState.RELEASED
    services.undo_decision(return_id=case.public_id, at=at, actor=STAFF)
    held = Replacement.objects.filter(state=ReplacementState.RESERVED)
    assert held.count() == 1


def test_a_part_of_an_exchange_ships_and_the_rest_is_held(bought: Order, at: datetime) -> None:
    case = exchange(bought, at, "白", 2)
    settle(resolve(case, at, 1), at)
    states = Replacement.objects.order_by("id").values_list("state", "quantity")
    assert sorted(states) == [("ready", 1), ("reserved", 1)]
    assert fresh(case).state == ReturnState.IN_TRANSIT


def test_an_expired_exchange_takes_its_stock_again_or_says_so(bought: Order, at: datetime) -> None:
    case = exchange(bought, at, "青")
    services.approve_return(return_id=case.public_id, at=at, actor=STAFF)
    late = at + timedelta(days=29)
    services.end_overdue(return_id=case.public_id, at=late)
    other = exchange(bought, at, "青")
    arrive(case, late)
    grade(case, late)
    with pytest.raises(OutOfStock):
        settle(case, late)
    services.cancel_return(return_id=other.public_id, at=late, actor="shopper")
    settle(case, late)
    assert fresh(case).state == ReturnState.COMPLETED


def test_staff_may_refund_what_was_to_be_exchanged(bought: Order, at: datetime) -> None:
    case = resolve(exchange(bought, at, "青"), at)
    assert settle(case, at, outcome=Outcome.REFUND).outcome == Outcome.REFUND
    services.refund_succeeded(Refund.objects.get().public_id, reference="", at=at, actor=STAFF)
    assert Replacement.objects.get().state == ReplacementState.RELEASED


def test_nothing_is_settled_before_or_after_its_time(bought: Order, at: datetime) -> None:
    case = ask(bought, at, (0, 1, "too_small"))
    with pytest.raises(InvalidTransition):
        settle(case, at)
    resolve(case, at)
    settle(case, at)
    with pytest.raises(NothingToSettle):
        settle(case, at, key="k2")


def test_r16_a_refund_of_nothing_is_booked_with_its_fees(
    bought: Order, publish: Publish, at: datetime
) -> None:
    publish(postage={"JPY": 9900}, restocking=1000)
    case = ask(bought, at, (1, 1, "changed_mind"))
    assert case.quote["payout"] == 0
    settlement = settle(resolve(case, at), at)
    assert settlement.total == 0
    assert [(e.code, e.amount) for e in settlement.entries.order_by("id")] == [
        ("goods", 2000),
        ("restocking_fee", -200),
        ("return_postage", -1800),
    ]
    assert fresh(case).state == ReturnState.COMPLETED


def test_staff_may_pay_less(bought: Order, at: datetime) -> None:
    case = resolve(ask(bought, at, (0, 1, "too_small")), at)
    with pytest.raises(QuoteChanged):
        settle(case, at, shown=2400)
    settlement = settle(case, at, shown=2500, pay=2000)
    assert settlement.total == 2000
    assert [(e.code, e.amount) for e in settlement.entries.order_by("id")] == [
        ("goods", 2500),
        ("deduction", -500),
    ]
