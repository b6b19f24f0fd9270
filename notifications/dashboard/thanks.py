"""What the thanks for a first order give: a code of the customer's own, or words alone."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages as notices
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_http_methods

from commerce.access import StaffRequest, staff_view
from commerce.enums import PromoPurpose, Right
from commerce.rules.promos import MOST_DAYS, PromoOffer
from commerce.selectors.promos import list_promos, promo_offer
from commerce.serializers.promos import percent_words
from commerce.services.promos import set_promo_terms
from notifications.messages import FIRST_THANKS
from notifications.selectors.flows import get_flow
from postexp.kernel import clock, htmx
from postexp.kernel.money import Money, MoneyError

NOTHING, PERCENT, AMOUNT = "nothing", "percent", "amount"
USUAL_DAYS = 30


class ThanksForm(forms.Form):
    """What the code takes off. Amounts are in the shop's own currency."""

    gives = forms.ChoiceField(
        label=gettext_lazy("With the thanks, customers get"),
        choices=[
            (NOTHING, pgettext_lazy("gift of thanks", "Words alone")),
            (PERCENT, pgettext_lazy("gift of thanks", "A share off their next order")),
            (AMOUNT, pgettext_lazy("gift of thanks", "An amount off their next order")),
        ],
    )
    percent = forms.DecimalField(
        label=gettext_lazy("Share, in percent"),
        required=False,
        min_value=Decimal("0.01"),
        max_value=100,
        decimal_places=2,
    )
    amount = forms.DecimalField(
        label=pgettext_lazy("promo code", "Amount"), required=False, min_value=0
    )
    minimum = forms.DecimalField(
        label=gettext_lazy("From goods of this value on"),
        required=False,
        min_value=0,
        help_text=gettext_lazy("Empty: for every order."),
    )
    days = forms.IntegerField(
        label=gettext_lazy("Good for how many days"), min_value=1, max_value=MOST_DAYS
    )

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.currency = currency
        for name in (PERCENT, AMOUNT):
            # The choice above decides on it, so it is not called optional.
            self.fields[name].conditional = True  # type: ignore[attr-defined]
        for name in ("amount", "minimum"):
            self.fields[name].label = f"{self.fields[name].label} ({currency})"

    def clean_amount(self) -> int:
        return self._minor("amount")

    def clean_minimum(self) -> int:
        return self._minor("minimum")

    def clean(self) -> dict[str, Any]:
        """What was chosen needs its number."""
        told: dict[str, Any] = self.cleaned_data
        chosen = told.get("gives")
        if chosen in (PERCENT, AMOUNT) and chosen not in self.errors and not told.get(chosen):
            self.add_error(chosen, _("Say how much."))
        return told

    def offer(self) -> PromoOffer | None:
        """Return what the code gives, or None."""
        told = self.cleaned_data
        if told["gives"] == NOTHING:
            return None
        shares = told["gives"] == PERCENT
        return PromoOffer(
            percent=int(told["percent"] * 100) if shares else 0,
            amount=0 if shares else told["amount"],
            currency=self.currency,
            minimum=told["minimum"],
            days=told["days"],
        )

    def _minor(self, name: str) -> int:
        value = self.cleaned_data[name]
        if value is None:
            return 0
        try:
            return Money.parse(f"{value:f}", self.currency).amount
        except MoneyError as error:
            raise forms.ValidationError(
                _("%(currency)s has fewer decimals.") % {"currency": self.currency}
            ) from error


@staff_view(Right.CONFIGURE)
@require_http_methods(["GET", "POST"])
def thanks_code(request: StaffRequest) -> HttpResponse:
    """Choose what a code brings, or that there is none."""
    merchant = request.merchant
    form = ThanksForm(
        request.POST or None,
        initial=_initial(promo_offer(PromoPurpose.THANKS)),
        currency=merchant.currency,
    )
    if request.method == "POST" and form.is_valid():
        set_promo_terms(
            merchant=merchant,
            purpose=PromoPurpose.THANKS,
            offer=form.offer(),
            at=clock.now(),
            actor=request.user.actor,
        )
        notices.success(request, _("Saved."))
        return htmx.redirect(request, reverse("dashboard:thanks_code", args=[merchant.slug]))
    context = {
        "form": form,
        "kind": FIRST_THANKS,
        "is_on": get_flow(FIRST_THANKS).enabled,
        "to_enter": list_promos(by_hand=True).count(),
    }
    status = 422 if form.is_bound else 200
    return render(request, "notifications/thanks.html", context, status=status)


def _initial(offer: PromoOffer | None) -> dict[str, Any]:
    if offer is None:
        return {"gives": NOTHING, "days": USUAL_DAYS}
    return {
        "gives": PERCENT if offer.percent else AMOUNT,
        "percent": percent_words(offer.percent) if offer.percent else None,
        "amount": _typed(offer.amount, offer.currency),
        "minimum": _typed(offer.minimum, offer.currency),
        "days": offer.days,
    }


def _typed(amount: int, currency: str) -> str:
    return Money(amount, currency).to_wire()["amount"] if amount else ""
