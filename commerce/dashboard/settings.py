"""The settings of the shop itself, and of how its shopper pages look."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.conf import settings as site
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from commerce import selectors
from commerce.access import StaffRequest, staff_view
from commerce.enums import Right
from commerce.errors import AddressTaken, BadImage
from commerce.forms import ShopForm, SiteWordsForm, ThemeForm, shop_initial, words_initial
from commerce.rules import SiteWords
from commerce.services.appearance import change_look, restore_look
from commerce.services.merchants import change_merchant
from postexp.design.colour import contrast, from_hex
from postexp.design.theme import SURFACES, TEXT, Theme, palette, stylesheet
from postexp.kernel import clock, htmx

BOTH = "both"
"""The choice of the preview to show every language side by side."""


@staff_view(Right.CONFIGURE)
@require_http_methods(["GET", "POST"])
def shop_settings(request: StaffRequest) -> HttpResponse:
    """Names, languages, zone and contacts."""
    form = ShopForm(request.POST or None, initial=shop_initial(request.merchant))
    if request.method == "POST" and form.is_valid():
        try:
            merchant = change_merchant(
                merchant=request.merchant,
                changes=form.cleaned_data,
                by=request.user,
                at=clock.now(),
            )
        except AddressTaken as error:
            form.add_error("slug", str(error.message))
        else:
            messages.success(request, _("Saved."))
            return htmx.redirect(request, reverse("dashboard:settings", args=[merchant.slug]))
    status = 422 if form.is_bound else 200
    return render(request, "commerce/settings/shop.html", {"form": form}, status=status)


@staff_view(Right.CONFIGURE)
@require_http_methods(["GET", "POST"])
def theme_settings(request: StaffRequest) -> HttpResponse:
    """Colour, typeface, corners, logo and words, beside a page of a shopper as it will look."""
    theme, words = selectors.theme_of(request.merchant), selectors.words_of(request.merchant)
    bound = request.method == "POST"
    form = ThemeForm(
        request.POST if bound else None, request.FILES if bound else None, initial=asdict(theme)
    )
    words_form = SiteWordsForm(request.POST if bound else None, initial=words_initial(words))
    if bound and form.is_valid() and words_form.is_valid():
        try:
            change_look(
                merchant=request.merchant,
                theme=form.theme(),
                words=words_form.words(),
                logo=form.cleaned_data["logo"],
                remove_logo=form.cleaned_data["remove_logo"],
                by=request.user,
                at=clock.now(),
            )
        except BadImage as error:
            form.add_error("logo", str(error.message))
        else:
            messages.success(request, _("Saved. Your shopper pages have the new look."))
            return htmx.redirect(request, reverse("dashboard:theme", args=[request.merchant.slug]))
    context = {
        "form": form,
        "words_form": words_form,
        "looks": selectors.list_looks(),
        **_preview(request, theme, words),
    }
    return render(request, "commerce/settings/theme.html", context, status=422 if bound else 200)


@staff_view(Right.CONFIGURE)
@require_POST
def look_restore(request: StaffRequest, look_id: str) -> HttpResponse:
    """Go back to an earlier look, logo and words included."""
    version = selectors.access_look(look_id)
    restore_look(merchant=request.merchant, version=version, by=request.user, at=clock.now())
    messages.success(
        request, _("Your shopper pages look as in version %(number)s.") % {"number": version.number}
    )
    return htmx.redirect(request, reverse("dashboard:theme", args=[request.merchant.slug]))


@staff_view(Right.CONFIGURE)
@require_GET
def theme_preview(request: StaffRequest) -> HttpResponse:
    """The preview beside the form, for the choices in the address."""
    preview = _preview(request, _chosen(request), _written(request))
    return render(request, "commerce/settings/_preview.html", preview)


@staff_view(Right.CONFIGURE)
@require_GET
@xframe_options_sameorigin
def theme_page(request: StaffRequest) -> HttpResponse:
    """A page as a shopper would see it, with the theme in the address."""
    asked = request.GET.get("lang", "")
    frame = selectors.site_frame(request.merchant)
    frame["theme_url"] = _address(request, "theme_css")
    with translation.override(asked if asked in dict(site.LANGUAGES) else get_language()):
        frame |= selectors.site_words(_written(request))
        frame["steps"] = [
            {"label": _("Ordered"), "state": "done"},
            {"label": _("Shipped"), "state": "done"},
            {"label": _("On its way"), "state": "now"},
            {"label": _("Delivered"), "state": "next"},
        ]
        response = render(request, "commerce/settings/sample.html", frame)
    response["Content-Security-Policy"] = site.CONTENT_SECURITY_POLICY.replace(
        "frame-ancestors 'none'", "frame-ancestors 'self'"
    )
    return response


@staff_view(Right.CONFIGURE)
@require_GET
def theme_css(request: StaffRequest) -> HttpResponse:
    """The stylesheet of the theme in the address."""
    return HttpResponse(stylesheet(_chosen(request)), content_type="text/css; charset=utf-8")


def _chosen(request: StaffRequest) -> Theme:
    """Return the theme in the address; what cannot be read of it stays as it is saved."""
    saved = asdict(selectors.theme_of(request.merchant))
    form = ThemeForm({**saved, **request.GET.dict()})
    if form.is_valid():
        return form.theme()
    good = {name: form.cleaned_data.get(name, saved[name]) for name in saved}
    return Theme(**good)


def _written(request: StaffRequest) -> SiteWords:
    """Return the words in the address; where one cannot be used, those that are saved."""
    saved = selectors.words_of(request.merchant)
    form = SiteWordsForm(request.GET if "banner_en" in request.GET else words_initial(saved))
    return form.words() if form.is_valid() else saved


def _preview(request: StaffRequest, theme: Theme, words: SiteWords) -> dict[str, Any]:
    languages = request.merchant.locales
    asked = request.GET.get("lang", "")
    both = asked == BOTH and len(languages) > 1
    lang = BOTH if both else asked if asked in languages else get_language()
    return {
        "pages": [
            (
                one,
                _address(request, "theme_page", **asdict(theme), **words_initial(words), lang=one),
            )
            for one in (languages if both else [lang])
        ],
        "lang": lang,
        "both": BOTH,
        "languages": [one for one in site.LANGUAGES if one[0] in languages],
        "checks": _checks(theme),
    }


def _address(request: StaffRequest, name: str, **values: Any) -> str:
    query = request.GET.copy()
    for key, value in values.items():
        query[key] = str(value)
    path = reverse(f"dashboard:{name}", args=[request.merchant.slug])
    return f"{path}?{query.urlencode()}"


def _checks(theme: Theme) -> list[dict[str, Any]]:
    """Return how well words can be read in the theme, in both modes, and whether shades were moved.

    Promised by the theme itself: every ratio is at least 4.5.
    """
    checks = []
    for mode, name in (("light", _("Light pages")), ("dark", _("Dark pages"))):
        shades = palette(theme.accent, mode)
        surface = SURFACES[mode][0]
        checks.append(
            {
                "name": name,
                "button": contrast(from_hex(shades.on_accent), from_hex(shades.accent)),
                "link": contrast(from_hex(shades.accent_text), surface),
                "moved": contrast(from_hex(shades.accent), surface) < TEXT,
            }
        )
    return checks
