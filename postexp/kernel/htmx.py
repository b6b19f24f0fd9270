"""HTMX: the server chooses page or part, toasts travel in headers, dead sessions go to log-in."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, cast

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render as render_template
from django_htmx.middleware import HtmxDetails


def details(request: HttpRequest) -> HtmxDetails:
    """Return what htmx says of a request."""
    return cast(HtmxDetails, request.htmx)  # type: ignore[attr-defined]


def render(
    request: HttpRequest,
    *,
    page: str,
    part: str,
    context: Mapping[str, Any],
    status: int = 200,
) -> HttpResponse:
    """Render the whole page, or the part alone for an htmx request that is no history restore."""
    htmx = details(request)
    wants_part = bool(htmx) and not htmx.boosted and not htmx.history_restore_request
    response = render_template(request, part if wants_part else page, dict(context), status=status)
    response["Vary"] = "HX-Request"
    return response


def toast(
    response: HttpResponse, text: str, *, kind: str = "good", undo_url: str = ""
) -> HttpResponse:
    """Show a short message after this response; `undo_url` adds an undo button that posts there."""
    message = {"text": str(text), "kind": kind, "undo": undo_url}
    response["HX-Trigger"] = json.dumps({"toast": message})
    return response


def redirect(request: HttpRequest, url: str) -> HttpResponse:
    """Send the browser to another page, from a form or from htmx alike."""
    if details(request):
        response = HttpResponse(status=204)
        response["HX-Redirect"] = url
        return response
    return HttpResponseRedirect(url)
