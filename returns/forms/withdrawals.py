"""What shoppers state to withdraw from a contract, and what staff say of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from commerce import selectors as commerce
from postexp.kernel import ids
from returns.enums import Exemption, WithdrawalEnd
from returns.forms.typed import LinesField

KEY = r"[A-Za-z0-9_]{8,64}"


class StatementForm(forms.Form):
    """Name, contract and contact, which are all that may be asked for; `key` states it once."""

    name = forms.CharField(
        label=_("Your name"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    contract = forms.CharField(
        label=_("Order number, or what you ordered and when"),
        help_text=_("The number is in the mail we sent you when you ordered."),
        max_length=1000,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    contact = forms.EmailField(
        label=_("E-mail address"),
        help_text=_(
            "We confirm your withdrawal to it at once. Please use the one you ordered with, if you "
            "can."
        ),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    goods = forms.CharField(
        label=_("Which goods, if not all of them"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    key = forms.RegexField(KEY, required=False, widget=forms.HiddenInput)

    def clean_key(self) -> str:
        """Give a form that is begun now a key of its own."""
        key: str = self.cleaned_data["key"]
        return key or ids.new_id("req")

    @property
    def told(self) -> dict[str, str]:
        """What was stated, by field."""
        return {name: self.cleaned_data[name] for name in ("name", "contract", "contact", "goods")}


class MatchForm(forms.Form):
    """The number of the order a statement is about."""

    number = forms.CharField(
        label=_("Order number"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    order = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        """Find the order: `order` names one of several with the same number."""
        data = super().clean() or self.cleaned_data
        if "number" not in data:
            return data
        found = commerce.list_orders_numbered(data["number"])
        if data.get("order"):
            found = found.filter(public_id=data["order"])
        orders = list(found[:2])
        if len(orders) == 1:
            data["order_id"] = orders[0].public_id
        elif orders:
            self.add_error(
                "number", gettext("Several orders have this number. Choose one from the list.")
            )
        else:
            self.add_error("number", gettext("There is no order with this number."))
        return data


class SendBackForm(forms.Form):
    """How many units of each line come back: those that can, unless said otherwise."""

    def __init__(self, data: Any, *, units: Mapping[str, int], titles: Mapping[str, str]) -> None:
        super().__init__(data)
        for line, most in units.items():
            self.fields[f"q_{line}"] = forms.IntegerField(
                label=titles[line],
                min_value=0,
                max_value=most,
                initial=most,
                widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
            )

    def units(self) -> dict[str, int]:
        """Return the units that come back, by line."""
        return {name[2:]: count for name, count in self.cleaned_data.items() if count}


class CloseForm(forms.Form):
    """How a withdrawal ends, and words of one's own to the shopper."""

    end = forms.ChoiceField(
        label=_("Why?"), choices=[("", _("Choose a reason")), *WithdrawalEnd.choices]
    )
    text = forms.CharField(
        label=_("Your words to the shopper"),
        help_text=_("They are sent below the reason, as you write them."),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def clean(self) -> dict[str, Any]:
        """Ask for words where none of the reasons says it."""
        data = super().clean() or self.cleaned_data
        if data.get("end") == WithdrawalEnd.OTHER and not data.get("text"):
            self.add_error("text", gettext("Write the reason."))
        return data


class OfferForm(forms.Form):
    """Whether shopper pages lead to the withdrawal, and which tags mark goods as exempt from it."""

    offered = forms.BooleanField(
        label=_("Show “Withdraw from contract here” on all shopper pages"),
        help_text=_(
            "Shops that sell to consumers in the European Union must show it. Hide it only if you "
            "sell to no one there and in the United Kingdom."
        ),
        required=False,
    )

    def __init__(self, data: Any = None, *, offered: bool, tags: Mapping[str, Any]) -> None:
        super().__init__(
            data, initial={"offered": offered, **{f"tags-{why}": tags.get(why) for why in _MARKS}}
        )
        for why in _MARKS:
            self.fields[f"tags-{why}"] = LinesField(label=why.label)

    @property
    def marks(self) -> list[BoundField]:
        """The tags of each exemption."""
        return [self[f"tags-{why}"] for why in _MARKS]

    def tags(self) -> dict[str, list[str]]:
        """Return the tags of each exemption that has any."""
        told = {why.value: self.cleaned_data[f"tags-{why}"] for why in _MARKS}
        return {why: tags for why, tags in told.items() if tags}

    def clean(self) -> dict[str, Any]:
        """A tag says one thing."""
        data = super().clean() or self.cleaned_data
        seen: set[str] = set()
        for why in _MARKS:
            tags = {tag.casefold() for tag in data.get(f"tags-{why}") or ()}
            if tags & seen:
                self.add_error(f"tags-{why}", _("One of these tags stands above already."))
            seen |= tags
        return data


_MARKS = [why for why in Exemption if why is not Exemption.NONE]
