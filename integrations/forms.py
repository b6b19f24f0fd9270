"""The forms of the connections: they check what was typed, services carry it out."""

import base64
import re
from urllib.parse import urlsplit

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from commerce.rules import normal_phone
from integrations.http import is_plainly_private
from integrations.outgoing.rules import is_endpoint

# The Standard Webhooks scheme asks for 24 to 64 bytes.
KEY_BYTES = range(24, 65)
LINE_SECRET = re.compile(r"[0-9a-f]{32}")
STRIPE_KEY = re.compile(r"(rk|sk)_(live|test)_[A-Za-z0-9]{8,240}")
TWILIO_ACCOUNT = re.compile(r"AC[0-9a-f]{32}")
TWILIO_SERVICE = re.compile(r"MG[0-9a-f]{32}")
META_TOKEN = re.compile(r"[A-Za-z0-9_|-]{8,1000}")
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


class StripeForm(forms.Form):
    """The key of an account at Stripe, and the secret with which it signs its webhooks."""

    key = forms.CharField(
        label=_("Restricted key"),
        help_text=_(
            "Made in Stripe’s dashboard for this shop, with the permissions below. A secret key "
            "works, too, and may do more than it needs. It is kept encrypted."
        ),
        max_length=255,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )
    secret = forms.CharField(
        label=_("Webhook signing secret"),
        help_text=_(
            "Stripe shows it with the endpoint of the webhooks, whose address stands here once the "
            "shop is connected: leave it empty until then. It is kept encrypted."
        ),
        max_length=255,
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )

    def clean_key(self) -> str:
        """Return a key of the kind that asks, not one of those for shoppers' browsers."""
        typed: str = self.cleaned_data["key"].strip()
        if not STRIPE_KEY.fullmatch(typed):
            raise forms.ValidationError(
                _now("It begins with rk_live_ or rk_test_ (or sk_live_, sk_test_).")
            )
        return typed

    def clean_secret(self) -> str:
        """Return the secret as Stripe writes it, or an empty text."""
        typed: str = self.cleaned_data["secret"].strip()
        if typed and not typed.startswith("whsec_"):
            raise forms.ValidationError(_now("It begins with whsec_."))
        return typed


class LineForm(forms.Form):
    """The secret of a channel of LINE's Messaging API, and the token it is asked with."""

    secret = forms.CharField(
        label=_("Channel secret"),
        help_text=_("Under Basic settings of the channel. It is kept encrypted."),
        max_length=64,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )
    token = forms.CharField(
        label=_("Channel access token (long-lived)"),
        help_text=_(
            "Under Messaging API of the channel, at the end of the page. It is kept encrypted."
        ),
        max_length=400,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )

    def clean_secret(self) -> str:
        """Return a channel secret as LINE writes them."""
        typed: str = self.cleaned_data["secret"].strip()
        if not LINE_SECRET.fullmatch(typed):
            raise forms.ValidationError(_now("It is 32 digits and letters from a to f."))
        return typed


class EasyPostForm(forms.Form):
    """The secret with which EasyPost signs its webhooks, and the key with which labels are bought.

    Without a key parcels are followed, but no labels are bought.
    """

    key = forms.CharField(
        label=_("API key"),
        help_text=_(
            "Only where return labels are to be bought: a test key buys samples, a production key "
            "costs money. It is kept encrypted."
        ),
        max_length=255,
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )

    secret = forms.CharField(
        label=_("Webhook secret"),
        help_text=_("The same secret as in EasyPost’s webhook settings. It is kept encrypted."),
        min_length=8,
        max_length=255,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )


class TwilioForm(forms.Form):
    """An account at Twilio, what proves it, and what the shop sends as there."""

    account = forms.CharField(
        label=_("Account SID"),
        max_length=34,
        widget=forms.TextInput(
            attrs={"placeholder": "AC…", "autocomplete": "off", "spellcheck": "false"}
        ),
    )
    secret = forms.CharField(
        label=_("Auth Token"),
        help_text=_("Twilio’s console shows both on its first page. It is kept encrypted."),
        max_length=64,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )
    sender = forms.CharField(
        label=_("Sends SMS as"),
        help_text=_("A phone number of the account, or the SID of a Messaging Service."),
        max_length=40,
        widget=forms.TextInput(attrs={"placeholder": "+1 503 555 0100", "autocomplete": "off"}),
    )
    whatsapp = forms.CharField(
        label=_("Sends on WhatsApp as"),
        help_text=_(
            "Only where your WhatsApp sender is at Twilio, and WhatsApp itself is not connected."
        ),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"placeholder": "+1 503 555 0100", "autocomplete": "off"}),
    )

    def clean_account(self) -> str:
        """Return the id of an account."""
        typed: str = self.cleaned_data["account"].strip()
        if not TWILIO_ACCOUNT.fullmatch(typed):
            raise forms.ValidationError(_now("It begins with AC and has 34 characters."))
        return typed

    def clean_sender(self) -> str:
        """Return a number in E.164, or the id of a Messaging Service."""
        typed: str = self.cleaned_data["sender"].strip()
        return typed if TWILIO_SERVICE.fullmatch(typed) else _international(typed)

    def clean_whatsapp(self) -> str:
        """Return a number in E.164, or an empty text."""
        typed: str = self.cleaned_data["whatsapp"].strip()
        return _international(typed.removeprefix("whatsapp:")) if typed else ""


def _international(typed: str) -> str:
    number = normal_phone(typed, "")
    if not number:
        raise forms.ValidationError(_now("Write it with its country, such as +1 503 555 0100."))
    return number


class WhatsAppForm(forms.Form):
    """A number at WhatsApp and its business account, and what opens them: a token of an app."""

    account = forms.CharField(
        label=_("Phone number ID"),
        help_text=_("Of the number you send from, not the number itself: Meta shows both."),
        max_length=32,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    client_id = forms.CharField(
        label=_("WhatsApp Business Account ID"),
        max_length=32,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    token = forms.CharField(
        label=_("Access token"),
        help_text=_(
            "Of a system user of your business at Meta, permanent, with the permissions below. It "
            "is kept encrypted."
        ),
        max_length=1000,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )
    secret = forms.CharField(
        label=_("App secret"),
        help_text=_("Of the app whose token it is: it signs the webhooks. It is kept encrypted."),
        max_length=255,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )

    def clean_account(self) -> str:
        """Return the id of a number."""
        return _digits(self.cleaned_data["account"])

    def clean_client_id(self) -> str:
        """Return the id of a business account."""
        return _digits(self.cleaned_data["client_id"])

    def clean_token(self) -> str:
        """Return a token that can stand in a header."""
        typed: str = self.cleaned_data["token"].strip()
        if not META_TOKEN.fullmatch(typed):
            raise forms.ValidationError(_now("Copy it as Meta shows it: letters and digits."))
        return typed


def _digits(typed: str) -> str:
    if not (typed.isascii() and typed.isdecimal()):
        raise forms.ValidationError(_now("It consists of digits alone."))
    return typed


class AfterShipForm(forms.Form):
    """The secret with which AfterShip signs its webhooks."""

    secret = forms.CharField(
        label=_("Webhook secret"),
        help_text=_("AfterShip shows it under Settings → Webhooks. It is kept encrypted."),
        min_length=8,
        max_length=255,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )


class SeventeenTrackForm(forms.Form):
    """The key of the API, with which 17TRACK signs its webhooks."""

    secret = forms.CharField(
        label=_("API key"),
        help_text=_(
            "17TRACK signs with it: its console shows it under Settings → Security. "
            "It is kept encrypted."
        ),
        min_length=8,
        max_length=255,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )


class ShippoForm(forms.Form):
    """The token that ends the address Shippo sends to, or the secret it signs with.

    Empty: a token is made.
    """

    secret = forms.CharField(
        label=_("Token or signing secret"),
        help_text=_(
            "Leave it empty and a new token is made. Only where Shippo signs for your account "
            "(HMAC), enter the secret that Shippo gave you. It is kept encrypted."
        ),
        min_length=16,
        max_length=120,
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )


class MessagesForm(forms.Form):
    """Where the shop's own system takes messages, and the secret we sign them with.

    Empty: the secret in use stays, and at first one is made.
    """

    url = forms.CharField(
        label=_("Address"),
        help_text=_("An https address that answers with 2xx within 15 seconds."),
        max_length=255,
        widget=forms.URLInput(attrs={"placeholder": "https://example.com/messages"}),
    )
    secret = forms.CharField(
        label=_("Signing secret"),
        help_text=_(
            "Leave it empty: the one in use stays, or a new one is made. It is kept encrypted."
        ),
        max_length=255,
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )
    renew = forms.BooleanField(
        label=_("Make a new secret; the one before signs, too, for one more day"), required=False
    )

    def clean_url(self) -> str:
        """Return an address that messages may be sent to."""
        typed: str = self.cleaned_data["url"].strip()
        private = settings.ALLOW_PRIVATE_ADDRESSES
        if not is_endpoint(typed, https_only=not private):
            raise forms.ValidationError(_now("Write it like https://example.com/messages."))
        if not private and is_plainly_private(urlsplit(typed).hostname or ""):
            raise forms.ValidationError(_now("This address is a private one."))
        return typed

    def clean_secret(self) -> str:
        """Return a secret as the Standard Webhooks scheme writes them, or an empty text."""
        return standard_secret(self.cleaned_data["secret"])


class GenericForm(forms.Form):
    """The secret with which your own system signs. Empty: one is made."""

    secret = forms.CharField(
        label=_("Signing secret"),
        help_text=_("Leave it empty and a new one is made. It is kept encrypted."),
        max_length=255,
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )

    def clean_secret(self) -> str:
        """Return a secret as the Standard Webhooks scheme writes them, or an empty text."""
        return standard_secret(self.cleaned_data["secret"])


def standard_secret(told: str) -> str:
    """Return a secret as the Standard Webhooks scheme writes them, or an empty text.

    Raises ValidationError for any other.
    """
    typed = told.strip()
    try:
        key = base64.b64decode(typed.removeprefix("whsec_"), validate=True)
    except ValueError:
        key = b""
    if typed and not (typed.startswith("whsec_") and len(key) in KEY_BYTES):
        raise forms.ValidationError(
            _now("Write it as whsec_ and 24 to 64 bytes in base64, or leave it empty.")
        )
    return typed
