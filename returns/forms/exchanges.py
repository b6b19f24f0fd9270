"""What shoppers choose and staff type about exchanges."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from returns.enums import Outcome
from returns.enums.exchanges import ExchangeTiming, Instead
from returns.forms.typed import AmountField
from returns.models import ExchangeTerms
from returns.rules.commands import ExchangeWish


class ExchangeChoiceForm(forms.Form):
    """How an exchange is to be carried out: what instead, and whether at once."""

    instead = forms.ChoiceField(
        label=_("If it cannot be exchanged after all"),
        help_text=_("Such as when it sells out before we can send it."),
        required=False,
    )
    instant = forms.BooleanField(
        label=_("Send my new one at once"),
        help_text=_(
            "Its price is held on your card until your parcel is on its way to us. Nothing is "
            "charged if you send it in time."
        ),
        required=False,
    )

    def __init__(
        self, data: Any, *, offered: list[Outcome], may_be_instant: bool, costs_more: bool = False
    ) -> None:
        super().__init__(data)
        choices = [
            (one.value, one.label)
            for one in Instead
            if one is Instead.SAME or Outcome(one.value) in offered
        ]
        field = self.fields["instead"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("Ask me then")), *choices]
        if not may_be_instant:
            del self.fields["instant"]
        elif costs_more:
            self.fields["instant"].help_text = _(
                "Its whole price is held on your card. When your parcel has arrived in good order, "
                "only the difference is taken, and the rest let go."
            )

    def wish(self) -> ExchangeWish:
        """Return what was chosen; what cannot be read counts as not chosen."""
        data = self.cleaned_data if self.is_valid() else {}
        return ExchangeWish(
            instead=data.get("instead", ""), instant=bool(data.get("instant", False))
        )


class InsteadForm(forms.Form):
    """What a shopper gets in place of an exchange that is not possible."""

    instead = forms.ChoiceField(label=_("What would you like instead?"), choices=Instead.choices)


class RestForm(forms.Form):
    """What a shopper gets for what of their exchange is not sent."""

    to = forms.ChoiceField(label=_("For the rest they get"), widget=forms.RadioSelect)

    def __init__(self, data: Any, *, offered: Sequence[Outcome]) -> None:
        super().__init__(data, initial={"to": offered[0].value})
        field = self.fields["to"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(one.value, one.label) for one in offered]


class AnotherForm(forms.Form):
    """Which variant is sent instead of the one that was asked for."""

    variant = forms.ChoiceField(
        label=_("Send instead"),
        help_text=_("At the same price. Agree on it with the shopper before."),
    )

    def __init__(self, data: Any, *, variants: Sequence[tuple[str, str]]) -> None:
        super().__init__(data)
        field = self.fields["variant"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = list(variants)


class TakenForm(forms.Form):
    """Where a difference can be found that staff took themselves."""

    reference = forms.CharField(
        label=_("Reference"),
        help_text=_("Where you can find it again, such as the bank’s number."),
        max_length=120,
        required=False,
    )


class ExchangeTermsForm(forms.Form):
    """How the shop carries out exchanges."""

    ship_on = forms.ChoiceField(
        label=_("A replacement is sent"),
        choices=[
            (one.value, one.label) for one in (ExchangeTiming.ON_RECEIPT, ExchangeTiming.ON_SCAN)
        ],
        widget=forms.RadioSelect,
    )
    instant = forms.BooleanField(
        label=_("Offer to send it at once"),
        help_text=_("Its price is held on the shopper’s card. A payment provider has to be there."),
        required=False,
    )
    return_days = forms.IntegerField(
        label=_("Days to send the original then"), min_value=3, max_value=60
    )
    shop_now = forms.BooleanField(label=_("Let shoppers choose another product"), required=False)

    def __init__(self, data: Any, *, terms: ExchangeTerms, currency: str) -> None:
        super().__init__(
            data,
            initial={
                name: getattr(terms, name)
                for name in ("ship_on", "instant", "instant_cap", "return_days", "shop_now")
            },
        )
        self.fields["instant_cap"] = AmountField(
            currency,
            label=_("Up to a price of"),
            help_text=_("Leave it empty for any price."),
        )
        self.order_fields(["ship_on", "instant", "instant_cap", "return_days", "shop_now"])
