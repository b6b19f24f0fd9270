"""The forms of the settings: they check what was typed, services carry it out."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.validators import URLValidator
from django.http.request import validate_host
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from commerce.enums import Role, Scope
from commerce.errors import BadImage
from commerce.models import Merchant, User
from commerce.rules import (
    COUNTRIES,
    LONGEST_SHORT_NAME,
    MOST_LINKS,
    MOST_PICTURE_BYTES,
    SHORT_NAME,
    SiteLink,
    SiteWords,
    country_name,
    short_name,
)
from postexp.design.formats import currency_name
from postexp.design.theme import LOGO_HEIGHTS, Theme

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile


WORDS = ("banner_en", "banner_ja", "footer_en", "footer_ja")
HOST_NAME = re.compile(r"(?!-)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{1,62}")


def time_zones() -> list[tuple[str, str]]:
    """Return the time zones people know, by region and city."""
    names = sorted(name for name in available_timezones() if name.count("/") == 1)
    cities = [name for name in names if not name.startswith(("Etc/", "SystemV/", "US/"))]
    return [("UTC", "UTC"), *((name, name.replace("_", " ")) for name in cities)]


class ShortNameField(forms.RegexField):
    """The part of a shop's addresses that is its own."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            SHORT_NAME,
            label=_("Short name in addresses"),
            max_length=LONGEST_SHORT_NAME,
            strip=True,
            widget=forms.TextInput(
                attrs={"autocapitalize": "none", "autocomplete": "off", "placeholder": "komorebi"}
            ),
            error_messages={
                "invalid": _("Write letters from a to z and digits, with hyphens between words.")
            },
            **options,
        )

    def to_python(self, value: Any) -> str:
        return str(super().to_python(value) or "").lower()


class ShopForm(forms.Form):
    """Names, address, languages, zone and contacts of a shop."""

    name_en = forms.CharField(label=_("Name in English"), max_length=120, required=False)
    name_ja = forms.CharField(label=_("Name in Japanese"), max_length=120, required=False)
    locales = forms.MultipleChoiceField(
        label=_("Languages of your shopper pages and messages"),
        choices=settings.LANGUAGES,
        widget=forms.CheckboxSelectMultiple,
    )
    default_locale = forms.ChoiceField(
        label=_("Language when the shopper’s is unknown"), choices=settings.LANGUAGES
    )
    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        help_text=_("Days, deadlines and opening hours are counted in this zone."),
        choices=time_zones,
    )
    slug = ShortNameField(
        help_text=_(
            "Your shopper pages and this dashboard move to the new address. Links that were given "
            "out with the earlier one still lead here."
        ),
    )
    site_url = forms.URLField(
        label=_("Address of your shop"),
        required=False,
        assume_scheme="https",
        widget=forms.URLInput(attrs={"placeholder": "https://"}),
    )
    support_email = forms.EmailField(
        label=_("Support e-mail"),
        help_text=_("Shown to shoppers; their replies to messages arrive there."),
        required=False,
    )
    support_phone = forms.CharField(label=_("Support phone"), max_length=40, required=False)
    hours_en = forms.CharField(
        label=_("Opening hours in English"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"placeholder": "Mon–Fri, 10:00–17:00"}),
    )
    hours_ja = forms.CharField(
        label=_("Opening hours in Japanese"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"placeholder": "平日 10時〜17時"}),
    )

    def clean(self) -> dict[str, Any]:
        """Keep the fallback language among the shop's own, and one name at least."""
        cleaned = super().clean() or {}
        spoken = cleaned.get("locales")
        if not cleaned.get("name_en") and not cleaned.get("name_ja"):
            language = "ja" if cleaned.get("default_locale") == "ja" else "en"
            self.add_error(f"name_{language}", _now("Write the name of your shop."))
        if spoken and cleaned.get("default_locale") not in spoken:
            self.add_error("default_locale", _now("Choose one of the languages of your shop."))
        return cleaned


class ThemeForm(forms.Form):
    """The look of the shopper's pages; `theme()` is what was chosen."""

    accent = forms.RegexField(
        r"^#[0-9a-fA-F]{6}$",
        label=_("Accent colour"),
        help_text=_(
            "Used for buttons and links. Text colours and dark mode shades are derived from it."
        ),
        error_messages={"invalid": _("Write a colour as # and six digits, such as #0f766e.")},
        widget=forms.TextInput(attrs={"type": "color"}),
    )
    font = forms.ChoiceField(
        label=_("Typeface"),
        choices=[
            ("system", pgettext_lazy("typeface", "Plain")),
            ("serif", pgettext_lazy("typeface", "Serif")),
            ("rounded", pgettext_lazy("typeface", "Rounded")),
        ],
    )
    radius = forms.ChoiceField(
        label=_("Corners"),
        choices=[
            ("none", pgettext_lazy("corners", "Square")),
            ("small", pgettext_lazy("corners", "Slightly rounded")),
            ("medium", pgettext_lazy("corners", "Rounded")),
            ("large", pgettext_lazy("corners", "Very rounded")),
        ],
    )
    header = forms.ChoiceField(
        label=_("Top of the page"),
        choices=[
            ("plain", pgettext_lazy("top of the page", "White or dark, like the page")),
            ("accent", pgettext_lazy("top of the page", "In the accent colour")),
        ],
    )
    logo_height = forms.IntegerField(
        label=_("Height of the logo"),
        help_text=_("20 to 72 pixels."),
        min_value=LOGO_HEIGHTS[0],
        max_value=LOGO_HEIGHTS[-1],
    )
    logo = forms.FileField(
        label=_("Logo"),
        help_text=_("PNG, JPEG or WebP, up to 4 MB. Location and camera data are removed."),
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/webp"}),
    )
    remove_logo = forms.BooleanField(label=_("Show the name instead of the logo"), required=False)

    def clean_logo(self) -> bytes | None:
        """Return the bytes of the upload, not yet trusted; refuse more than we would read."""
        return read_picture(self.cleaned_data["logo"])

    def theme(self) -> Theme:
        """Return the theme of a valid form."""
        data = self.cleaned_data
        return Theme(
            accent=data["accent"].lower(),
            radius=data["radius"],
            font=data["font"],
            header=data["header"],
            logo_height=data["logo_height"],
        )


class SiteWordsForm(forms.Form):
    """What the shop says around its shopper pages; `words()` is what was written."""

    banner_en = forms.CharField(
        label=_("Banner in English"),
        max_length=200,
        required=False,
        help_text=_("A line on top of every page, such as when you do not ship."),
    )
    banner_ja = forms.CharField(label=_("Banner in Japanese"), max_length=200, required=False)
    footer_en = forms.CharField(
        label=_("Line at the foot in English"), max_length=300, required=False
    )
    footer_ja = forms.CharField(
        label=_("Line at the foot in Japanese"), max_length=300, required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for place in range(1, MOST_LINKS + 1):
            self.fields[f"link{place}_url"] = forms.URLField(
                label=_("Link %(number)s: address") % {"number": place},
                required=False,
                assume_scheme="https",
                validators=[URLValidator(schemes=["https"])],
                widget=forms.URLInput(attrs={"placeholder": "https://"}),
            )
            for code, language in (("en", _("in English")), ("ja", _("in Japanese"))):
                self.fields[f"link{place}_{code}"] = forms.CharField(
                    label=_("Link %(number)s: words %(language)s")
                    % {"number": place, "language": language},
                    max_length=60,
                    required=False,
                )

    def links(self) -> list[list[forms.BoundField]]:
        """Return the fields of each link: address, words in English, words in Japanese."""
        return [
            [self[f"link{place}_{part}"] for part in ("url", "en", "ja")]
            for place in range(1, MOST_LINKS + 1)
        ]

    def words(self) -> SiteWords:
        """Return the words of a valid form; a link without an address is none."""
        data = self.cleaned_data
        return SiteWords(
            banner_en=data["banner_en"],
            banner_ja=data["banner_ja"],
            footer_en=data["footer_en"],
            footer_ja=data["footer_ja"],
            links=tuple(
                SiteLink(
                    url=data[f"link{place}_url"],
                    label_en=data[f"link{place}_en"],
                    label_ja=data[f"link{place}_ja"],
                )
                for place in range(1, MOST_LINKS + 1)
                if data[f"link{place}_url"]
            ),
        )


def words_initial(words: SiteWords) -> dict[str, str]:
    """Return the fields of a `SiteWordsForm` that shows these words."""
    initial = {name: str(getattr(words, name)) for name in WORDS}
    for place, link in enumerate(words.links, start=1):
        initial |= {
            f"link{place}_url": link.url,
            f"link{place}_en": link.label_en,
            f"link{place}_ja": link.label_ja,
        }
    return initial


class InviteForm(forms.Form):
    """Who is to join, and as what."""

    email = forms.EmailField(label=_("E-mail"), max_length=254)
    name = forms.CharField(label=_("Name"), max_length=120, required=False)
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices, initial=Role.AGENT)


class JoinForm(forms.Form):
    """The name and the password of somebody who accepts an invitation and has no account."""

    name = forms.CharField(label=_("Name"), max_length=120, required=False)
    password1 = forms.CharField(
        label=_("Password"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    password2 = forms.CharField(
        label=_("Password, once more"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, email: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.email = email

    def clean_password1(self) -> str:
        """Refuse what is guessed easily, from the person's own name and address above all."""
        password: str = self.cleaned_data["password1"]
        validate_password(password, User(email=self.email, name=self.cleaned_data.get("name", "")))
        return password

    def clean_password2(self) -> str:
        """Refuse a slip of the finger."""
        password: str = self.cleaned_data["password2"]
        if "password1" in self.cleaned_data and password != self.cleaned_data["password1"]:
            raise forms.ValidationError(_now("Type the same password twice."))
        return password


class ViewForm(forms.Form):
    """What a saved view is called, and who sees it."""

    name = forms.CharField(label=_("Name"), max_length=40)
    shared = forms.BooleanField(label=_("Everyone in the shop sees it"), required=False)


class AuditForm(forms.Form):
    """What part of the audit log is looked at."""

    person = forms.ChoiceField(label=_("Person"), required=False)
    type = forms.ChoiceField(label=_("Action"), required=False)
    about = forms.CharField(label=_("Object"), max_length=80, required=False)
    since = forms.DateField(
        label=_("From day"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    until = forms.DateField(
        label=_("To day"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )

    def __init__(
        self, *args: Any, people: list[tuple[str, str]], types: list[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].choices = [("", _("Anyone")), *people]  # type: ignore[attr-defined]
        self.fields["type"].choices = [("", _("Everything")), *types]  # type: ignore[attr-defined]

    def filters(self) -> dict[str, Any]:
        """Return the filters of a cleaned form, without those that cannot be read."""
        return {name: value for name, value in self.cleaned_data.items() if value}


class DomainForm(forms.Form):
    """The shop's own domain."""

    domain = forms.CharField(
        label=_("Domain"),
        max_length=253,
        required=False,
        help_text=_("Such as track.example.com. Leave it empty to stay on our address."),
    )

    def clean_domain(self) -> str:
        """Return the domain in small letters; refuse what is no name, or one of ours."""
        domain = str(self.cleaned_data["domain"]).strip().lower().rstrip(".")
        if not domain:
            return ""
        if not HOST_NAME.fullmatch(domain):
            raise forms.ValidationError(_("Write a domain alone, such as track.example.com."))
        if validate_host(domain, settings.ALLOWED_HOSTS):
            raise forms.ValidationError(_("This is our own address. Choose a domain of yours."))
        return domain


class RoleForm(forms.Form):
    """What a member may do."""

    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)


class KeyForm(forms.Form):
    """What a new API key is called, and may do."""

    name = forms.CharField(
        label=_("Name"),
        max_length=80,
        help_text=_("What will use it, such as “warehouse system”."),
    )
    scopes = forms.MultipleChoiceField(
        label=_("Permissions"),
        choices=Scope.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one thing the key may do.")},
    )


def countries() -> list[tuple[str, str]]:
    """Return the countries a shop can be in, by name in the language of the moment."""
    locale = get_language() or "en"
    return sorted(
        ((code, country_name(code, locale)) for code in COUNTRIES), key=lambda pair: pair[1]
    )


def currencies() -> list[tuple[str, str]]:
    """Return the currencies of those countries, after the choice to take the country's own."""
    codes = sorted({country.currency for country in COUNTRIES.values()})
    return [
        ("", _now("The country’s own")),
        *((code, f"{code} · {currency_name(code)}") for code in codes),
    ]


def usual_time_zones() -> list[tuple[str, str]]:
    """Return the time zones, after the choice to take the country's own."""
    return [("", _now("The country’s own")), *time_zones()]


class SetupForm(forms.Form):
    """The four questions a new shop answers, and what makes its pages look its own."""

    name = forms.CharField(
        label=_("Name of your shop"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    slug = ShortNameField(
        help_text=_(
            "Your shopper pages stand at /s/ and this name. Left empty, it is made of the Latin "
            "letters in the name of your shop."
        ),
        required=False,
    )
    locales = forms.MultipleChoiceField(
        label=_("Languages of your shopper pages and messages"),
        choices=settings.LANGUAGES,
        widget=forms.CheckboxSelectMultiple,
    )
    country = forms.ChoiceField(
        label=_("Country"),
        help_text=_("Currency and time zone follow from it."),
        choices=countries,
    )
    currency = forms.ChoiceField(label=_("Currency"), choices=currencies, required=False)
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=usual_time_zones, required=False)
    support_email = forms.EmailField(
        label=_("Support e-mail"),
        help_text=_("Shown to shoppers; their replies to messages arrive there."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    logo = forms.FileField(
        label=_("Logo"),
        help_text=_("PNG, JPEG or WebP, up to 4 MB. Your accent colour is taken from it."),
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/webp"}),
    )
    colour = forms.RegexField(
        r"^#[0-9a-fA-F]{6}$",
        label=_("Colour of your site"),
        help_text=_("Such as #0f766e. Without one, the logo’s colour is used."),
        required=False,
        error_messages={"invalid": _("Write a colour as # and six digits, such as #0f766e.")},
    )

    def clean_logo(self) -> bytes | None:
        """Return the bytes of the upload, not yet trusted; refuse more than we would read."""
        return read_picture(self.cleaned_data["logo"])

    def clean(self) -> dict[str, Any]:
        """Take the country's own currency and time zone where no other was chosen.

        A name without Latin letters gives no address: then one is asked for.
        """
        cleaned = super().clean() or {}
        name = cleaned.get("name", "")
        if name and not short_name(name) and not cleaned.get("slug") and "slug" not in self.errors:
            self.add_error(
                "slug",
                _now("The name of your shop has no Latin letters: write a short name in them."),
            )
        if country := COUNTRIES.get(cleaned.get("country", "")):
            cleaned["currency"] = cleaned.get("currency") or country.currency
            cleaned["time_zone"] = cleaned.get("time_zone") or country.time_zone
        return cleaned


def read_picture(upload: UploadedFile[bytes] | None) -> bytes | None:
    """Return the bytes of an upload; raises ValidationError for more than we would read."""
    if upload is None:
        return None
    if (upload.size or 0) > MOST_PICTURE_BYTES:
        raise forms.ValidationError(BadImage.message)
    content: bytes = upload.read()
    return content


def shop_initial(merchant: Merchant) -> dict[str, Any]:
    """Return a shop's settings as they stand, for a fresh form."""
    return {name: getattr(merchant, name) for name in ShopForm.base_fields}
