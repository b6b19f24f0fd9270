"""Policies, rules and facts to ask the engine about."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from returns.enums import Outcome
from returns.rules.defaults import DEFAULT_POLICY
from returns.rules.policy import Facts, Line, OutcomeTerms, Policy, Rule
from returns.rules.policy.slots import read_rule

TOKYO = ZoneInfo("Asia/Tokyo")
LATER = datetime(2026, 10, 10, 3, 0, tzinfo=UTC)


def tokyo(year: int, month: int, day: int, *clock: int) -> datetime:
    """An instant by the clock of Tokyo."""
    return datetime(year, month, day, *clock, tzinfo=TOKYO)


def asks(fact: str, operator: str, value: Any) -> dict[str, Any]:
    """A comparison as it is written."""
    return {"fact": fact, "operator": operator, "value": value}


def rule(name: str, when: dict[str, Any], **more: Any) -> Rule:
    """A rule as it is read; effects and the rest by name."""
    usual: dict[str, Any] = {
        "if_unknown": "skip",
        "say": {"en": "", "ja": ""},
        "note": "",
        "active": True,
    }
    own = {key: more.pop(key) for key in usual if key in more}
    return read_rule({"id": name, "when": when, "effects": more, **usual, **own}, name)


SENDING = {"en": "Send it at your own cost.", "ja": "送料はお客様のご負担です。"}
"""What the shop says about sending, so that who pays is said."""


def policy(*rules: Rule, **changes: Any) -> Policy:
    """The default policy with rules; no review, so that verdicts are plain."""
    plain: dict[str, Any] = {"review": False, "rules": rules, "instructions": SENDING}
    return replace(DEFAULT_POLICY, **plain | changes)


def only_refund(days: int) -> tuple[OutcomeTerms, ...]:
    """Money back for some days, and nothing else."""
    return (OutcomeTerms(outcome=Outcome.REFUND, days=days),)


def a_line(name: str = "L", **changes: Any) -> Line:
    """A line of one unit that arrived on 1 October 2026 at 18:20 in Tokyo."""
    usual: dict[str, Any] = {"quantity": 1, "delivered": tokyo(2026, 10, 1, 18, 20)}
    return Line(line=name, **{**usual, **changes})


def facts(*lines: Line, at: datetime = LATER, **changes: Any) -> Facts:
    """What is known at an instant of an order in yen; one plain line unless others are given."""
    return Facts(at=at, zone="Asia/Tokyo", currency="JPY", lines=lines or (a_line(),), **changes)
