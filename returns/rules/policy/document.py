"""A return policy: read from plain JSON, checked to the last field, written back the same.

Two policies that say the same have the same hash, so a decision can name the policy it was judged
by and be replayed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Literal

from returns.enums import (
    BundleDiscount,
    ExchangePriceBasis,
    Fault,
    FaultShipping,
    Outcome,
    RefundShipping,
    TenderOrder,
    ThresholdPromotion,
)
from returns.enums.reports import ReasonMeaning
from returns.errors import InvalidPolicy
from returns.rules.commands import fingerprint
from returns.rules.paid import Terms
from returns.rules.policy import reading
from returns.rules.policy.reading import LANGUAGES
from returns.rules.policy.slots import LONGEST_WINDOW, Rule, read_rules

OPTIONAL: Mapping[str, Any] = {
    "rules": [],
    "terms_displayed": True,
    "working_days": False,
    "exchange_price_basis": ExchangePriceBasis.PAID,
}
"""Fields that came later, with what they mean where they are left out.

They are written only where they say something else: what was published before keeps its hash.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeTerms:
    """One outcome a shopper may choose: how many days after the start, and the credit bonus."""

    outcome: Outcome
    days: int
    bonus: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """A reason for a return, in every language, and whose fault it is.

    `group` is the heading it stands under where shoppers choose, in every language; none, and it
    stands by itself. Rules say which goods it is offered for. `meaning` is what reports take it
    for, "" where its code says so itself.
    """

    code: str
    fault: Fault
    label: Mapping[str, str]
    group: Mapping[str, str] = field(default_factory=dict)
    meaning: ReasonMeaning | Literal[""] = ""

    @property
    def means(self) -> ReasonMeaning:
        """What the reason says of its product."""
        return self.meaning or ReasonMeaning.of_code(self.code)


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What a shop promises. Percentages are basis points, postage minor units by currency.

    `transit_allowance` stands in for an unknown delivery, `send_within` is how many days an
    approved return waits for its parcel, `review` sends every request to staff first. `address` is
    where parcels go, line by line, `instructions` the shop's own words about sending, either empty.

    All this is what holds where none of the `rules`, in their order of priority, says otherwise.
    `terms_displayed`: the terms were legible near the buy button; `working_days`: a window that
    ends on a day off ends on the next working day; `exchange_price_basis`: what another variant of
    the same product costs.
    """

    outcomes: tuple[OutcomeTerms, ...]
    reasons: tuple[Reason, ...]
    transit_allowance: int
    send_within: int
    review: bool
    restocking: int
    postage: Mapping[str, int]
    refund_shipping: RefundShipping
    fault_shipping: FaultShipping
    threshold_promotion: ThresholdPromotion
    bundle_discount: BundleDiscount
    tender_order: TenderOrder
    address: tuple[str, ...] = ()
    instructions: Mapping[str, str] = field(default_factory=lambda: dict.fromkeys(LANGUAGES, ""))
    rules: tuple[Rule, ...] = ()
    terms_displayed: bool = True
    working_days: bool = False
    exchange_price_basis: ExchangePriceBasis = ExchangePriceBasis.PAID

    def says_where(self, language: str) -> bool:
        """Whether a shopper who reads `language` is told where to send a parcel."""
        return bool(self.address or self.instructions.get(language))

    @property
    def postage_unsaid(self) -> bool:
        """Whether nothing says who pays for sending back: no postage, and no words of the shop."""
        return not any(self.postage.values()) and not any(self.instructions.values())

    def outcome(self, outcome: Outcome) -> OutcomeTerms | None:
        """Return the terms of an outcome, or None where it is not offered."""
        return next((terms for terms in self.outcomes if terms.outcome is outcome), None)

    def reason(self, code: str) -> Reason | None:
        """Return a reason by its code, or None."""
        return next((reason for reason in self.reasons if reason.code == code), None)

    def terms(self, outcome: Outcome, currency: str) -> Terms:
        """Return the money terms of an outcome for an order in `currency`.

        A flat postage is charged in the currencies the policy names it in, and in no other.
        """
        offered = self.outcome(outcome)
        return Terms(
            restocking=self.restocking,
            postage=self.postage.get(currency, 0),
            bonus=offered.bonus if offered else 0,
            refund_shipping=self.refund_shipping,
            fault_shipping=self.fault_shipping,
            threshold_promotion=self.threshold_promotion,
            bundle_discount=self.bundle_discount,
            tender_order=self.tender_order,
            exchange_price_basis=self.exchange_price_basis,
        )

    def to_json(self) -> dict[str, Any]:
        """Return the policy as plain JSON; `read_policy` reads it back equal."""
        data = {one.name: getattr(self, one.name) for one in fields(self)}
        data["outcomes"] = [_row(terms) for terms in self.outcomes]
        data["reasons"] = [_reason_row(reason) for reason in self.reasons]
        data["postage"], data["instructions"] = dict(self.postage), dict(self.instructions)
        data["address"] = list(self.address)
        data["rules"] = [rule.to_json() for rule in self.rules]
        return {
            key: one for key, one in data.items() if key not in OPTIONAL or one != OPTIONAL[key]
        }

    @property
    def hash(self) -> str:
        """The SHA-256 of the policy's canonical JSON."""
        return fingerprint(self.to_json())


def read_policy(data: object) -> Policy:
    """Return the policy that plain JSON describes.

    Raises InvalidPolicy, naming the field, for anything missing, unknown, of another type or out of
    range, for a text without one of the languages, and for a policy that offers nothing. The fields
    of OPTIONAL may be left out.
    """
    if isinstance(data, dict):
        data = {**OPTIONAL, **data}
    given = reading.an_object(data, "policy", Policy.__slots__)
    return Policy(
        outcomes=tuple(
            _outcome(row, f"outcomes[{index}]")
            for index, row in enumerate(reading.rows(given["outcomes"], "outcomes", "outcome"))
        ),
        reasons=tuple(
            _reason(row, f"reasons[{index}]")
            for index, row in enumerate(reading.rows(given["reasons"], "reasons", "code"))
        ),
        transit_allowance=reading.whole(given["transit_allowance"], "transit_allowance", 0, 60),
        send_within=reading.whole(given["send_within"], "send_within", 1, 365),
        review=reading.flag(given["review"], "review"),
        restocking=reading.whole(given["restocking"], "restocking", 0, 10_000),
        postage=reading.by_currency(given["postage"], "postage"),
        refund_shipping=reading.choice(RefundShipping, given["refund_shipping"], "refund_shipping"),
        fault_shipping=reading.choice(FaultShipping, given["fault_shipping"], "fault_shipping"),
        threshold_promotion=reading.choice(
            ThresholdPromotion, given["threshold_promotion"], "threshold_promotion"
        ),
        bundle_discount=reading.choice(BundleDiscount, given["bundle_discount"], "bundle_discount"),
        tender_order=reading.choice(TenderOrder, given["tender_order"], "tender_order"),
        address=reading.lines(given["address"], "address"),
        instructions=reading.in_languages(given["instructions"], "instructions", 2000),
        rules=read_rules(given["rules"], "rules"),
        terms_displayed=reading.flag(given["terms_displayed"], "terms_displayed"),
        working_days=reading.flag(given["working_days"], "working_days"),
        exchange_price_basis=reading.choice(
            ExchangePriceBasis, given["exchange_price_basis"], "exchange_price_basis"
        ),
    )


def _row(row: OutcomeTerms | Reason) -> dict[str, Any]:
    return {one.name: getattr(row, one.name) for one in fields(row)}


def _reason_row(reason: Reason) -> dict[str, Any]:
    """Return a reason as plain JSON; what came later is written only where it says something."""
    row = {**_row(reason), "label": dict(reason.label), "group": dict(reason.group)}
    return {name: one for name, one in row.items() if one or name not in ("group", "meaning")}


def _outcome(row: object, path: str) -> OutcomeTerms:
    given = reading.an_object(row, path, OutcomeTerms.__slots__)
    outcome = reading.choice(Outcome, given["outcome"], f"{path}.outcome")
    bonus = reading.whole(given["bonus"], f"{path}.bonus", 0, 10_000)
    if bonus and outcome is not Outcome.STORE_CREDIT:
        raise InvalidPolicy(f"{path}.bonus: only store credit can have a bonus")
    days = reading.whole(given["days"], f"{path}.days", 0, LONGEST_WINDOW)
    return OutcomeTerms(outcome=outcome, days=days, bonus=bonus)


def _reason(row: object, path: str) -> Reason:
    if isinstance(row, dict):
        row = {"group": {}, "meaning": "", **row}
    given = reading.an_object(row, path, Reason.__slots__)
    return Reason(
        code=reading.code(given["code"], f"{path}.code"),
        fault=reading.choice(Fault, given["fault"], f"{path}.fault"),
        label=_label(given["label"], f"{path}.label"),
        group=_label(given["group"], f"{path}.group") if given["group"] != {} else {},
        meaning=reading.choice(ReasonMeaning, given["meaning"], f"{path}.meaning")
        if given["meaning"] != ""
        else "",
    )


def _label(value: object, path: str) -> dict[str, str]:
    """Return words that may be missing in no language."""
    label = reading.an_object(value, path, LANGUAGES)
    return {language: reading.text(label[language], f"{path}.{language}") for language in LANGUAGES}
