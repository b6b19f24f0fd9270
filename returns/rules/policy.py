"""A return policy: read from plain JSON, checked to the last field, written back the same.

Two policies that say the same have the same hash, so a decision can name the policy it was judged
by and be replayed.
"""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import Enum
from typing import Any, TypeVar

from postexp.kernel.money import MoneyError, decimals
from returns.enums import (
    BundleDiscount,
    Fault,
    FaultShipping,
    Outcome,
    RefundShipping,
    TenderOrder,
    ThresholdPromotion,
)
from returns.errors import InvalidPolicy
from returns.rules.commands import fingerprint
from returns.rules.paid import Terms

LANGUAGES = ("en", "ja")
LONGEST_WINDOW = 3650
CODE = re.compile(r"[a-z][a-z0-9_]{0,39}")

Choice = TypeVar("Choice", bound=Enum)


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeTerms:
    """One outcome a shopper may choose: how many days after the start, and the credit bonus."""

    outcome: Outcome
    days: int
    bonus: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """A reason for a return, in every language, and whose fault it is."""

    code: str
    fault: Fault
    label: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What a shop promises. Percentages are basis points, postage minor units by currency.

    `transit_allowance` stands in for an unknown delivery, `send_within` is how many days an
    approved return waits for its parcel, `review` sends every request to staff first. `address` is
    where parcels go, line by line, `instructions` the shop's own words about sending, either empty.
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

    def says_where(self, language: str) -> bool:
        """Whether a shopper who reads `language` is told where to send a parcel."""
        return bool(self.address or self.instructions.get(language))

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
        )

    def to_json(self) -> dict[str, Any]:
        """Return the policy as plain JSON; `read_policy` reads it back equal."""
        data = asdict(self)
        data["outcomes"] = [dict(row) for row in data["outcomes"]]
        data["reasons"] = [dict(row) for row in data["reasons"]]
        data["address"] = list(data["address"])
        return data

    @property
    def hash(self) -> str:
        """The SHA-256 of the policy's canonical JSON."""
        return fingerprint(self.to_json())


def read_policy(data: object) -> Policy:
    """Return the policy that plain JSON describes.

    Raises InvalidPolicy, naming the field, for anything missing, unknown, of another type or out of
    range, for a text without one of the languages, and for a policy that offers nothing.
    """
    fields = _object(data, "policy", Policy.__slots__)
    return Policy(
        outcomes=tuple(
            _outcome(row, f"outcomes[{index}]")
            for index, row in enumerate(_rows(fields, "outcomes", "outcome"))
        ),
        reasons=tuple(
            _reason(row, f"reasons[{index}]")
            for index, row in enumerate(_rows(fields, "reasons", "code"))
        ),
        transit_allowance=_whole(fields["transit_allowance"], "transit_allowance", 0, 60),
        send_within=_whole(fields["send_within"], "send_within", 1, 365),
        review=_flag(fields["review"], "review"),
        restocking=_whole(fields["restocking"], "restocking", 0, 10_000),
        postage=_postage(fields["postage"]),
        refund_shipping=_choice(RefundShipping, fields["refund_shipping"], "refund_shipping"),
        fault_shipping=_choice(FaultShipping, fields["fault_shipping"], "fault_shipping"),
        threshold_promotion=_choice(
            ThresholdPromotion, fields["threshold_promotion"], "threshold_promotion"
        ),
        bundle_discount=_choice(BundleDiscount, fields["bundle_discount"], "bundle_discount"),
        tender_order=_choice(TenderOrder, fields["tender_order"], "tender_order"),
        address=_address(fields["address"]),
        instructions={
            language: _words(text, f"instructions.{language}", 2000)
            for language, text in _object(fields["instructions"], "instructions", LANGUAGES).items()
        },
    )


def _outcome(row: object, path: str) -> OutcomeTerms:
    fields = _object(row, path, OutcomeTerms.__slots__)
    outcome = _choice(Outcome, fields["outcome"], f"{path}.outcome")
    bonus = _whole(fields["bonus"], f"{path}.bonus", 0, 10_000)
    if bonus and outcome is not Outcome.STORE_CREDIT:
        raise InvalidPolicy(f"{path}.bonus: only store credit can have a bonus")
    days = _whole(fields["days"], f"{path}.days", 0, LONGEST_WINDOW)
    return OutcomeTerms(outcome=outcome, days=days, bonus=bonus)


def _reason(row: object, path: str) -> Reason:
    fields = _object(row, path, Reason.__slots__)
    label = _object(fields["label"], f"{path}.label", LANGUAGES)
    return Reason(
        code=_code(fields["code"], f"{path}.code"),
        fault=_choice(Fault, fields["fault"], f"{path}.fault"),
        label={
            language: _text(label[language], f"{path}.label.{language}") for language in LANGUAGES
        },
    )


def _postage(value: object) -> dict[str, int]:
    if not isinstance(value, dict):
        raise InvalidPolicy("postage: an object of minor units by currency")
    for currency in value:
        try:
            decimals(currency)
        except MoneyError as error:
            raise InvalidPolicy(f"postage: {error}") from None
    return {
        currency: _whole(amount, f"postage.{currency}", 0, 10**9)
        for currency, amount in value.items()
    }


def _address(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or len(value) > 8:
        raise InvalidPolicy("address: a list of at most 8 lines")
    return tuple(_text(line, f"address[{index}]") for index, line in enumerate(value))


def _words(value: object, path: str, longest: int) -> str:
    if not isinstance(value, str) or len(value) > longest or "\x00" in value:
        raise InvalidPolicy(f"{path}: a text of at most {longest} characters")
    return value


def _object(value: object, path: str, names: tuple[str, ...]) -> dict[str, Any]:
    if not isinstance(value, dict) or value.keys() != set(names):
        raise InvalidPolicy(f"{path}: an object with {', '.join(names)}")
    return value


def _rows(fields: Mapping[str, Any], path: str, unique: str) -> list[Any]:
    rows = fields[path]
    if not isinstance(rows, list) or not rows:
        raise InvalidPolicy(f"{path}: a list with at least one entry")
    keys = [str(row.get(unique)) for row in rows if isinstance(row, dict)]
    if len(set(keys)) != len(keys):
        raise InvalidPolicy(f"{path}: each {unique} once")
    return rows


def _whole(value: object, path: str, least: int, most: int) -> int:
    if type(value) is not int or not least <= value <= most:
        raise InvalidPolicy(f"{path}: a whole number from {least} to {most}")
    return value


def _flag(value: object, path: str) -> bool:
    if not isinstance(value, bool):
        raise InvalidPolicy(f"{path}: true or false")
    return value


def _code(value: object, path: str) -> str:
    if not isinstance(value, str) or not CODE.fullmatch(value):
        raise InvalidPolicy(f"{path}: 1 to 40 small letters, digits and underscores")
    return value


def _text(value: object, path: str) -> str:
    if not isinstance(value, str) or not value.strip() or len(value) > 200:
        raise InvalidPolicy(f"{path}: a text of 1 to 200 characters")
    if not value.isprintable():
        raise InvalidPolicy(f"{path}: one line without control characters")
    return value


def _choice(choices: type[Choice], value: object, path: str) -> Choice:
    try:
        return choices(value)
    except ValueError:
        names = ", ".join(str(choice.value) for choice in choices)
        raise InvalidPolicy(f"{path}: one of {names}") from None
