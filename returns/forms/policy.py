"""The return policy as its owner fills it in."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from postexp.kernel.money import Money, MoneyError
from returns.enums import (
    BundleDiscount,
    ExchangePriceBasis,
    FaultShipping,
    Outcome,
    RefundShipping,
    TenderOrder,
    ThresholdPromotion,
)
from returns.forms.breaches import add_breaches
from returns.rules.policy import LONGEST_WINDOW, OutcomeTerms, Policy, read_policy

HUNDRED = Decimal(100)


class PolicyForm(forms.Form):
    """What the shop promises. An empty number of days means that the outcome is not offered.

    What gives less than the law does is an error of the form.
    """

    refund_days = forms.IntegerField(
        label=_("Money back, for how many days"),
        required=False,
        min_value=0,
        max_value=LONGEST_WINDOW,
    )
    exchange_days = forms.IntegerField(
        label=_("Exchange for another variant, for how many days"),
        required=False,
        min_value=0,
        max_value=LONGEST_WINDOW,
    )
    store_credit_days = forms.IntegerField(
        label=_("Store credit, for how many days"),
        required=False,
        min_value=0,
        max_value=LONGEST_WINDOW,
    )
    bonus = forms.DecimalField(
        label=_("Bonus on store credit, in percent"),
        min_value=0,
        max_value=100,
        decimal_places=2,
        help_text=_("On top of the value, for those who choose credit."),
    )
    transit_allowance = forms.IntegerField(
        label=_("Days in transit, where no delivery is reported"),
        min_value=0,
        max_value=60,
        help_text=_("The window then starts so many days after shipping."),
    )
    send_within = forms.IntegerField(
        label=_("Days to send an approved return"), min_value=1, max_value=365
    )
    review = forms.BooleanField(
        label=_("Staff look at every request first"),
        required=False,
        help_text=_("Otherwise what the policy allows is approved at once."),
    )
    restocking = forms.DecimalField(
        label=_("Restocking fee, in percent"),
        min_value=0,
        max_value=100,
        decimal_places=2,
        help_text=_("Never charged where the fault is yours or the carrier’s."),
    )
    postage = forms.CharField(
        label=_("Return postage, taken from the refund"),
        max_length=20,
        help_text=_("Once a return; never charged where the fault is yours or the carrier’s."),
    )
    refund_shipping = forms.ChoiceField(
        label=_("Refund outbound shipping"), choices=RefundShipping.choices
    )
    fault_shipping = forms.ChoiceField(
        label=_("Outbound shipping for faulty items"), choices=FaultShipping.choices
    )
    threshold_promotion = forms.ChoiceField(
        label=_("Discounts with a minimum, when less than that is kept"),
        choices=ThresholdPromotion.choices,
    )
    bundle_discount = forms.ChoiceField(
        label=_("Buy-x-get-y discounts"), choices=BundleDiscount.choices
    )
    tender_order = forms.ChoiceField(
        label=_("Where money goes back to"), choices=TenderOrder.choices
    )
    exchange_price_basis = forms.ChoiceField(
        label=_("What another variant costs in an exchange"),
        choices=ExchangePriceBasis.choices,
        required=False,
    )
    address = forms.CharField(
        label=_("Address for returns, line by line"),
        help_text=_("Every open return shows the newest address and words about sending."),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    instructions_en = forms.CharField(
        label=pgettext_lazy("instructions for sending a return", "How to send it, in English"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    instructions_ja = forms.CharField(
        label=pgettext_lazy("instructions for sending a return", "How to send it, in Japanese"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, data: Any, *, policy: Policy, currency: str) -> None:
        self.policy, self.currency = policy, currency
        super().__init__(data, initial=_initial(policy, currency))

    def clean_postage(self) -> int:
        """Read an amount of the shop's currency."""
        try:
            amount = Money.typed(self.cleaned_data["postage"], self.currency)
        except MoneyError as error:
            raise forms.ValidationError(_("Write an amount.")) from error
        if amount.amount < 0:
            raise forms.ValidationError(_("Write an amount."))
        return amount.amount

    def clean_address(self) -> list[str]:
        """Read lines, leaving empty ones out."""
        return read_lines(self.cleaned_data["address"])

    def clean(self) -> dict[str, Any]:
        """Ask for at least one outcome, and for what the law gives."""
        data = super().clean() or self.cleaned_data
        days = [data.get(f"{outcome}_days") for outcome in Outcome]
        if all(one is None for one in days) and not self.errors:
            self.add_error("refund_days", _("Offer at least one outcome."))
        if not self.errors:
            add_breaches(self, read_policy(self.content()))
        return data

    def content(self) -> dict[str, Any]:
        """Return the whole policy: what was filled in, and what this form does not ask."""
        data = self.cleaned_data
        outcomes = tuple(
            OutcomeTerms(
                outcome=outcome,
                days=data[f"{outcome}_days"],
                bonus=_points(data["bonus"]) if outcome is Outcome.STORE_CREDIT else 0,
            )
            for outcome in Outcome
            if data[f"{outcome}_days"] is not None
        )
        return replace(
            self.policy,
            outcomes=outcomes,
            transit_allowance=data["transit_allowance"],
            send_within=data["send_within"],
            review=data["review"],
            restocking=_points(data["restocking"]),
            postage={**self.policy.postage, self.currency: data["postage"]},
            refund_shipping=RefundShipping(data["refund_shipping"]),
            fault_shipping=FaultShipping(data["fault_shipping"]),
            threshold_promotion=ThresholdPromotion(data["threshold_promotion"]),
            bundle_discount=BundleDiscount(data["bundle_discount"]),
            tender_order=TenderOrder(data["tender_order"]),
            exchange_price_basis=ExchangePriceBasis(
                data["exchange_price_basis"] or self.policy.exchange_price_basis
            ),
            address=tuple(data["address"]),
            instructions={
                "en": data["instructions_en"].replace("\r\n", "\n"),
                "ja": data["instructions_ja"].replace("\r\n", "\n"),
            },
        ).to_json()


def read_lines(text: str) -> list[str]:
    """Return the lines of an address without empty ones; raises ValidationError for too many."""
    found = [line.strip() for line in text.splitlines() if line.strip()]
    if len(found) > 8 or any(len(line) > 200 for line in found):
        raise forms.ValidationError(_("Use at most 8 lines."))
    return found


def _initial(policy: Policy, currency: str) -> dict[str, Any]:
    days = {f"{terms.outcome}_days": terms.days for terms in policy.outcomes}
    credit = policy.outcome(Outcome.STORE_CREDIT)
    return {
        **days,
        "bonus": _percent(credit.bonus if credit else 0),
        "transit_allowance": policy.transit_allowance,
        "send_within": policy.send_within,
        "review": policy.review,
        "restocking": _percent(policy.restocking),
        "postage": Money(policy.postage.get(currency, 0), currency).to_wire()["amount"],
        "refund_shipping": policy.refund_shipping,
        "fault_shipping": policy.fault_shipping,
        "threshold_promotion": policy.threshold_promotion,
        "bundle_discount": policy.bundle_discount,
        "tender_order": policy.tender_order,
        "exchange_price_basis": policy.exchange_price_basis,
        "address": "\n".join(policy.address),
        "instructions_en": policy.instructions["en"],
        "instructions_ja": policy.instructions["ja"],
    }


def _percent(basis_points: int) -> str:
    return f"{(basis_points / HUNDRED).normalize():f}"


def _points(percent: Decimal) -> int:
    return int(percent * HUNDRED)
