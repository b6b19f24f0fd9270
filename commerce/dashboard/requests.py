"""Raw requests as they came in: what each led to, its bytes, and reading it again."""

from __future__ import annotations

import json
import re
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_GET, require_POST

from commerce.access import StaffRequest, staff_view
from commerce.dashboard.events import event_tabs
from commerce.enums import Right
from commerce.errors import AlreadySettled
from commerce.exports import list_as_csv, wants_csv
from commerce.serializers.cells import request_cells, request_header
from commerce.services.replays import replay_request
from postexp.kernel import clock, history, htmx
from postexp.kernel.models import InboxMessage, InboxState
from postexp.kernel.paging import FIRST, address, cut

# What of a body is shown; the whole of it is kept.
SHOWN_CHARACTERS = 200_000
TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+')
SECRET_HEADERS = frozenset({"authorization", "cookie", "x-api-key"})
STATES = {
    InboxState.RECEIVED: ("information", pgettext_lazy("raw request", "Waiting")),
    InboxState.PROCESSED: ("good", pgettext_lazy("raw request", "Read")),
    InboxState.FAILED: ("problem", pgettext_lazy("raw request", "Unreadable")),
}


@staff_view()
@require_GET
def request_list(request: StaffRequest) -> HttpResponseBase:
    """The raw requests, newest first; their state narrows them, `export=csv` asks for a file."""
    state = request.GET.get("state", "")
    state = state if state in InboxState else ""
    about = request.GET.get("about", "")
    requests = history.list_requests(state=state, about=about)
    if wants_csv(request):
        newest = requests.order_by("-id")
        return list_as_csv(request, "requests", request_header(), request_cells(newest))
    page = cut(requests, request.GET)
    context = {
        "tabs": event_tabs(request, "request_list"),
        "rows": [request_row(one) for one in page.rows],
        "page": page,
        "chips": [
            {
                "url": address(
                    request.GET,
                    state=None if state == value else value.value,
                    **FIRST,
                ),
                "label": label,
                "active": state == value,
            }
            for value, (_tone, label) in STATES.items()
        ],
        "clear": address(request.GET, about=None, **FIRST) if about else "",
        "narrowed": bool(state or about),
    }
    return render(request, "commerce/events/requests.html", context)


@staff_view()
@require_GET
def request_detail(request: StaffRequest, request_id: str) -> HttpResponse:
    """One raw request: its headers, its body as it can be read, and what it led to."""
    message = history.access_request(request_id)
    body, cut_off = _readable(bytes(message.body))
    context = {
        "row": request_row(message),
        "message": message,
        "headers": sorted(
            (name, _("(hidden)") if name.lower() in SECRET_HEADERS else value)
            for name, value in message.headers.items()
        ),
        "body": body,
        "cut_off": cut_off,
        "detail": json.dumps(message.effect_detail, indent=2, ensure_ascii=False)
        if message.effect_detail
        else "",
        "may_replay": request.membership.may(Right.REPLAY) and message.state != InboxState.RECEIVED,
    }
    return render(request, "commerce/events/request.html", context)


@staff_view(Right.REPLAY)
@require_POST
def request_replay(request: StaffRequest, request_id: str) -> HttpResponse:
    """Read a kept request again."""
    message = history.access_request(request_id)
    try:
        replay_request(
            merchant=request.merchant,
            request_id=message.public_id,
            by=request.user,
            at=clock.now(),
        )
    except AlreadySettled as error:
        messages.warning(request, str(error.message))
    else:
        messages.success(request, _("Reading the request again."))
    url = reverse("dashboard:request_detail", args=[request.merchant.slug, message.public_id])
    return htmx.redirect(request, url)


def request_row(message: InboxMessage) -> dict[str, Any]:
    """Return what pages show of a raw request."""
    tone, label = STATES[InboxState(message.state)]
    # What we say of it is in the catalogue; a template would cut it after it was escaped.
    cause = _(message.cause) if message.cause else ""
    return {"message": message, "tone": tone, "state": label, "cause": cause}


def _readable(body: bytes) -> tuple[str, bool]:
    """Return a body for reading, JSON indented, and whether the end of it is left out."""
    text = body.decode("utf-8", errors="replace")
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        pass
    else:
        text = indented(text)
    return text[:SHOWN_CHARACTERS], len(text) > SHOWN_CHARACTERS


def indented(text: str) -> str:
    """Lay valid JSON out over lines. Every token stays as it was sent: `1.10` never becomes 1.1."""
    parts: list[str] = []
    depth, before = 0, ""
    for token in TOKEN.findall(text):
        opened, closes = before in {"{", "["}, token in {"}", "]"}
        if closes:
            depth -= 1
        if before == "," or opened != closes:
            parts.append("\n" + "  " * depth)
        elif before == ":":
            parts.append(" ")
        parts.append(token)
        if token in {"{", "["}:
            depth += 1
        before = token
    return "".join(parts)
