"""What staff choose and type where they open a return for a shopper."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from returns.enums import Outcome, ReturnMethod
from returns.forms.shopper import OutcomeForm
from returns.rules.quotes import Quote
from returns.selectors import Judged


class OpeningForm(OutcomeForm):
    """What the shopper gets, how they send it, and a note; the sums are those that were read."""

    method = forms.ChoiceField(label=_("How it comes back"), required=False)
    note = forms.CharField(
        label=_("What the shopper said"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    key = forms.RegexField(r"[A-Za-z0-9_]{8,64}", widget=forms.HiddenInput)

    def __init__(
        self,
        data: Any,
        *,
        offers: Sequence[tuple[Outcome, Quote]],
        judged: Sequence[Judged],
        methods: Sequence[ReturnMethod],
        initial: Mapping[str, str],
    ) -> None:
        super().__init__(
            data, offered=[outcome for outcome, _ in offers], judged=judged, initial=initial
        )
        field = self.fields["method"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(one.value, one.label) for one in methods]
        for outcome, quoted in offers:
            self.fields[f"payout_{outcome}"] = forms.IntegerField(
                widget=forms.HiddenInput, initial=quoted.payout, required=False
            )

    @property
    def shown_payout(self) -> int | None:
        """The sum that was shown beside the chosen outcome; that of an exchange is not."""
        if self.outcome_chosen is Outcome.EXCHANGE:
            return None
        payout: int | None = self.cleaned_data.get(f"payout_{self.outcome_chosen}")
        return payout


class ExtensionForm(forms.Form):
    """Until when an order may come back after all, and why."""

    until = forms.DateField(
        label=_("Until the end of"), widget=forms.DateInput(attrs={"type": "date"})
    )
    reason = forms.CharField(
        label=_("Why"),
        max_length=500,
        help_text=_("For your colleagues. The shopper is shown the day alone."),
    )

    def __init__(
        self, data: Any, *, lines: Sequence[tuple[str, str]], today: date, initial: Any = None
    ) -> None:
        super().__init__(data, initial=initial)
        self.today = today
        self.fields["lines"] = forms.MultipleChoiceField(
            label=_("For which items"),
            choices=list(lines),
            initial=[line for line, _title in lines],
            widget=forms.CheckboxSelectMultiple,
        )
        self.order_fields(["lines", "until", "reason"])

    def clean_until(self) -> date:
        """Take no day that is over."""
        until: date = self.cleaned_data["until"]
        if until < self.today:
            raise forms.ValidationError(_("Choose today or a later day."))
        return until
