"""What rules can set, and how each value is written.

In JSON: `eligible` and `review` are true or false; `reasons` codes of the policy; `start_event`,
`processing_event` and `keep_item` one of their lists; `outcomes` and `methods` those that stay
open; `window` is `{outcome or "all": {"days", "not_before"}}`, where the later of start + days and
the day `not_before` (or null) ends it; `fees` is `{"restocking", "postage", "refund_shipping",
"waive"}`, any of them: basis points, minor units by currency, when outbound shipping goes back, and
true for no fees at all; `bonus` basis points on store credit; `part_credit` basis points of the
value that money or credit is given for; `shop_now` basis points off another product that is chosen
in exchange; `exchange_timing` when a replacement is sent; `evidence` how many photos;
`destination` `{"name", "address"}`; `message` words in every language.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from returns.enums import (
    IfUnknown,
    KeepItem,
    Outcome,
    ProcessingEvent,
    RefundShipping,
    ReturnMethod,
    Slot,
    StartEvent,
)
from returns.enums.exchanges import ExchangeTiming
from returns.errors import InvalidPolicy
from returns.rules.paid import WHOLE
from returns.rules.policy import reading
from returns.rules.policy.conditions import Node, read_condition

ALL = "all"
"""The key of a window that holds for every outcome without one of its own."""
LONGEST_WINDOW = 3650
MOST_PHOTOS = 10
MOST_RULES = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Where `when` holds, `effects` are the values of slots no earlier rule has set.

    Effects are plain JSON, as this module describes it. `say` are the shop's words to the shopper
    about it, `note` those to itself; either may be empty. A rule that is not `active` is left out.
    """

    id: str
    when: Node
    effects: Mapping[Slot, Any]
    if_unknown: IfUnknown = IfUnknown.SKIP
    say: Mapping[str, str] = field(default_factory=lambda: dict.fromkeys(reading.LANGUAGES, ""))
    note: str = ""
    active: bool = True

    def to_json(self) -> dict[str, Any]:
        """Return the rule as plain JSON; `read_rule` reads it back equal."""
        return {
            "id": self.id,
            "when": self.when.to_json(),
            "effects": {slot.value: value for slot, value in self.effects.items()},
            "if_unknown": self.if_unknown.value,
            "say": dict(self.say),
            "note": self.note,
            "active": self.active,
        }


def read_rules(data: object, path: str) -> tuple[Rule, ...]:
    """Return rules in their order of priority; raises InvalidPolicy naming the field."""
    if not isinstance(data, list) or len(data) > MOST_RULES:
        raise InvalidPolicy(f"{path}: a list of at most {MOST_RULES} rules")
    reading.each_once(data, path, "id")
    return tuple(read_rule(row, f"{path}[{index}]") for index, row in enumerate(data))


def read_rule(data: object, path: str) -> Rule:
    """Return the rule that plain JSON describes; raises InvalidPolicy naming the field."""
    fields = reading.an_object(data, path, Rule.__slots__)
    return Rule(
        id=reading.code(fields["id"], f"{path}.id"),
        when=read_condition(fields["when"], f"{path}.when"),
        effects=read_effects(fields["effects"], f"{path}.effects"),
        if_unknown=reading.choice(IfUnknown, fields["if_unknown"], f"{path}.if_unknown"),
        say=reading.in_languages(fields["say"], f"{path}.say", 500),
        note=reading.words(fields["note"], f"{path}.note", 500),
        active=reading.flag(fields["active"], f"{path}.active"),
    )


def read_effects(data: object, path: str) -> dict[Slot, Any]:
    """Return the value of each slot a rule sets, at least one, in the order of the slots."""
    fields = reading.some_of(data, path, tuple(slot.value for slot in Slot))
    return {
        slot: _READERS[slot](fields[slot.value], f"{path}.{slot.value}")
        for slot in Slot
        if slot.value in fields
    }


def _values(found: tuple[Any, ...]) -> list[str]:
    return [one.value for one in found]


def _window(value: object, path: str) -> dict[str, Any]:
    terms = reading.some_of(value, path, (ALL, *(outcome.value for outcome in Outcome)))
    return {key: _days(one, f"{path}.{key}") for key, one in terms.items()}


def _days(value: object, path: str) -> dict[str, Any]:
    fields = reading.an_object(value, path, ("days", "not_before"))
    day = fields["not_before"]
    return {
        "days": reading.whole(fields["days"], f"{path}.days", 0, LONGEST_WINDOW),
        "not_before": None if day is None else reading.day(day, f"{path}.not_before"),
    }


def _fees(value: object, path: str) -> dict[str, Any]:
    fields = reading.some_of(value, path, tuple(_FEES))
    return {name: _FEES[name](one, f"{path}.{name}") for name, one in fields.items()}


def _destination(value: object, path: str) -> dict[str, Any]:
    fields = reading.an_object(value, path, ("name", "address"))
    return {
        "name": reading.text(fields["name"], f"{path}.name"),
        "address": list(reading.lines(fields["address"], f"{path}.address")),
    }


def _reasons(value: object, path: str) -> list[str]:
    return [
        reading.code(one, f"{path}[{index}]")
        for index, one in enumerate(reading.texts(value, path))
    ]


_FEES: Mapping[str, Callable[[object, str], Any]] = {
    "restocking": lambda value, path: reading.whole(value, path, 0, 10_000),
    "postage": reading.by_currency,
    "refund_shipping": lambda value, path: reading.choice(RefundShipping, value, path).value,
    "waive": reading.flag,
}
_READERS: Mapping[Slot, Callable[[object, str], Any]] = {
    Slot.ELIGIBLE: reading.flag,
    Slot.REASONS: _reasons,
    Slot.START_EVENT: lambda value, path: reading.choice(StartEvent, value, path).value,
    Slot.WINDOW: _window,
    Slot.OUTCOMES: lambda value, path: _values(reading.choices_of(Outcome, value, path)),
    Slot.METHODS: lambda value, path: _values(reading.choices_of(ReturnMethod, value, path)),
    Slot.FEES: _fees,
    Slot.BONUS: lambda value, path: reading.whole(value, path, 0, 10_000),
    Slot.PART_CREDIT: lambda value, path: reading.whole(value, path, 0, WHOLE),
    Slot.SHOP_NOW: lambda value, path: reading.whole(value, path, 0, WHOLE),
    Slot.EXCHANGE_TIMING: lambda value, path: reading.choice(ExchangeTiming, value, path).value,
    Slot.EVIDENCE: lambda value, path: reading.whole(value, path, 0, MOST_PHOTOS),
    Slot.REVIEW: reading.flag,
    Slot.PROCESSING_EVENT: lambda value, path: reading.choice(ProcessingEvent, value, path).value,
    Slot.DESTINATION: _destination,
    Slot.KEEP_ITEM: lambda value, path: reading.choice(KeepItem, value, path).value,
    Slot.MESSAGE: lambda value, path: reading.in_languages(value, path, 2000),
}
