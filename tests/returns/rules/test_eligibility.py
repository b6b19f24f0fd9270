"""Which units may come back, for what and until when, and the reasons against it."""

from dataclasses import replace
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from returns.enums import DenialCode, Fault, Outcome, StartBasis
from returns.rules.defaults import DEFAULT_POLICY
from returns.rules.eligibility import Decision, decide_for_reasons
from returns.rules.policy import Denial, Engine, Facts, Line, Policy

TOKYO = ZoneInfo("Asia/Tokyo")


def tokyo(year: int, month: int, day: int, *clock: int) -> datetime:
    return datetime.combine(date(year, month, day), time(*clock), tzinfo=TOKYO)


DELIVERED = Line(line="L", quantity=2, delivered=tokyo(2026, 10, 1, 18, 20))


def decide(line: Line, policy: Policy, at: datetime, zone: ZoneInfo) -> Decision:
    facts = Facts(at=at, zone=zone.key, currency="JPY", lines=(line,))
    return decide_for_reasons(Engine(policy), facts)[0]


def judged(facts: Line, at: datetime) -> Decision:
    return decide(facts, DEFAULT_POLICY, at, TOKYO)


def outcomes(decision: Decision) -> set[Outcome]:
    return {offer.outcome for offer in decision.offers}


def test_r01_refund_until_the_last_second_then_store_credit() -> None:
    inside = judged(DELIVERED, tokyo(2026, 10, 31, 23, 59, 30))
    assert outcomes(inside) == set(Outcome)
    refund = inside.offer(Outcome.REFUND)
    assert refund is not None
    assert refund.until == tokyo(2026, 10, 31, 23, 59, 59)
    assert inside.denials == ()

    outside = judged(DELIVERED, tokyo(2026, 11, 1))
    assert outcomes(outside) == {Outcome.STORE_CREDIT}
    credit = outside.offer(Outcome.STORE_CREDIT)
    assert credit is not None
    assert credit.until == tokyo(2026, 11, 15, 23, 59, 59)
    ended = tokyo(2026, 10, 31, 23, 59, 59)
    assert outside.denials == (
        Denial(code=DenialCode.WINDOW_ENDED, outcome=Outcome.REFUND, until=ended),
        Denial(code=DenialCode.WINDOW_ENDED, outcome=Outcome.EXCHANGE, until=ended),
    )
    assert outside.offer(Outcome.REFUND) is None
    assert outside.returnable == 2


def test_after_the_last_window_nothing_is_returnable() -> None:
    decision = judged(DELIVERED, tokyo(2026, 11, 16))
    assert (decision.returnable, decision.offers, decision.reasons) == (0, (), ())
    assert {denial.outcome for denial in decision.denials} == set(Outcome)


def test_r02_the_trace_names_the_substitute_for_an_unknown_delivery() -> None:
    facts = Line(line="L", quantity=1, shipped=tokyo(2026, 10, 1))
    policy = replace(DEFAULT_POLICY, outcomes=(replace(DEFAULT_POLICY.outcomes[0], days=14),))
    inside = decide(facts, policy, tokyo(2026, 10, 20, 23), TOKYO)
    assert inside.returnable == 1
    assert inside.start is not None
    assert inside.start.basis is StartBasis.SHIPPED_PLUS_ALLOWANCE
    assert inside.start.day == date(2026, 10, 6)
    assert decide(facts, policy, tokyo(2026, 10, 21), TOKYO).returnable == 0


def test_a_date_once_shown_is_not_shortened_but_may_grow() -> None:
    shown = {Outcome.REFUND: tokyo(2026, 11, 5, 23, 59, 59)}
    refund = judged(replace(DELIVERED, promised=shown), tokyo(2026, 11, 5)).offer(Outcome.REFUND)
    assert refund is not None
    assert refund.until == shown[Outcome.REFUND]
    early = {Outcome.REFUND: tokyo(2026, 10, 20, 23, 59, 59)}
    later = judged(replace(DELIVERED, promised=early), tokyo(2026, 10, 2)).offer(Outcome.REFUND)
    assert later is not None
    assert later.until == tokyo(2026, 10, 31, 23, 59, 59)


def test_nothing_comes_back_before_it_was_sent() -> None:
    decision = judged(Line(line="L", quantity=1), tokyo(2026, 10, 2))
    assert decision.denials == (Denial(code=DenialCode.NOT_SHIPPED),)
    assert decision.returnable == 0


@pytest.mark.parametrize(
    ("counts", "returnable", "code"),
    [
        ({"settled": 1}, 1, None),
        ({"reserved": 1}, 1, None),
        ({"refused": 1}, 1, None),
        ({"settled": 2}, 0, "already_settled"),
        ({"settled": 1, "reserved": 1}, 0, "return_open"),
        ({"reserved": 2}, 0, "return_open"),
        ({"settled": 1, "refused": 1}, 0, "refused_before"),
        ({"goods": False}, 0, "not_goods"),
    ],
)
def test_r07_only_what_is_left_can_be_chosen(
    counts: dict[str, Any], returnable: int, code: str | None
) -> None:
    decision = judged(replace(DELIVERED, **counts), tokyo(2026, 10, 2))
    assert decision.returnable == returnable
    assert [denial.code for denial in decision.denials] == ([code] if code else [])


def test_final_sale_comes_back_only_when_it_is_not_the_shoppers_fault() -> None:
    decision = judged(replace(DELIVERED, known={"final_sale": True}), tokyo(2026, 10, 2))
    assert decision.returnable == 2
    assert {reason.fault for reason in decision.reasons} == {Fault.MERCHANT, Fault.CARRIER}
    assert [denial.code for denial in decision.denials] == ["final_sale"]
    own_choice = tuple(r for r in DEFAULT_POLICY.reasons if r.fault is Fault.SHOPPER)
    policy = replace(DEFAULT_POLICY, reasons=own_choice)
    closed = decide(
        replace(DELIVERED, known={"final_sale": True}), policy, tokyo(2026, 10, 2), TOKYO
    )
    assert (closed.returnable, closed.offers) == (0, ())


def test_an_outcome_the_order_cannot_have_is_not_offered() -> None:
    barred = replace(DELIVERED, barred=frozenset({Outcome.STORE_CREDIT}))
    assert outcomes(judged(barred, tokyo(2026, 10, 2))) == {Outcome.REFUND, Outcome.EXCHANGE}
    late = judged(barred, tokyo(2026, 11, 10))
    assert late.returnable == 0
    assert Outcome.STORE_CREDIT not in {denial.outcome for denial in late.denials}
