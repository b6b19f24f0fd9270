"""What a rule does, as its author fills it in: a part a slot, empty where it sets nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django import forms
from django.forms.utils import ErrorDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy

from postexp.design import formats
from returns.enums import (
    KeepItem,
    Outcome,
    ProcessingEvent,
    RefundShipping,
    ReturnMethod,
    Slot,
    StartEvent,
)
from returns.enums.exchanges import ExchangeTiming
from returns.forms.policy import read_lines
from returns.forms.typed import (
    AmountField,
    DayField,
    FlagField,
    OneField,
    PercentField,
    SeveralField,
    conditional,
)
from returns.rules.policy import LANGUAGES, LONGEST_WINDOW, Policy
from returns.rules.policy.slots import ALL, MOST_PHOTOS

GROUPS: tuple[tuple[Any, tuple[Slot, ...]], ...] = (
    (
        _("Whether and how long"),
        (Slot.ELIGIBLE, Slot.WINDOW, Slot.START_EVENT, Slot.REASONS),
    ),
    (
        _("What the shopper gets"),
        (Slot.OUTCOMES, Slot.FEES, Slot.PART_CREDIT, Slot.BONUS, Slot.MESSAGE),
    ),
    (_("Exchanges"), (Slot.SHOP_NOW, Slot.EXCHANGE_TIMING)),
    (
        _("How it comes back"),
        (Slot.METHODS, Slot.DESTINATION, Slot.KEEP_ITEM),
    ),
    (_("Checks before it is paid"), (Slot.EVIDENCE, Slot.REVIEW, Slot.PROCESSING_EVENT)),
)
"""The slots as they stand on the form."""
_WINDOWS = (ALL, *(outcome.value for outcome in Outcome))
_DAYS_FIRST = _("Say for how many days as well.")
_LEAVE = pgettext_lazy("an effect of a rule", "Leave as it is")


class EffectsForm(forms.Form):
    """The slots a rule sets. Fields are named by their slot, a part of it after a dash."""

    def __init__(
        self,
        data: Any,
        *,
        effects: Mapping[Slot, Any],
        policy: Policy,
        currencies: Sequence[str],
        asked: bool = True,
    ) -> None:
        self.currencies, self.asked = currencies, asked
        super().__init__(data, initial=_initial(effects))
        for slot, fields in _fields(effects, policy, currencies).items():
            self.fields |= {_name(slot, part): conditional(one) for part, one in fields.items()}

    def full_clean(self) -> None:
        """Check what was typed, unless a button was pressed that asks for more fields."""
        super().full_clean()
        if not self.asked:
            self._errors = ErrorDict()

    @property
    def groups(self) -> list[dict[str, Any]]:
        """The slots in their groups: title, whether any is set, and the fields of each."""
        return [
            {
                "title": title,
                "open": any(self._is_set(slot) for slot in slots),
                "slots": [
                    {"slot": slot, "fields": [self[name] for name in self._names(slot)]}
                    for slot in slots
                ],
            }
            for title, slots in GROUPS
        ]

    def _names(self, slot: Slot) -> list[str]:
        return [name for name in self.fields if name.partition("-")[0] == slot.value]

    def _is_set(self, slot: Slot) -> bool:
        return any(
            self[name].value() not in (None, "", []) and self[name].value() is not False
            for name in self._names(slot)
        )

    def clean_destination(self) -> str:
        """Keep the name."""
        return str(self.cleaned_data["destination"] or "").strip()

    def clean(self) -> dict[str, Any]:
        """Ask for what a part of a slot needs besides, and for at least one slot."""
        data = super().clean() or self.cleaned_data
        for key in _WINDOWS:
            if data.get(f"window-{key}-day") and data.get(f"window-{key}") is None:
                self.add_error(f"window-{key}", _DAYS_FIRST)
        try:
            data["destination-address"] = read_lines(data.get("destination-address") or "")
        except forms.ValidationError as error:
            self.add_error("destination-address", error)
        else:
            if data["destination-address"] and not data.get("destination"):
                self.add_error("destination", _("Give the place a name."))
        if not self.errors and not self.effects():
            raise forms.ValidationError(_("Choose what the rule does."))
        return data

    def effects(self) -> dict[str, Any]:
        """Return the value of each slot that is set, as plain JSON."""
        told = {slot.value: _READERS[slot](self.cleaned_data, self.currencies) for slot in Slot}
        return {slot: value for slot, value in told.items() if value not in (None, {}, [], "")}


def _name(slot: Slot, part: str) -> str:
    return f"{slot.value}-{part}" if part else slot.value


def _pairs(choices: Any) -> list[tuple[str, Any]]:
    return [(one.value, one.label) for one in choices]


def _days(label: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=0, max_value=LONGEST_WINDOW, required=False)


def _fields(
    effects: Mapping[Slot, Any], policy: Policy, currencies: Sequence[str]
) -> dict[Slot, dict[str, forms.Field]]:
    reasons = [(reason.code, reason.label[formats.language()]) for reason in policy.reasons]
    reasons += [(code, code) for code in effects.get(Slot.REASONS, ()) if code not in dict(reasons)]
    return {
        Slot.ELIGIBLE: {
            "": FlagField(
                label=Slot.ELIGIBLE.label,
                yes=pgettext_lazy("verdict", "Can come back"),
                no=pgettext_lazy("verdict", "Cannot come back"),
                unset=_LEAVE,
            )
        },
        Slot.WINDOW: _window_fields(),
        Slot.START_EVENT: {
            "": OneField(_pairs(StartEvent), label=Slot.START_EVENT.label, unset=_LEAVE)
        },
        Slot.REASONS: {
            "": SeveralField(
                reasons, label=Slot.REASONS.label, help_text=_("None chosen: leave as it is.")
            )
        },
        Slot.OUTCOMES: {
            "": SeveralField(
                _pairs(Outcome),
                label=Slot.OUTCOMES.label,
                help_text=_("None chosen: leave as it is."),
            )
        },
        Slot.FEES: _fee_fields(currencies),
        Slot.BONUS: {"": PercentField(label=_("Bonus on store credit, in percent"))},
        Slot.PART_CREDIT: {
            "": PercentField(
                label=_("Part of the value that is given, in percent"),
                help_text=_("Of money and store credit. Within the law’s time it is all of it."),
            )
        },
        Slot.SHOP_NOW: {"": PercentField(label=_("Off another product in exchange, in percent"))},
        Slot.EXCHANGE_TIMING: {
            "": OneField(_pairs(ExchangeTiming), label=Slot.EXCHANGE_TIMING.label, unset=_LEAVE)
        },
        Slot.MESSAGE: {
            language: _text(label, 2000)
            for language, label in (
                ("en", _("Words to the shopper, in English")),
                ("ja", _("Words to the shopper, in Japanese")),
            )
        },
        Slot.METHODS: {
            "": SeveralField(
                _pairs(ReturnMethod),
                label=Slot.METHODS.label,
                help_text=_("None chosen: leave as it is."),
            )
        },
        Slot.DESTINATION: {
            "": forms.CharField(
                label=_("Where it is sent: name of the place"), max_length=200, required=False
            ),
            "address": _text(_("Its address, line by line"), 1000),
        },
        Slot.KEEP_ITEM: {"": OneField(_pairs(KeepItem), label=Slot.KEEP_ITEM.label, unset=_LEAVE)},
        Slot.EVIDENCE: {
            "": forms.IntegerField(
                label=Slot.EVIDENCE.label, min_value=0, max_value=MOST_PHOTOS, required=False
            )
        },
        Slot.REVIEW: {
            "": FlagField(
                label=Slot.REVIEW.label, yes=_("Yes"), no=_("No, approved at once"), unset=_LEAVE
            )
        },
        Slot.PROCESSING_EVENT: {
            "": OneField(_pairs(ProcessingEvent), label=Slot.PROCESSING_EVENT.label, unset=_LEAVE)
        },
    }


def _window_fields() -> dict[str, forms.Field]:
    fields: dict[str, forms.Field] = {}
    labels = {ALL: _("Days to return, whatever is chosen")} | {
        outcome.value: outcome.label for outcome in Outcome
    }
    for key, label in labels.items():
        days = label if key == ALL else _Joined(label, _("days"))
        fields[key] = _days(days)
        last = _("but not before")
        fields[f"{key}-day"] = DayField(label=last if key == ALL else _Joined(label, last))
    return fields


class _Joined:
    """Two labels as one, in the language it is shown in."""

    def __init__(self, first: Any, second: Any) -> None:
        self.first, self.second = first, second

    def __str__(self) -> str:
        words = {"first": self.first, "second": self.second}
        return pgettext("two labels as one", "%(first)s: %(second)s") % words


def _fee_fields(currencies: Sequence[str]) -> dict[str, forms.Field]:
    return {
        "waive": forms.BooleanField(label=_("Take nothing off"), required=False),
        "restocking": PercentField(label=_("Restocking fee, in percent")),
        **{
            f"postage-{code}": AmountField(code, label=_Joined(_("Return postage"), code))
            for code in currencies
        },
        "shipping": OneField(
            _pairs(RefundShipping), label=_("Refund outbound shipping"), unset=_LEAVE
        ),
    }


def _text(label: Any, longest: int) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=longest,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


def _initial(effects: Mapping[Slot, Any]) -> dict[str, Any]:
    told: dict[str, Any] = {}
    for slot, value in effects.items():
        if slot is Slot.WINDOW:
            for key, terms in value.items():
                told |= {
                    f"window-{key}": terms["days"],
                    f"window-{key}-day": terms["not_before"],
                }
        elif slot is Slot.FEES:
            told |= {
                "fees-waive": value.get("waive", False),
                "fees-restocking": value.get("restocking"),
                "fees-shipping": value.get("refund_shipping"),
            }
            told |= {f"fees-postage-{code}": one for code, one in value.get("postage", {}).items()}
        elif slot is Slot.MESSAGE:
            told |= {f"message-{language}": words for language, words in value.items()}
        elif slot is Slot.DESTINATION:
            told |= {
                "destination": value["name"],
                "destination-address": "\n".join(value["address"]),
            }
        else:
            told[slot.value] = value
    return told


def _window(data: Mapping[str, Any], _currencies: Sequence[str]) -> dict[str, Any]:
    return {
        key: {"days": data[f"window-{key}"], "not_before": data.get(f"window-{key}-day")}
        for key in _WINDOWS
        if data.get(f"window-{key}") is not None
    }


def _fees(data: Mapping[str, Any], currencies: Sequence[str]) -> dict[str, Any]:
    named = {code: data.get(f"fees-postage-{code}") for code in currencies}
    postage = {code: amount for code, amount in named.items() if amount is not None}
    told = {
        "restocking": data.get("fees-restocking"),
        "postage": postage or None,
        "refund_shipping": data.get("fees-shipping"),
        "waive": data.get("fees-waive") or None,
    }
    return {name: one for name, one in told.items() if one is not None}


def _message(data: Mapping[str, Any], _currencies: Sequence[str]) -> dict[str, str]:
    said = {one: lines(data.get(f"message-{one}")) for one in LANGUAGES}
    return said if any(said.values()) else {}


def _destination(data: Mapping[str, Any], _currencies: Sequence[str]) -> dict[str, Any]:
    name = data.get("destination")
    return {"name": name, "address": data["destination-address"]} if name else {}


def lines(text: Any) -> str:
    """Return typed text with plain line ends, without blanks around it."""
    return str(text or "").replace("\r\n", "\n").strip()


_Reader = Callable[[Mapping[str, Any], Sequence[str]], Any]
_OWN: Mapping[Slot, _Reader] = {
    Slot.WINDOW: _window,
    Slot.FEES: _fees,
    Slot.MESSAGE: _message,
    Slot.DESTINATION: _destination,
}


def _plain(slot: Slot) -> _Reader:
    return lambda data, _currencies: data.get(slot.value)


_READERS: Mapping[Slot, _Reader] = {slot: _OWN.get(slot) or _plain(slot) for slot in Slot}
