"""What the law gives in the EU, the United Kingdom and Japan, to the second."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from returns.enums import DenialCode, Outcome, RefundShipping, Slot, StatutoryPack, Verdict
from returns.rules.policy import Facts, LineDecision, Policy, decide
from tests.returns.rules.policy_samples import a_line, asks, facts, only_refund, policy, rule, tokyo

BERLIN = ZoneInfo("Europe/Berlin")
STRICT = policy(
    rule("no_germany", asks("country", "is", "DE"), eligible=False),
    outcomes=only_refund(7),
    restocking=1500,
    postage={"EUR": 500},
)


def berlin(month: int, day: int, *clock: int) -> datetime:
    return datetime(2026, month, day, *(clock or (12, 0)), tzinfo=BERLIN)


def asked(country: str, at: datetime, *lines: Any, **changes: Any) -> Facts:
    usual = {"known": {"country": country}, **changes}
    found = facts(*(lines or (a_line(delivered=berlin(10, 1)),)), at=at, **usual)
    return replace(found, zone="Europe/Berlin", currency="EUR")


def first(policy: Policy, known: Facts) -> LineDecision:
    return decide(policy, known).lines[0]


def refund_until(policy: Policy, known: Facts) -> datetime:
    offer = first(policy, known).offer(Outcome.REFUND)
    assert offer is not None
    return offer.until


def test_p6_fourteen_days_without_a_restocking_fee() -> None:
    until = berlin(10, 15, 23, 59, 59)
    decision = first(STRICT, asked("DE", until))
    assert decision.offers[0].until == until
    assert decision.law is StatutoryPack.EU
    terms = decision.terms(STRICT, Outcome.REFUND, "EUR")
    assert (terms.restocking, terms.postage) == (0, 500)
    assert decision.slots[Slot.ELIGIBLE].by == "law:eu"
    # Whether the law exempts the goods is not known, so staff look.
    assert decision.verdict is Verdict.REVIEW
    plain = asked("DE", until, a_line(delivered=berlin(10, 1), known={"exemption": "none"}))
    assert first(STRICT, plain).verdict is Verdict.OPEN

    after = first(STRICT, asked("DE", berlin(10, 16, 0, 0)))
    assert (after.verdict, after.law) == (Verdict.DENIED, None)
    assert after.terms(STRICT, Outcome.REFUND, "EUR").restocking == 1500


@pytest.mark.parametrize(
    ("arrived", "last"),
    [
        (date(2026, 10, 1), date(2026, 10, 15)),
        (date(2026, 10, 3), date(2026, 10, 19)),
        (date(2026, 10, 4), date(2026, 10, 19)),
        (date(2026, 12, 11), date(2026, 12, 28)),
    ],
)
def test_p6_a_last_day_off_rolls(arrived: date, last: date) -> None:
    known = asked(
        "FR",
        datetime.combine(arrived, datetime.min.time(), tzinfo=BERLIN),
        a_line(delivered=arrived),
        days_off=(date(2026, 12, 25),),
    )
    assert refund_until(STRICT, known).astimezone(BERLIN).date() == last


@pytest.mark.parametrize(
    ("shop", "arrived", "until"),
    [
        ("Asia/Tokyo", berlin(10, 1, 12, 0), berlin(10, 15, 23, 59, 59)),
        ("Asia/Tokyo", berlin(10, 1, 18, 0), berlin(10, 16, 23, 59, 59)),
        # The morning of the 2nd is the 1st in Honolulu, whose 16th ends at noon of the 17th.
        ("Pacific/Honolulu", berlin(10, 2, 9, 0), berlin(10, 17, 11, 59, 59)),
        ("Europe/Berlin", berlin(10, 1, 12, 0), berlin(10, 15, 23, 59, 59)),
    ],
)
def test_p6_the_last_day_is_whole_where_the_order_went(
    shop: str, arrived: datetime, until: datetime
) -> None:
    line = a_line(delivered=arrived)
    last = replace(asked("DE", until, line, zones=("Europe/Berlin",)), zone=shop)
    assert refund_until(STRICT, last) == until
    assert first(STRICT, last).law is StatutoryPack.EU
    assert first(STRICT, replace(last, at=until + timedelta(seconds=1))).law is None
    # The shop's own days are those of its own zone.
    waits = policy(outcomes=only_refund(30))
    assert refund_until(waits, last).astimezone(ZoneInfo(shop)).time().isoformat() == "23:59:59"


def test_p6_an_order_on_the_way_counts_from_the_later_today() -> None:
    at = datetime(2026, 10, 1, 21, 0, tzinfo=BERLIN)
    going = asked("DE", at, a_line(shipped=berlin(9, 20), delivered=None), zones=("Europe/Berlin",))
    assert refund_until(STRICT, going) == berlin(10, 15, 23, 59, 59)
    assert refund_until(STRICT, replace(going, zone="Asia/Tokyo")) == berlin(10, 16, 23, 59, 59)


def test_p6_the_last_item_begins_the_period() -> None:
    both = (a_line("one", delivered=berlin(10, 1)), a_line("two", delivered=berlin(10, 7)))
    assert refund_until(STRICT, asked("DE", berlin(10, 8), *both)) == berlin(10, 21, 23, 59, 59)
    waiting = (both[0], a_line("two", delivered=None))
    on_the_way = asked("DE", berlin(11, 3), *waiting)
    assert refund_until(STRICT, on_the_way) == berlin(11, 17, 23, 59, 59)


def test_p6_a_cancelled_line_is_not_waited_for() -> None:
    arrived = a_line("one", delivered=berlin(10, 1))
    until = berlin(10, 15, 23, 59, 59)
    for gone in ({"settled": 2}, {"reserved": 2}, {"settled": 1, "reserved": 1}):
        never_left = a_line("two", quantity=2, delivered=None, **gone)
        known = asked("DE", berlin(10, 10), arrived, never_left)
        assert decide(STRICT, known).lines[0].offers[0].until == until
    # Units that came back in part were sent, and the last of them has still to arrive.
    on_the_way = a_line("two", shipped=berlin(10, 2), delivered=None, settled=1)
    assert refund_until(STRICT, asked("DE", berlin(11, 3), arrived, on_the_way)) == berlin(
        11, 17, 23, 59, 59
    )


def test_p6_shipping_goes_back_whatever_the_policy_says() -> None:
    keeps = replace(STRICT, refund_shipping=RefundShipping.NEVER)
    inside = first(keeps, asked("DE", berlin(10, 2)))
    assert inside.terms(keeps, Outcome.REFUND, "EUR").refund_shipping is RefundShipping.FULL_RETURN
    after = first(keeps, asked("DE", berlin(11, 2)))
    assert after.terms(keeps, Outcome.REFUND, "EUR").refund_shipping is RefundShipping.NEVER
    # Japan's right says nothing about it.
    hidden = policy(refund_shipping=RefundShipping.NEVER, terms_displayed=False)
    japan = first(hidden, facts(at=tokyo(2026, 10, 2), known={"country": "JP"}))
    assert japan.law is StatutoryPack.JP
    assert japan.terms(hidden, Outcome.REFUND, "JPY").refund_shipping is RefundShipping.NEVER


def test_p6_postage_only_if_it_was_disclosed() -> None:
    hidden = replace(STRICT, terms_displayed=False)
    assert (
        first(hidden, asked("DE", berlin(10, 2))).terms(hidden, Outcome.REFUND, "EUR").postage == 0
    )


def test_p6_all_of_the_value_is_given_and_then_it_comes_back() -> None:
    terms = policy(rule("part", {"all": []}, part_credit=3000, keep_item="keep"))
    decision = first(terms, asked("DE", berlin(10, 2)))
    assert (decision.value(Slot.PART_CREDIT), decision.value(Slot.KEEP_ITEM)) == (10_000, "send")
    assert decision.slots[Slot.PART_CREDIT].by == "law:eu"
    elsewhere = first(terms, asked("US", berlin(10, 2)))
    assert (elsewhere.value(Slot.PART_CREDIT), elsewhere.value(Slot.KEEP_ITEM)) == (3000, "keep")


def test_p6_what_the_law_exempts_is_as_the_shop_says() -> None:
    made = a_line(delivered=berlin(10, 1), known={"exemption": "custom_made"})
    decision = first(STRICT, asked("DE", berlin(10, 2), made))
    assert (decision.verdict, decision.law) == (Verdict.DENIED, None)
    assert [one.code for one in decision.denials] == [
        DenialCode.NOT_ELIGIBLE,
        DenialCode.EXEMPT_CUSTOM_MADE,
    ]


@pytest.mark.parametrize(("country", "day"), [("US", 2), ("DE", 17)])
def test_an_exemption_is_named_only_where_the_law_would_give_something(
    country: str, day: int
) -> None:
    never = policy(rule("never", {"all": []}, eligible=False))
    made = a_line(delivered=berlin(10, 1), known={"exemption": "perishable"})
    decision = first(never, asked(country, berlin(10, day), made))
    assert decision.verdict is Verdict.DENIED
    assert DenialCode.EXEMPT_PERISHABLE not in [one.code for one in decision.denials]


def test_what_the_shop_takes_back_needs_no_exemption() -> None:
    made = a_line(delivered=berlin(10, 1), known={"exemption": "custom_made"})
    decision = first(policy(), asked("DE", berlin(10, 2), made))
    assert (decision.verdict, decision.denials) == (Verdict.OPEN, ())


def test_what_is_sealed_for_hygiene_is_looked_at_not_refused() -> None:
    sealed = a_line(delivered=berlin(10, 1), known={"exemption": "hygiene"})
    decision = first(STRICT, asked("DE", berlin(10, 2), sealed))
    assert (decision.verdict, decision.law) == (Verdict.REVIEW, StatutoryPack.EU)


def test_p6_money_back_and_any_reason_without_photos() -> None:
    terms = policy(
        rule("all", {"all": []}, outcomes=["store_credit"], evidence=3, reasons=["defective"])
    )
    unwanted = a_line(delivered=berlin(10, 1), known={"reason": "changed_mind"})
    decision = first(terms, asked("GB", berlin(10, 2), unwanted))
    assert decision.law is StatutoryPack.UK
    assert [offer.outcome for offer in decision.offers] == [Outcome.REFUND, Outcome.STORE_CREDIT]
    assert decision.verdict is Verdict.OPEN
    assert decision.slots[Slot.EVIDENCE].by == "law:uk"


def test_p6_japan_eight_days_where_terms_were_not_displayed() -> None:
    terms = policy(
        outcomes=only_refund(3), restocking=1000, postage={"JPY": 990}, terms_displayed=False
    )
    # Received on the 1st, which is day 1: the 8th is the last day.
    until = tokyo(2026, 10, 8, 23, 59, 59)
    inside = first(terms, facts(at=until, known={"country": "JP"}))
    assert inside.offers[0].until == until
    assert inside.law is StatutoryPack.JP
    money = inside.terms(terms, Outcome.REFUND, "JPY")
    assert (money.restocking, money.postage) == (0, 990)
    shown = replace(terms, terms_displayed=True)
    assert first(shown, facts(at=until, known={"country": "JP"})).verdict is Verdict.DENIED
    over = facts(at=tokyo(2026, 10, 9), known={"country": "JP"})
    assert first(terms, over).verdict is Verdict.DENIED


@pytest.mark.parametrize("event", ["placed", "shipped"])
def test_p6_japan_counts_from_arrival_whatever_the_policy_counts_from(event: str) -> None:
    early = rule("early", {"all": []}, start_event=event)
    terms = policy(early, outcomes=only_refund(3), terms_displayed=False)
    line = a_line(shipped=tokyo(2026, 9, 25))
    until = tokyo(2026, 10, 8, 23, 59, 59)
    known = facts(line, at=until, placed=tokyo(2026, 9, 20), known={"country": "JP"})
    decision = first(terms, known)
    assert decision.law is StatutoryPack.JP
    assert decision.offers[0].until == until
