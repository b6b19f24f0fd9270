"""What holds for all messages of a shop, as staff fill it in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from notifications.enums import Medium
from notifications.errors import FlowRefused
from notifications.rules.quiet import QuietHours
from notifications.selectors.flows import Terms
from postexp.kernel.money import Money, MoneyError

if TYPE_CHECKING:
    from django.forms import BoundField

AT = {"prices": f"price_{Medium.EMAIL}"}


def _time(label: Any) -> forms.TimeField:
    widget = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    return forms.TimeField(label=label, required=False, widget=widget)


class TermsForm(forms.Form):
    """Quiet hours, how much marketing, split orders, consent, and prices."""

    quiet_from = _time(_("Quiet from"))
    quiet_until = _time(_("Quiet until"))
    cap = forms.IntegerField(
        label=_("Messages a customer gets at most"),
        min_value=0,
        help_text=_("With 0 there is no limit."),
    )
    cap_days = forms.IntegerField(label=_("Within days"), min_value=1)
    gather = forms.IntegerField(
        label=_("Minutes to gather the parcels of one order"),
        min_value=0,
        help_text=_(
            "Parcels of one order that leave within this time are told of in one message. With 0 "
            "each has its own."
        ),
    )
    double_opt_in = forms.BooleanField(
        label=_("Ask twice before marketing by e-mail"),
        required=False,
        help_text=_("A yes counts once the customer confirmed it from the e-mail that asks."),
    )

    def __init__(self, data: Any, *, terms: Terms, currency: str) -> None:
        self.before, self.currency = terms, currency
        hours = terms.quiet_hours
        super().__init__(
            data,
            initial={
                "quiet_from": hours.begin if hours else None,
                "quiet_until": hours.end if hours else None,
                "cap": terms.cap,
                "cap_days": terms.cap_days,
                "gather": terms.gather,
                "double_opt_in": terms.double_opt_in,
            },
        )
        for medium in Medium:
            self.fields[f"price_{medium}"] = forms.CharField(
                label=medium.label, required=False, max_length=20
            )
            if medium in terms.prices:
                price = Money(terms.prices[medium], currency)
                self.initial[f"price_{medium}"] = price.to_wire()["amount"]

    def prices(self) -> Iterator[BoundField]:
        """Give the field of each channel's price."""
        for medium in Medium:
            yield self[f"price_{medium}"]

    def clean(self) -> dict[str, Any]:
        """Read the prices, and see that quiet hours have both ends."""
        data = super().clean() or self.cleaned_data
        if ("quiet_from" in data and "quiet_until" in data) and (
            (data["quiet_from"] is None) != (data["quiet_until"] is None)
        ):
            missing = "quiet_from" if data["quiet_from"] is None else "quiet_until"
            self.add_error(missing, _("Fill in both, or neither for no quiet hours."))
        prices: dict[str, int] = {}
        for medium in Medium:
            if typed := data.get(f"price_{medium}", "").strip():
                try:
                    prices[medium.value] = Money.typed(typed, self.currency).amount
                except MoneyError:
                    self.add_error(f"price_{medium}", _("Write an amount."))
        data["prices"] = prices
        return data

    def terms(self) -> Terms:
        """Return the terms as they were filled in; the order of what matters most stays."""
        data = self.cleaned_data
        begin, end = data["quiet_from"], data["quiet_until"]
        return replace(
            self.before,
            quiet_hours=QuietHours(begin=begin, end=end) if begin is not None else None,
            cap=data["cap"],
            cap_days=data["cap_days"],
            gather=data["gather"],
            double_opt_in=data["double_opt_in"],
            prices=data["prices"],
        )

    def refuse(self, refused: FlowRefused) -> None:
        """Show why the terms cannot be kept, at their field."""
        name = AT.get(refused.field, refused.field)
        self.add_error(name if name in self.fields else None, str(refused.message))
