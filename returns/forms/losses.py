"""What staff decide of a parcel that was lost on its way back."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from returns.enums.losses import Bearer, LossGround
from returns.selectors.losses import Outlook

BEARERS = (
    (Bearer.SHOP.value, _("We do: it is paid for as if it had arrived")),
    (Bearer.SHOPPER.value, _("The shopper does: nothing is paid for it")),
)


class LossForm(forms.Form):
    """Who bears a loss, how it is known, and what is said to the shopper."""

    ground = forms.ChoiceField(
        label=_("How it is known"), choices=LossGround.choices, widget=forms.RadioSelect
    )
    receipt = forms.BooleanField(
        label=_("The shopper showed a receipt or other proof that it was sent"), required=False
    )
    bearer = forms.ChoiceField(
        label=_("Who bears the loss"), choices=BEARERS, widget=forms.RadioSelect
    )
    text = forms.CharField(
        label=_("In your own words, to the shopper"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def offering(self, outlook: Outlook, *, may_decline: bool) -> LossForm:
        """Return the form as tracking offers to fill it in; a choice the shop has not is left out.

        A scan is proof enough: nobody is asked for a receipt then.
        """
        self.initial = {
            "ground": (outlook.ground or LossGround.KNOWN_OTHERWISE).value,
            "bearer": outlook.usual.value,
        }
        if outlook.proof:
            del self.fields["receipt"]
        if outlook.by_law or outlook.paid_ahead or not may_decline:
            bearer = self.fields["bearer"]
            assert isinstance(bearer, forms.ChoiceField)
            bearer.choices = list(BEARERS[:1])
            self.initial["bearer"] = Bearer.SHOP.value
        return self
