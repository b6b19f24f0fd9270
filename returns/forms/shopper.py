"""What shoppers choose and type on the way to a return."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, cast

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from returns.enums import Outcome
from returns.forms.marks import unmarked
from returns.rules.commands import Wish
from returns.selectors import Judged, Judgement, list_replacements

FEW = 10
"""Up to so many units are chosen from a list, more are typed."""


class UnitsForm(forms.Form):
    """The first screen: how many of each line, and why."""

    def __init__(self, data: Any, *, judgement: Judgement, locale: str) -> None:
        super().__init__(data)
        self.open_lines = [one for one in judgement.lines if one.decision.returnable]
        for one in self.open_lines:
            self.fields[f"q_{one.line.public_id}"] = _quantity_field(one)
            self.fields[f"r_{one.line.public_id}"] = forms.ChoiceField(
                label=_("Why?"),
                required=False,
                choices=[
                    ("", _("Choose a reason")),
                    *((reason.code, reason.label[locale]) for reason in one.decision.reasons),
                ],
            )

    def rows(self) -> Iterator[tuple[Judged, forms.BoundField, forms.BoundField]]:
        """Yield each line that can come back, with its two fields."""
        for one in self.open_lines:
            quantity, reason = self[f"q_{one.line.public_id}"], self[f"r_{one.line.public_id}"]
            yield one, unmarked(quantity), unmarked(reason)

    def clean(self) -> dict[str, Any]:
        """Ask for at least one unit, and for a reason with each line that has some."""
        data = super().clean() or self.cleaned_data
        chosen = False
        for one in self.open_lines:
            quantity, reason = f"q_{one.line.public_id}", f"r_{one.line.public_id}"
            if data.get(quantity):
                chosen = True
                if reason in data and not data[reason]:
                    self.add_error(reason, gettext("Tell us why you return it."))
        if not chosen and not self.errors:
            self.add_error(None, gettext("Choose at least one item."))
        return data

    def wishes(self) -> list[Wish]:
        """Return what was chosen, without replacements."""
        return [
            Wish(
                line=one.line.public_id,
                quantity=int(self.cleaned_data[f"q_{one.line.public_id}"]),
                reason=self.cleaned_data[f"r_{one.line.public_id}"],
            )
            for one in self.open_lines
            if self.cleaned_data.get(f"q_{one.line.public_id}")
        ]


def _quantity_field(one: Judged) -> forms.Field:
    most = one.decision.returnable
    if most > FEW:
        return forms.IntegerField(
            label=_("How many?"), required=False, min_value=0, max_value=most, initial=0
        )
    return forms.TypedChoiceField(
        label=_("How many?"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=[(0, _("None")), *((number, str(number)) for number in range(1, most + 1))],
    )


class OutcomeForm(forms.Form):
    """The second screen: money, credit or another one."""

    outcome = forms.ChoiceField(label=_("What would you like?"), choices=Outcome.choices)

    def __init__(self, data: Any, *, offered: Sequence[Outcome], judged: Sequence[Judged]) -> None:
        super().__init__(data)
        field = cast(forms.ChoiceField, self.fields["outcome"])
        field.choices = [(outcome.value, outcome.label) for outcome in offered]
        self.judged = judged if Outcome.EXCHANGE in offered else ()
        for one in self.judged:
            self.fields[f"v_{one.line.public_id}"] = forms.ChoiceField(
                label=one.line.title,
                required=False,
                choices=[
                    ("", _("Choose one")),
                    *(
                        (variant.public_id, variant.title or variant.sku or one.line.title)
                        for variant, _free in list_replacements(one.line)
                    ),
                ],
            )

    def variant_fields(self) -> list[forms.BoundField]:
        """Return the choices of a replacement, one a line."""
        return [unmarked(self[f"v_{one.line.public_id}"]) for one in self.judged]

    def clean(self) -> dict[str, Any]:
        """Ask for a replacement of every line where an exchange was chosen."""
        data = super().clean() or self.cleaned_data
        if data.get("outcome") == Outcome.EXCHANGE:
            for one in self.judged:
                name = f"v_{one.line.public_id}"
                if name in data and not data[name]:
                    self.add_error(name, gettext("Choose what you want instead."))
        return data

    def wishes(self, chosen: Sequence[Wish]) -> list[Wish]:
        """Return the wishes of the first screen with their replacements."""
        if self.outcome_chosen is not Outcome.EXCHANGE:
            return list(chosen)
        return [
            Wish(
                line=wish.line,
                quantity=wish.quantity,
                reason=wish.reason,
                variant=self.cleaned_data[f"v_{wish.line}"],
            )
            for wish in chosen
        ]

    @property
    def outcome_chosen(self) -> Outcome:
        """The outcome that was chosen."""
        return Outcome(self.cleaned_data["outcome"])


class ConfirmForm(forms.Form):
    """The third screen: the sum that was read, and anything else to say."""

    note = forms.CharField(
        label=_("Anything else we should know?"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    payout = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    key = forms.RegexField(r"[A-Za-z0-9_]{8,64}", widget=forms.HiddenInput)


class SentForm(forms.Form):
    """The number of the parcel that is on its way back."""

    tracking_number = forms.CharField(
        label=_("Tracking number"),
        required=False,
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
