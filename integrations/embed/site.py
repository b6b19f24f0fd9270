"""The storefront script, and the public words it shows."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from commerce import links
from commerce.access import ShopperRequest, shopper_view
from postexp.kernel import clock
from returns.rules.policy import OutcomeTerms
from returns.selectors import version_in_force

SOURCE = Path(__file__).with_name("postexp.js")
FOREVER = "public, max-age=31536000, immutable"
A_WHILE = "public, max-age=300"


@cache
def script() -> bytes:
    """Return the script as it is served."""
    return SOURCE.read_bytes()


@cache
def script_hash() -> str:
    """Return what the script's lasting address carries: it changes with its content."""
    return hashlib.sha256(script()).hexdigest()[:16]


@require_safe
def hashed_script(request: HttpRequest, digest: str) -> HttpResponse:
    """The script of one content, for pages that pin it with `integrity`."""
    if digest != script_hash():
        raise Http404
    return _script(FOREVER)


@require_safe
def latest_script(request: HttpRequest) -> HttpResponse:
    """The script as it is today."""
    return _script(A_WHILE)


def _script(caching: str) -> HttpResponse:
    response = HttpResponse(script(), content_type="text/javascript; charset=utf-8")
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return _open_to_all(response, caching)


@shopper_view
@require_safe
def words(request: ShopperRequest) -> HttpResponse:
    """What the script shows, in the reader's language: labels, addresses and the policy.

    The addresses are on the shop's own domain where it has one in use.
    """
    answer = JsonResponse(
        {
            "language": request.locale,
            "shop": request.merchant.name_in(request.locale),
            "words": {
                "lookup": _("Where is my order?"),
                "number": _("Order number"),
                "contact": _("E-mail, phone number or postcode"),
                "find": _("Find my order"),
                "policy": _("Returns and exchanges"),
                "returns": _("Start a return"),
            },
            "policy": policy_lines(request.locale),
            "lookup_url": links.site_url(request.merchant, "site:lookup", request.locale),
            "returns_url": links.site_url(request.merchant, "site:returns_home", request.locale),
        }
    )
    answer["Vary"] = "Accept-Language"
    return _open_to_all(answer, A_WHILE)


def policy_lines(locale: str) -> list[str]:
    """Return the policy in force as sentences, in the language that is active."""
    policy: Any = version_in_force(clock.now()).policy
    lines = [_outcome(terms) for terms in policy.outcomes if terms.days]
    return [*lines, *filter(None, [policy.instructions.get(locale, "")])]


def _outcome(terms: OutcomeTerms) -> str:
    text = ngettext(
        "%(outcome)s: within %(days)s day of delivery.",
        "%(outcome)s: within %(days)s days of delivery.",
        terms.days,
    )
    return text % {"outcome": terms.outcome.label, "days": terms.days}


def _open_to_all(response: HttpResponse, caching: str) -> HttpResponse:
    """Let pages of any origin read an answer that holds nothing but what everyone may know."""
    response["Access-Control-Allow-Origin"] = "*"
    response["Cache-Control"] = caching
    return response
