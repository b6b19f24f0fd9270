"""What programs did with their keys, sending it again, and the shop to try things out in."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_POST

from commerce import selectors
from commerce.access import StaffRequest, staff_view
from commerce.api_replay import replay, why_not_repeated
from commerce.enums import Right
from commerce.exports import list_as_csv, wants_csv
from commerce.models import ApiKey, ApiRequest
from commerce.selectors.api import access_api_request, list_api_requests
from commerce.serializers.cells import api_request_cells, api_request_header
from commerce.services.keys import key_for_replays
from commerce.services.sandboxes import is_sandbox, open_sandbox
from postexp.kernel import clock, htmx
from postexp.kernel.paging import cut
from postexp.kernel.tenancy import merchant_scope

HERE, TEST_SHOP = "here", "test"


@staff_view(Right.CONFIGURE)
@require_GET
def api_request_list(request: StaffRequest, key_id: str) -> HttpResponseBase:
    """What a key asked for, newest first; `?failed=1` shows what was refused.

    `export=csv` asks for all of it as a file.
    """
    key = selectors.access_key(key_id)
    failed = request.GET.get("failed") == "1"
    rows = list_api_requests(key)
    if failed:
        rows = rows.filter(status__gte=400)
    if wants_csv(request):
        cells = api_request_cells(rows.order_by("-id"))
        return list_as_csv(request, "api-requests", api_request_header(), cells)
    page = cut(rows, request.GET)
    url = reverse("dashboard:api_requests", args=[request.merchant.slug, key_id])
    every = pgettext("requests to the API", "All")
    tabs = [
        {"url": url, "label": every, "active": not failed, "count": None},
        {"url": f"{url}?failed=1", "label": _("Refused"), "active": failed, "count": None},
    ]
    context = {
        "key": key,
        "rows": [{"logged": one, "tone": _tone(one.status)} for one in page.rows],
        "page": page,
        "tabs": tabs,
    }
    return render(request, "commerce/settings/api_requests.html", context)


@staff_view(Right.CONFIGURE)
@require_GET
def api_request_detail(request: StaffRequest, key_id: str, api_request_id: str) -> HttpResponse:
    """One request and its answer, and where it can be sent again."""
    key = selectors.access_key(key_id)
    logged = access_api_request(key, api_request_id)
    return render(request, "commerce/settings/api_request.html", _context(request, key, logged))


@staff_view(Right.CONFIGURE)
@require_POST
def api_request_replay(request: StaffRequest, key_id: str, api_request_id: str) -> HttpResponse:
    """Send a request again: here where a repeat changes nothing, or in the test shop."""
    key = selectors.access_key(key_id)
    logged = access_api_request(key, api_request_id)
    context = _context(request, key, logged)
    where = request.POST.get("where")
    if where == HERE and context["may_repeat"]:
        answered = replay(logged, key=key)
    elif where == TEST_SHOP and context["may_test"]:
        at = clock.now()
        twin = open_sandbox(merchant=request.merchant, by=request.user, at=at)
        with merchant_scope(twin.pk):
            acting = key_for_replays(merchant=twin, by=request.user, at=at)
            answered = replay(logged, key=acting, anew=True)
        context["twin"] = twin
    else:
        messages.error(request, _("This request cannot be sent again there."))
        url = reverse("dashboard:api_request", args=[request.merchant.slug, key_id, api_request_id])
        return htmx.redirect(request, url)
    context |= {
        "answered": answered,
        "answered_tone": _tone(answered.status),
        "answered_text": _readable(answered.answer),
    }
    return render(request, "commerce/settings/api_request.html", context)


@staff_view(Right.CONFIGURE)
@require_POST
def test_shop_open(request: StaffRequest) -> HttpResponse:
    """Open the shop's test shop, and lead to its keys."""
    twin = open_sandbox(merchant=request.merchant, by=request.user, at=clock.now())
    return htmx.redirect(request, reverse("dashboard:key_list", args=[twin.slug]))


def _context(request: StaffRequest, key: ApiKey, logged: ApiRequest) -> dict[str, Any]:
    why_not = why_not_repeated(logged, key=key, at=clock.now())
    return {
        "key": key,
        "logged": logged,
        "tone": _tone(logged.status),
        "body": _readable(logged.request_body),
        "answer": _readable(logged.answer),
        "may_repeat": not why_not,
        "why_not": why_not,
        "may_test": logged.whole and not is_sandbox(request.merchant),
    }


def _tone(status: int) -> str:
    if status < 400:
        return "good"
    return "attention" if status < 500 else "problem"


def _readable(text: str) -> str:
    """Return JSON as people read it; what is cut or none stays as it is."""
    try:
        return json.dumps(json.loads(text), indent=2, ensure_ascii=False)
    except ValueError:
        return text
