"""The forms of the connections: they check what was typed, services carry it out."""

import re

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

SHOPIFY_DOMAIN = re.compile(r"[a-z0-9][a-z0-9-]*\.myshopify\.com")


class ShopifyForm(forms.Form):
    """The shop's domain at Shopify, and what its app there logs in with.

    The client secret signs the webhooks, too. Without a client id only they come in.
    """

    account = forms.CharField(
        label=_("Shopify domain"),
        max_length=255,
        widget=forms.TextInput(attrs={"placeholder": "your-shop.myshopify.com"}),
    )
    client_id = forms.CharField(
        label=_("Client ID"),
        help_text=_("Without it orders come in from now on, but nothing goes back to Shopify."),
        max_length=255,
        required=False,
        strip=True,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    secret = forms.CharField(
        label=_("Client secret"),
        help_text=_("From your app in Shopify’s developer dashboard. It is kept encrypted."),
        max_length=255,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )

    def clean_account(self) -> str:
        """Return the bare domain, whatever address it was copied from."""
        typed: str = self.cleaned_data["account"].strip().lower()
        domain = re.sub(r"^https?://", "", typed).partition("/")[0]
        if not SHOPIFY_DOMAIN.fullmatch(domain):
            raise forms.ValidationError(_now("Write it like your-shop.myshopify.com."))
        return domain


class EasyPostForm(forms.Form):
    """The secret with which EasyPost signs its webhooks."""

    secret = forms.CharField(
        label=_("Webhook secret"),
        help_text=_("The same secret as in EasyPost’s webhook settings. It is kept encrypted."),
        min_length=8,
        max_length=255,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )
