"""What shoppers and staff choose and type about cancellations."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from returns.forms.marks import unmarked
from returns.rules.cancellations import CancelTerms, CancelWish
from returns.selectors.cancellations import CancelJudged, CancelJudgement

FEW = 10
"""Up to so many units are chosen from a list, more are typed."""


class CancelUnitsForm(forms.Form):
    """How many units of each line to cancel; all of them, unless chosen otherwise."""

    def __init__(self, data: Any, *, judgement: CancelJudgement) -> None:
        super().__init__(data)
        self.open_lines = [one for one in judgement.lines if one.decision.cancellable]
        for one in self.open_lines:
            self.fields[f"q_{one.line.public_id}"] = _quantity_field(one)

    def rows(self) -> Iterator[tuple[CancelJudged, forms.BoundField]]:
        """Yield each line that can be cancelled, with its field."""
        for one in self.open_lines:
            yield one, unmarked(self[f"q_{one.line.public_id}"])

    def clean(self) -> dict[str, Any]:
        """Ask for at least one unit."""
        data = super().clean() or self.cleaned_data
        if not any(data.values()) and not self.errors:
            self.add_error(None, gettext("Choose at least one item."))
        return data

    def wishes(self) -> list[CancelWish]:
        """Return what was chosen."""
        return [
            CancelWish(
                line=one.line.public_id,
                quantity=int(self.cleaned_data[f"q_{one.line.public_id}"]),
            )
            for one in self.open_lines
            if self.cleaned_data.get(f"q_{one.line.public_id}")
        ]


def _quantity_field(one: CancelJudged) -> forms.Field:
    most = one.decision.cancellable
    if most > FEW:
        return forms.IntegerField(
            label=_("How many?"), required=False, min_value=0, max_value=most, initial=most
        )
    return forms.TypedChoiceField(
        label=_("How many?"),
        required=False,
        coerce=int,
        empty_value=None,
        initial=most,
        choices=[(0, _("None")), *((number, str(number)) for number in range(1, most + 1))],
    )


class CancelConfirmForm(forms.Form):
    """The sum that was read, and why, if somebody likes to say."""

    note = forms.CharField(
        label=_("Why are you cancelling?"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    payout = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    key = forms.RegexField(r"[A-Za-z0-9_]{8,64}", widget=forms.HiddenInput)


class CancelDeclineForm(forms.Form):
    """Why a cancellation is declined, in words its shopper reads."""

    text = forms.CharField(
        label=_("Words for the shopper"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class CancelSettleForm(forms.Form):
    """The sum staff saw, and why they pay it while a chargeback is open."""

    shown = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    despite = forms.CharField(
        label=_("Why it is paid although a chargeback is open"), required=False, max_length=200
    )


class CancelTermsForm(forms.Form):
    """When shoppers may cancel."""

    ends = forms.ChoiceField(
        label=_("Shoppers may cancel"),
        choices=[
            ("minutes", _("for some minutes, unless it is picked before")),
            ("picked", _("until it is picked")),
            ("never", _("never: only staff cancel")),
        ],
    )
    minutes = forms.IntegerField(
        label=_("Minutes"), required=False, min_value=1, max_value=43_200, initial=60
    )
    review = forms.BooleanField(label=_("Staff decide on each cancellation"), required=False)

    @classmethod
    def of(cls, terms: CancelTerms) -> CancelTermsForm:
        """Return the form as the shop's terms fill it."""
        ends = {None: "picked", 0: "never"}.get(terms.minutes, "minutes")
        return cls(initial={"ends": ends, "minutes": terms.minutes or 60, "review": terms.review})

    def clean(self) -> dict[str, Any]:
        """Ask for the minutes where they count."""
        data = super().clean() or self.cleaned_data
        if data.get("ends") == "minutes" and "minutes" in data and data["minutes"] is None:
            self.add_error("minutes", gettext("Say how many minutes."))
        return data

    @property
    def terms(self) -> CancelTerms:
        """The terms that were chosen."""
        ends = {"picked": None, "never": 0}
        chosen = self.cleaned_data["ends"]
        minutes = ends[chosen] if chosen in ends else self.cleaned_data["minutes"]
        return CancelTerms(minutes=minutes, review=self.cleaned_data["review"])
