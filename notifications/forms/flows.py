"""How one kind of message is sent, as staff fill it in."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from commerce.rules.addresses import country_name
from notifications.enums import Medium, Quiet
from notifications.errors import FlowRefused
from notifications.ports import LOCALES, MessageKind
from notifications.rules.conditions import LONGEST
from notifications.selectors.flows import FlowTerms
from notifications.serializers.flows import ASKED, DAY, HOUR, asked_of
from postexp.kernel.money import Money, MoneyError

if TYPE_CHECKING:
    from django.forms import BoundField

UNITS = (
    (1, pgettext_lazy("unit of a wait", "minutes")),
    (HOUR, pgettext_lazy("unit of a wait", "hours")),
    (DAY, pgettext_lazy("unit of a wait", "days")),
)
BLANK, MOST = 2, 10
"""Rows for further conditions, and of all of them at most."""

NEEDS_NO_VALUE = frozenset({"", "first_order:yes", "first_order:no"})
AT = {"chain": "channel_email", "conditions": "asked_0"}
"""The field that shows what is wrong with a part that has several."""


class FlowForm(forms.Form):
    """How a kind is sent. Offered are the channels that are set up, and those in use before."""

    enabled = forms.BooleanField(label=_("Send this message"), required=False)
    delay = forms.IntegerField(label=_("Wait before it goes out"), min_value=0)
    unit = forms.TypedChoiceField(label=_("Unit"), choices=UNITS, coerce=int)
    fallback = forms.IntegerField(
        label=_("Minutes until the next channel is tried"),
        min_value=0,
        help_text=_(
            "If nothing shows by then that the message arrived. With 0, the next channel is tried "
            "only where one refuses."
        ),
    )
    quiet = forms.ChoiceField(
        label=_("Quiet hours"),
        choices=Quiet.choices,
        widget=forms.RadioSelect,
        help_text=_(
            "Usually marketing keeps them on every channel, and other messages where a phone makes "
            "a sound: SMS, WhatsApp, LINE."
        ),
    )

    def __init__(
        self,
        data: Any,
        *,
        kind: MessageKind[Any],
        terms: FlowTerms,
        ready: Collection[Medium],
        currency: str,
    ) -> None:
        self.kind, self.currency = kind, currency
        self.offered = [one for one in Medium if one in ready or one in terms.chain]
        self.rows = min(len(terms.conditions) + BLANK, MOST)
        super().__init__(data, initial=_initial(terms))
        if kind.required:
            for name in ("enabled", "delay", "unit"):
                self.fields[name].disabled = True
            self.initial.update({"enabled": True, "delay": 0})
        self._add_channels(terms)
        if not self.has_choice:
            # There is nothing to put in order, and no next channel to wait for.
            for name in (f"place_{self.offered[0]}", "fallback"):
                self.fields[name].widget = forms.HiddenInput()
        if not kind.required:
            self._add_conditions(terms)

    @property
    def has_choice(self) -> bool:
        """Whether there are several channels to choose from."""
        return len(self.offered) > 1

    def _add_channels(self, terms: FlowTerms) -> None:
        order = [*terms.chain, *(one for one in self.offered if one not in terms.chain)]
        for medium in self.offered:
            self.fields[f"channel_{medium}"] = forms.BooleanField(
                label=medium.label, required=False
            )
            self.fields[f"place_{medium}"] = forms.IntegerField(
                label=_("Place of %(channel)s") % {"channel": medium.label},
                min_value=1,
                max_value=len(Medium),
            )
            self.initial.update(
                {
                    f"channel_{medium}": medium in terms.chain,
                    f"place_{medium}": order.index(medium) + 1,
                }
            )

    def _add_conditions(self, terms: FlowTerms) -> None:
        for row in range(self.rows):
            self.fields[f"asked_{row}"] = forms.ChoiceField(
                label=_("Condition %(number)s") % {"number": row + 1},
                choices=[("", _("No condition")), *ASKED.items()],
                required=False,
            )
            self.fields[f"value_{row}"] = forms.CharField(
                label=_("Value"), required=False, max_length=LONGEST
            )
            for name in (f"asked_{row}", f"value_{row}"):
                # Neither is a choice of its own, so neither is called optional.
                self.fields[name].conditional = True  # type: ignore[attr-defined]
        for row, condition in enumerate(terms.conditions[: self.rows]):
            self.initial.update(
                {
                    f"asked_{row}": asked_of(condition),
                    f"value_{row}": self._shown(condition),
                }
            )

    def _shown(self, condition: Any) -> str:
        if condition["fact"] == "first_order":
            return ""
        if condition["fact"] == "order_total":
            return Money(condition["value"], self.currency).to_wire()["amount"]
        return str(condition["value"])

    def channels(self) -> Iterator[tuple[Medium, BoundField, BoundField]]:
        """Give each channel with its box and its place."""
        for medium in self.offered:
            yield medium, self[f"channel_{medium}"], self[f"place_{medium}"]

    def conditions(self) -> Iterator[tuple[BoundField, BoundField]]:
        """Give the rows of the conditions: what is asked, and the value."""
        for row in range(0 if self.kind.required else self.rows):
            yield self[f"asked_{row}"], self[f"value_{row}"]

    def clean(self) -> dict[str, Any]:
        """Read the conditions, so that everything wrong is told at once."""
        data = super().clean() or self.cleaned_data
        found = []
        for row in range(0 if self.kind.required else self.rows):
            asked = data.get(f"asked_{row}", "")
            if not asked:
                continue
            try:
                found.append(_condition(asked, data.get(f"value_{row}", ""), self.currency))
            except forms.ValidationError as error:
                self.add_error(f"value_{row}", error)
        data["conditions"] = tuple(found)
        return data

    def terms(self) -> FlowTerms:
        """Return the flow as it was filled in."""
        data = self.cleaned_data
        chosen = [one for one in self.offered if data[f"channel_{one}"]]
        return FlowTerms(
            enabled=data["enabled"],
            delay=data["delay"] * data["unit"],
            chain=tuple(sorted(chosen, key=lambda one: data[f"place_{one}"])),
            fallback=data["fallback"],
            quiet=data["quiet"],
            conditions=data["conditions"],
        )

    def refuse(self, refused: FlowRefused) -> None:
        """Show why a flow cannot be kept, at its field."""
        name = AT.get(refused.field, refused.field)
        self.add_error(name if name in self.fields else None, str(refused.message))


def _initial(terms: FlowTerms) -> dict[str, Any]:
    unit = next((one for one in (DAY, HOUR) if terms.delay and terms.delay % one == 0), 1)
    return {
        "enabled": terms.enabled,
        "delay": terms.delay // unit,
        "unit": unit,
        "fallback": terms.fallback,
        "quiet": terms.quiet,
    }


def _condition(asked: str, typed: str, currency: str) -> dict[str, Any]:
    """Read a condition; raises ValidationError where its value is none of its kind."""
    fact, _colon, how = asked.partition(":")
    if asked in NEEDS_NO_VALUE:
        return {"fact": fact, "is": "is", "value": how == "yes"}
    return {"fact": fact, "is": how, "value": _value(fact, typed.strip(), currency)}


def _value(fact: str, typed: str, currency: str) -> str | int:
    if fact == "order_total":
        return _amount(typed, currency)
    if fact == "country":
        code = typed.upper()
        if len(code) != 2 or country_name(code, "en") == code:
            raise forms.ValidationError(_("Write the country’s code of two letters, such as JP."))
        return code
    if fact == "locale":
        if typed.lower() not in LOCALES:
            raise forms.ValidationError(_("Write ja or en."))
        return typed.lower()
    if not typed:
        raise forms.ValidationError(_("Write the tag."))
    return typed


def _amount(typed: str, currency: str) -> int:
    try:
        amount = Money.typed(typed, currency).amount
    except MoneyError as error:
        raise forms.ValidationError(_("Write an amount.")) from error
    if amount < 0:
        raise forms.ValidationError(_("Write an amount."))
    return amount
