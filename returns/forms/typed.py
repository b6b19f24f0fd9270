"""Fields that read what people type as the plain values of a policy, and show them again."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from babel import Locale
from django import forms
from django.utils.translation import gettext_lazy as _

from commerce.rules.addresses import country_name
from postexp.design import formats
from postexp.kernel.money import Money, MoneyError

HUNDRED = Decimal(100)
# Codes that every list of territories knows and that no parcel goes to.
_NO_COUNTRIES = frozenset({"EU", "EZ", "UN", "QO", "ZZ", "XA", "XB"})


class AmountField(forms.CharField):
    """An amount of a currency, as minor units; None where nothing was typed."""

    def __init__(self, currency: str, **more: Any) -> None:
        self.currency = currency
        super().__init__(max_length=20, required=False, **more)

    def clean(self, value: Any) -> Any:
        """Read the amount; it is never below zero."""
        typed = super().clean(value)
        if not typed:
            return None
        try:
            amount = Money.typed(typed, self.currency)
        except MoneyError as error:
            raise forms.ValidationError(_("Write an amount.")) from error
        if amount.amount < 0:
            raise forms.ValidationError(_("Write an amount."))
        return amount.amount

    def prepare_value(self, value: Any) -> Any:
        """Show minor units as an amount."""
        return Money(value, self.currency).to_wire()["amount"] if type(value) is int else value


class PercentField(forms.DecimalField):
    """A percentage with two decimals, as basis points; None where nothing was typed."""

    def __init__(self, **more: Any) -> None:
        super().__init__(min_value=0, max_value=100, decimal_places=2, required=False, **more)

    def clean(self, value: Any) -> Any:
        """Read basis points."""
        percent = super().clean(value)
        return None if percent is None else int(percent * HUNDRED)

    def prepare_value(self, value: Any) -> Any:
        """Show basis points as a percentage."""
        return f"{(value / HUNDRED).normalize():f}" if type(value) is int else value


class DayField(forms.DateField):
    """A day of the calendar, as it is written: YYYY-MM-DD; None where nothing was typed."""

    def __init__(self, **more: Any) -> None:
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        super().__init__(widget=widget, required=False, **more)

    def clean(self, value: Any) -> Any:
        """Read the day."""
        day = super().clean(value)
        return day.isoformat() if day else None


class LinesField(forms.CharField):
    """Several texts, one a line; None where nothing was typed."""

    def __init__(self, **more: Any) -> None:
        super().__init__(
            max_length=20_000,
            required=False,
            widget=forms.Textarea(attrs={"rows": 3}),
            **more,
        )

    def clean(self, value: Any) -> Any:
        """Read each line once, leaving empty ones out."""
        lines = (line.strip() for line in super().clean(value).splitlines())
        found = list(dict.fromkeys(line for line in lines if line))
        if any(len(line) > 200 for line in found) or len(found) > 200:
            raise forms.ValidationError(_("Use at most 200 lines of at most 200 characters."))
        return found or None

    def prepare_value(self, value: Any) -> Any:
        """Show texts line by line."""
        return "\n".join(value) if isinstance(value, list | tuple) else value


class FlagField(forms.TypedChoiceField):
    """Yes or no; None where neither was chosen."""

    def __init__(self, *, yes: Any, no: Any, unset: Any = "–", **more: Any) -> None:
        super().__init__(
            choices=[("", unset), ("yes", yes), ("no", no)],
            coerce=lambda value: value == "yes",
            empty_value=None,
            required=False,
            **more,
        )

    def prepare_value(self, value: Any) -> Any:
        """Show true and false as the choices they are."""
        return {True: "yes", False: "no"}.get(value, value) if value != "" else value


class OneField(forms.TypedChoiceField):
    """One of a list; None where none was chosen."""

    def __init__(self, choices: Sequence[tuple[str, Any]], *, unset: Any = "–", **more: Any):
        super().__init__(choices=[("", unset), *choices], empty_value=None, required=False, **more)


class SeveralField(forms.TypedMultipleChoiceField):
    """Some of a list, each with a box of its own; None where none was chosen."""

    def __init__(self, choices: Sequence[tuple[str, Any]], **more: Any) -> None:
        more.setdefault("widget", forms.CheckboxSelectMultiple)
        super().__init__(choices=choices, empty_value=None, required=False, **more)


def conditional(field: forms.Field) -> forms.Field:
    """Mark a field as one that what stands beside it decides on: it is not called optional."""
    field.conditional = True  # type: ignore[attr-defined]
    return field


def all_countries() -> list[tuple[str, str]]:
    """Return every country by name, in the language of the moment."""
    language = formats.language()
    codes = map(str, Locale.parse(language).territories)
    named = [
        (code, country_name(code, language))
        for code in codes
        if len(code) == 2 and code.isalpha() and code not in _NO_COUNTRIES
    ]
    return sorted(named, key=lambda pair: pair[1])
