"""What staff type at the returns desk."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self, cast

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from postexp.design import formats
from postexp.kernel.money import Money, MoneyError
from returns.enums import PAID_OUTCOMES, DeclineReason, Outcome
from returns.errors import (
    DifferenceDue,
    ExchangeIsWhole,
    InvalidAmount,
    NotAnExchange,
    NotReturnable,
    OpenDispute,
    RefundExceedsBalance,
    ReturnsError,
)
from returns.forms.money import DESPITE
from returns.rules.quotes import Quote


class DeclineForm(forms.Form):
    """Why a return is declined, in words its shopper reads."""

    reason = forms.ChoiceField(label=_("Reason"), choices=(), widget=forms.RadioSelect)
    text = forms.CharField(
        label=_("In your own words, to the shopper"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, data: Any, *, reasons: Sequence[DeclineReason]) -> None:
        super().__init__(data)
        field = cast(forms.ChoiceField, self.fields["reason"])
        field.choices = [(one.value, one.label) for one in reasons]

    def clean(self) -> dict[str, Any]:
        """Ask for words where no ready sentence says why."""
        data = super().clean() or self.cleaned_data
        if data.get("reason") == DeclineReason.OTHER and not data.get("text"):
            self.add_error("text", gettext("Tell the shopper why."))
        return data


class NeededField(forms.CharField):
    """Only asked for where it is needed; the service says so where it is then missing."""

    conditional = True


class NeededChoice(forms.ChoiceField):
    """Only asked where there is something to choose; otherwise it stays as it is."""

    conditional = True


class SettleForm(forms.Form):
    """The sum staff saw, and what they changed about it.

    Each other way has a sum of its own, in `shown_refund` and the like.
    """

    shown = forms.IntegerField(min_value=0)
    key = forms.RegexField(r"[A-Za-z0-9_]{8,64}")
    pay = forms.CharField(
        label=_("A lower amount"),
        required=False,
        max_length=24,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )
    outcome = forms.ChoiceField(label=_("Another way"), required=False, choices=Outcome.choices)
    rest_to = NeededChoice(label=_("What is left goes to"), required=False, choices=PAID_OUTCOMES)
    difference = NeededField(
        label=_("How the difference was paid"),
        help_text=_("Such as the number of the payment. Nothing is sent before it is paid."),
        required=False,
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    despite = NeededField(label=DESPITE, required=False, max_length=500)

    def __init__(self, data: Any, *, currency: str) -> None:
        super().__init__(data)
        self.currency = currency
        for outcome in Outcome:
            self.fields[f"shown_{outcome}"] = forms.IntegerField(min_value=0, required=False)

    def clean(self) -> dict[str, Any]:
        """Take the sum of the way that was chosen; without one nothing is paid."""
        data = super().clean() or self.cleaned_data
        if chosen := data.get("outcome"):
            data["shown"] = data.get(f"shown_{chosen}")
            if data["shown"] is None:
                self.add_error("shown", self.fields["shown"].error_messages["required"])
        return data

    def clean_pay(self) -> int | None:
        """Read a lower amount, written as people write it; nothing means the whole sum."""
        text = self.cleaned_data["pay"].strip()
        if not text:
            return None
        try:
            return Money.typed(text, self.currency).amount
        except MoneyError as error:
            raise forms.ValidationError(InvalidAmount.message) from error

    def refuse(self, error: ReturnsError) -> bool:
        """Show an error at the field it is about; return whether it is about one."""
        if isinstance(error, RefundExceedsBalance | ExchangeIsWhole) and self.data.get("pay"):
            self.add_error("pay", str(error.message))
        elif isinstance(error, NotAnExchange | NotReturnable):
            self.add_error("outcome", str(error.message))
        elif isinstance(error, DifferenceDue):
            self.add_error("difference", str(error.message))
        elif isinstance(error, OpenDispute):
            self.add_error("despite", str(error.message))
        return self.to_mend

    @property
    def to_mend(self) -> bool:
        """Whether what staff chose themselves is wrong, and not the sum they saw."""
        return bool({"pay", "outcome", "difference", "despite"} & self.errors.keys())

    def offering(self, quoted: Quote, others: Sequence[Quote]) -> Self:
        """Offer each way with its sum, and say what may be paid; the first error has the focus."""
        outcome = cast(forms.ChoiceField, self.fields["outcome"])
        own, *more = (
            (one.outcome.value, f"{one.outcome.label} · {formats.money(_payout(one))}")
            for one in (quoted, *others)
        )
        outcome.choices = [("", own[1]), *more]
        self.initial["rest_to"] = quoted.rest_to.value
        if quoted.outcome is Outcome.EXCHANGE:
            self["pay"].help_text = gettext(
                "Only with another way: an exchange gives the whole value."
            )
        else:
            most = formats.money(Money(quoted.total, quoted.currency))
            self["pay"].help_text = gettext("At most %(most)s. The shopper sees a deduction.") % {
                "most": most
            }
        for name in ("despite", "difference", "pay", "outcome"):
            if name in self.errors:
                self.fields[name].widget.attrs["data-focus"] = True
                break
        return self


def _payout(quoted: Quote) -> Money:
    return Money(quoted.payout, quoted.currency)


class PaidForm(forms.Form):
    """Where a payment by hand can be found again."""

    reference = forms.CharField(
        label=_("Reference"),
        help_text=_("Such as the number of the bank transfer, or of the refund on the platform."),
        required=False,
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class ShipForm(forms.Form):
    """How a replacement travels."""

    carrier_name = forms.CharField(label=_("Carrier"), required=False, max_length=80)
    tracking_number = forms.CharField(
        label=_("Tracking number"),
        required=False,
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class DespiteForm(forms.Form):
    """Why staff pay although there is a chargeback."""

    despite = forms.CharField(label=DESPITE, max_length=500)
