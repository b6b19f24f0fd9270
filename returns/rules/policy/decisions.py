"""What is known when a policy is asked, and what it answers: plain values, written as plain JSON.

`read_facts` reads what `Facts.to_json` writes, so a stored decision can be made again, bit for bit.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from returns.enums import DenialCode, Outcome, RefundShipping, Slot, StatutoryPack, Verdict
from returns.rules.paid import Terms
from returns.rules.policy.document import Policy
from returns.rules.windows import WindowStart

ENGINE = 4
"""The version of the engine's own logic. A stored decision names the one that made it.

Engine 2 counts the law's days from arrival alone, waits for no cancelled line, and gives outbound
shipping back where the law undoes the contract. Engine 3 ends the law's days where the order went,
where that is later than in the shop's zone. Engine 4 names the law's exemption of what is refused,
takes what is sealed for hygiene for exempt only once it was opened, and settles part of the value,
discounts on other products and when replacements are sent. What an engine before decided stays as
it was told.
"""
ALIKE = frozenset({3, ENGINE})
"""The engines that decide alike of whatever was known in their time: they are made again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What is known of a line of an order. The four counts are units, as `photos` counts photos.

    `promised` holds the dates this shopper was shown, by outcome: they are never shortened.
    `barred` are outcomes this line cannot have whatever the policy says. `goods` is false for what
    is never sent back, such as a download. `known` are the facts of the line, by name.
    """

    line: str
    quantity: int
    settled: int = 0
    reserved: int = 0
    refused: int = 0
    goods: bool = True
    shipped: datetime | None = None
    delivered: datetime | date | None = None
    promised: Mapping[Outcome, datetime] = field(default_factory=dict)
    barred: frozenset[Outcome] = frozenset()
    photos: int = 0
    known: Mapping[str, Any] = field(default_factory=dict)

    @property
    def left(self) -> int:
        """Units that can still come back."""
        return self.quantity - self.settled - self.reserved - self.refused if self.goods else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """All that is known at the instant `at`; calendar days are those of `zone`.

    `known` holds the facts of customer, order and return by name, amounts in minor units of
    `currency`. `days_off` are the public holidays of where the order went, and `zones` the time
    zones it may have there, for the law's days alone.
    """

    at: datetime
    zone: str
    currency: str
    lines: tuple[Line, ...]
    placed: datetime | None = None
    known: Mapping[str, Any] = field(default_factory=dict)
    days_off: tuple[date, ...] = ()
    zones: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return the facts as plain JSON; `read_facts` reads them back equal."""
        return {
            "at": self.at.isoformat(),
            "zone": self.zone,
            "currency": self.currency,
            "placed": _written(self.placed),
            "known": dict(self.known),
            "days_off": [day.isoformat() for day in self.days_off],
            "zones": list(self.zones),
            "lines": [_line(line) for line in self.lines],
        }


def _line(line: Line) -> dict[str, Any]:
    return {
        "line": line.line,
        "quantity": line.quantity,
        "settled": line.settled,
        "reserved": line.reserved,
        "refused": line.refused,
        "goods": line.goods,
        "shipped": _written(line.shipped),
        "delivered": _written(line.delivered),
        "promised": {
            outcome.value: moment.isoformat() for outcome, moment in line.promised.items()
        },
        "barred": sorted(outcome.value for outcome in line.barred),
        "photos": line.photos,
        "known": dict(line.known),
    }


def read_facts(data: Mapping[str, Any]) -> Facts:
    """Return the facts that were stored with a decision."""
    return Facts(
        at=datetime.fromisoformat(data["at"]),
        zone=data["zone"],
        currency=data["currency"],
        placed=_moment(data["placed"]),
        known=data["known"],
        days_off=tuple(date.fromisoformat(day) for day in data["days_off"]),
        zones=tuple(data.get("zones", ())),
        lines=tuple(_read_line(line) for line in data["lines"]),
    )


def _read_line(data: Mapping[str, Any]) -> Line:
    arrived = data["delivered"]
    return Line(
        **{
            name: data[name]
            for name in (
                *("line", "quantity", "settled", "reserved", "refused"),
                *("goods", "photos", "known"),
            )
        },
        shipped=_moment(data["shipped"]),
        delivered=date.fromisoformat(arrived)
        if arrived and len(arrived) == 10
        else _moment(arrived),
        promised={
            Outcome(outcome): datetime.fromisoformat(moment)
            for outcome, moment in data["promised"].items()
        },
        barred=frozenset(Outcome(outcome) for outcome in data["barred"]),
    )


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _written(moment: date | None) -> str | None:
    return moment.isoformat() if moment else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Denial:
    """A reason against a line, or against one outcome of it, such as an ended window.

    `rule` is the id of the rule that said so, empty by default; `said` are its own words to the
    shopper by language, which are read in the policy and not written with the decision.
    """

    code: DenialCode
    outcome: Outcome | None = None
    until: datetime | None = None
    rule: str = ""
    said: Mapping[str, str] = field(default_factory=dict, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """An outcome that is open, and the last second it is."""

    outcome: Outcome
    until: datetime


@dataclass(frozen=True, slots=True)
class Settled:
    """The value of a slot, and what decided it: a rule's id, a law's, or nothing for the default.

    Laws are named `law:` and the pack, such as `law:eu`.
    """

    value: Any
    by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """How a line was decided.

    `rules` holds a letter for each rule of the policy in order: T, F or U for unknown, and a dot
    for one that is not active. `true` and `unknown` are the engine's comparisons as bits, from
    which `explain` tells each rule's part. `start` is where the window counts from, None while
    nothing was shipped.
    """

    rules: str
    true: int
    unknown: int
    start: WindowStart | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LineDecision:
    """What a policy says about a line.

    `returnable` units may come back for one of `offers`; where an outcome or the whole line is
    closed, `denials` says why, and `best` is the best outcome still open, if any. `slots` has
    every slot, `law` the pack that improved on the shop's own policy, if one did.
    """

    line: str
    verdict: Verdict
    returnable: int
    offers: tuple[Offer, ...]
    denials: tuple[Denial, ...]
    slots: Mapping[Slot, Settled]
    law: StatutoryPack | None
    trace: Trace

    def value(self, slot: Slot) -> Any:
        """Return the value of a slot."""
        return self.slots[slot].value

    def offer(self, outcome: Outcome) -> Offer | None:
        """Return the open offer of an outcome, or None."""
        return next((offer for offer in self.offers if offer.outcome is outcome), None)

    @property
    def best(self) -> Outcome | None:
        """The best outcome still open, money before goods before credit."""
        offered = [offer.outcome for offer in self.offers]
        return next((outcome for outcome in _BEST_FIRST if outcome in offered), None)

    def terms(self, policy: Policy, outcome: Outcome, currency: str) -> Terms:
        """Return the money terms of an outcome of this line for an order in `currency`."""
        fees = self.value(Slot.FEES)
        return replace(
            policy.terms(outcome, currency),
            restocking=fees["restocking"],
            postage=fees["postage"].get(currency, 0),
            bonus=self.value(Slot.BONUS) if outcome is Outcome.STORE_CREDIT else 0,
            shop_now=self.value(Slot.SHOP_NOW),
            refund_shipping=RefundShipping(fees["refund_shipping"]),
        )

    def to_json(self) -> dict[str, Any]:
        """Return the decision as plain JSON; slots that are as by default are left out."""
        start = self.trace.start
        return {
            "line": self.line,
            "verdict": self.verdict.value,
            "returnable": self.returnable,
            "offers": [
                {"outcome": offer.outcome.value, "until": offer.until.isoformat()}
                for offer in self.offers
            ],
            "denials": [
                {
                    "code": denial.code.value,
                    "outcome": denial.outcome.value if denial.outcome else None,
                    "until": _written(denial.until),
                    "rule": denial.rule,
                }
                for denial in self.denials
            ],
            "best": self.best.value if self.best else None,
            "law": self.law.value if self.law else None,
            "slots": {
                slot.value: {"value": one.value, "by": one.by}
                for slot, one in self.slots.items()
                if one.by
            },
            "start": {"day": start.day.isoformat(), "basis": start.basis.value} if start else None,
            "trace": {
                "rules": self.trace.rules,
                "true": f"{self.trace.true:x}",
                "unknown": f"{self.trace.unknown:x}",
            },
        }


_BEST_FIRST = (Outcome.REFUND, Outcome.EXCHANGE, Outcome.STORE_CREDIT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What a policy says about every line."""

    lines: tuple[LineDecision, ...]

    def line(self, line: str) -> LineDecision:
        """Return what it says about a line; raises KeyError for a line it was not asked about."""
        for one in self.lines:
            if one.line == line:
                return one
        raise KeyError(line)

    def to_json(self) -> dict[str, Any]:
        """Return the decision as plain JSON, to be stored beside its facts and compared."""
        return {"engine": ENGINE, "lines": [line.to_json() for line in self.lines]}
