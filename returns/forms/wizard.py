"""The five questions of a first return policy."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from postexp.kernel.money import Money, MoneyError
from returns.enums import Outcome
from returns.forms.breaches import add_breaches
from returns.forms.policy import read_lines
from returns.rules.policy import LONGEST_WINDOW, Policy
from returns.rules.wizard import Answers, Carriage, answered, carriage_of

AS_NOW = "now"
"""The answer that leaves who pays the way back, and how it is worded, as it is."""


CARRIAGES = (
    (Carriage.SHOP, pgettext_lazy("who pays the way back", "We do")),
    (Carriage.SHOPPER, pgettext_lazy("who pays the way back", "The shopper, when sending")),
    (
        Carriage.DEDUCTED,
        pgettext_lazy("who pays the way back", "The shopper: a flat sum off the refund"),
    ),
)


class ConditionalField(forms.CharField):
    """A field that one of the choices beside it asks for; its help says which."""

    conditional = True


class WizardForm(forms.Form):
    """What a shop decides first. Everything else has fair defaults, and can be changed later.

    `policy` is what the answers go into, `own` whether the shop wrote it: then they begin with what
    it says.
    """

    days = forms.IntegerField(
        label=_("For how many days after delivery can things come back?"),
        help_text=_(
            "30 is usual. The EU gives at least 14; in Japan 8 apply where you say nothing."
        ),
        min_value=1,
        max_value=LONGEST_WINDOW,
        initial=30,
    )
    outcomes = forms.MultipleChoiceField(
        label=_("What can shoppers choose?"),
        help_text=_(
            "Store credit comes with 5 % on top. Shoppers in the EU can always have their money "
            "back for 14 days."
        ),
        choices=Outcome.choices,
        initial=list(Outcome),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Offer at least one outcome.")},
    )
    carriage = forms.ChoiceField(
        label=_("Who pays the way back, when the shopper changed their mind?"),
        choices=CARRIAGES,
        initial=Carriage.SHOPPER,
        widget=forms.RadioSelect,
    )
    postage = ConditionalField(
        label=_("The flat sum"),
        required=False,
        max_length=20,
        help_text=_("Needed for the last choice only. Never charged where the fault is yours."),
    )
    review = forms.ChoiceField(
        label=_("Who approves?"),
        choices=[
            ("staff", pgettext_lazy("who approves", "We look at every request first")),
            ("policy", pgettext_lazy("who approves", "What the policy allows is approved at once")),
        ],
        initial="staff",
        widget=forms.RadioSelect,
    )
    address = forms.CharField(
        label=_("Where do parcels go? Line by line"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, data: Any, *, policy: Policy, own: bool, currency: str) -> None:
        self.policy, self.currency = policy, currency
        super().__init__(data, initial=_initial(policy, currency) if own else None)
        if own and len({terms.days for terms in policy.outcomes}) > 1:
            self.fields["days"].required = False
            self.fields["days"].help_text = _(
                "It differs by what shoppers choose. Empty leaves that as it is."
            )
        if own and carriage_of(policy) is None:
            now = (AS_NOW, pgettext_lazy("who pays the way back", "As your policy says now"))
            carriage = cast(forms.ChoiceField, self.fields["carriage"])
            carriage.choices = [now, *CARRIAGES]

    def clean_address(self) -> list[str]:
        """Read lines, leaving empty ones out."""
        return read_lines(self.cleaned_data["address"])

    def clean(self) -> dict[str, Any]:
        """Read the flat sum where it is asked for, and ask for what the law gives."""
        data = super().clean() or self.cleaned_data
        if data.get("carriage") == Carriage.DEDUCTED:
            try:
                sum_ = Money.typed(data.get("postage", ""), self.currency)
            except MoneyError:
                sum_ = Money(0, self.currency)
            if sum_.amount <= 0:
                self.add_error("postage", _("Write an amount."))
            data["postage"] = sum_.amount
        else:
            data["postage"] = 0
        if not self.errors:
            add_breaches(self, self.answered())
        return data

    def answered(self) -> Policy:
        """Return the policy with the answers of a valid form in it."""
        data = self.cleaned_data
        answers = Answers(
            days=data["days"],
            outcomes=[Outcome(one) for one in data["outcomes"]],
            carriage=None if data["carriage"] == AS_NOW else Carriage(data["carriage"]),
            currency=self.currency,
            postage=data["postage"],
            review=data["review"] == "staff",
            address=tuple(data["address"]),
        )
        return answered(self.policy, answers)


def _initial(policy: Policy, currency: str) -> dict[str, Any]:
    postage = policy.postage.get(currency, 0)
    return {
        "days": policy.outcomes[0].days
        if len({terms.days for terms in policy.outcomes}) == 1
        else None,
        "outcomes": [terms.outcome for terms in policy.outcomes],
        "carriage": carriage_of(policy) or AS_NOW,
        "postage": Money(postage, currency).to_wire()["amount"] if postage else "",
        "review": "staff" if policy.review else "policy",
        "address": "\n".join(policy.address),
    }
