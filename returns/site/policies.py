"""The shopper's face of the policy: in words for people, and as data for machines.

Nothing of a person is on these pages: anyone may read them from anywhere, and keep them a minute.
"""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_safe

from commerce import selectors as commerce
from commerce.access import ShopperRequest, shopper_view
from postexp.kernel import clock
from returns.models import PolicyVersion
from returns.selectors import version_in_force
from returns.selectors.policy_pages import Standing, access_version, products_to_tell
from returns.selectors.withdrawals import is_offered
from returns.serializers.policy_feed import (
    asks_about_products,
    describe_in_schema,
    feed_for_agents,
)
from returns.serializers.policy_text import write_policy

A_MINUTE = "public, max-age=60"
# What could end the data block, or begin a comment in it.
_ESCAPES = {ord(">"): "\\u003E", ord("<"): "\\u003C", ord("&"): "\\u0026"}


@shopper_view
@require_safe
def policy_page(request: ShopperRequest) -> HttpResponse:
    """The policy for what is ordered now."""
    version = version_in_force(clock.now())
    return _page(request, Standing(version=version, in_force=True, until=None))


@shopper_view
@require_safe
def policy_version_page(request: ShopperRequest, number: int) -> HttpResponse:
    """A version by its number, as it stands for the orders that were placed under it."""
    return _page(request, access_version(number, at=clock.now()))


def _page(request: ShopperRequest, standing: Standing) -> HttpResponse:
    merchant, version = request.merchant, standing.version
    text = write_policy(version.policy, merchant=merchant, language=request.locale)
    context = {
        **commerce.site_frame(merchant),
        "home_url": reverse("site:lookup", args=[merchant.slug]),
        "locale": request.locale,
        "text": text,
        "standing": standing,
        "version": version,
        "withdrawal": is_offered(),
        "data": _data_block(_schema(request, version)) if standing.in_force else "",
    }
    return _open(render(request, "returns/site/policy.html", context), request.locale)


@shopper_view
@require_safe
def policy_schema(request: ShopperRequest) -> HttpResponse:
    """The policy in force as schema.org's MerchantReturnPolicy, in JSON-LD."""
    told = _schema(request, version_in_force(clock.now()))
    return _open(JsonResponse(told, content_type="application/ld+json"), request.locale)


@shopper_view
@require_safe
def policy_feed(request: ShopperRequest) -> HttpResponse:
    """The policy in force as UCP's `policies[]`; `?country=` is where the order would go."""
    version = version_in_force(clock.now())
    told = feed_for_agents(
        version,
        merchant=request.merchant,
        products=products_to_tell(all_of_them=asks_about_products(version.policy)),
        language=request.locale,
        country=request.GET.get("country", "").upper()[:2] or request.merchant.country,
        at=clock.now(),
    )
    return _open(JsonResponse(told), request.locale)


def _schema(request: ShopperRequest, version: PolicyVersion) -> dict[str, Any]:
    return describe_in_schema(
        version, merchant=request.merchant, language=request.locale, at=clock.now()
    )


def _data_block(told: dict[str, Any]) -> SafeString:
    """Return JSON-LD as a block of the page. It is data, which no script policy stops or runs."""
    written = json.dumps(told, ensure_ascii=False).translate(_ESCAPES)
    return format_html(
        '<script type="application/ld+json">{}</script>',
        mark_safe(written),  # noqa: S308  nothing in it can end the block
    )


def _open(response: HttpResponse, locale: str) -> HttpResponse:
    response["Access-Control-Allow-Origin"] = "*"
    response["Cache-Control"] = A_MINUTE
    response["Vary"] = "Accept-Language"
    response["Content-Language"] = locale
    return response
