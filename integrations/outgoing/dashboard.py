"""Settings > Webhooks: endpoints, what was sent to each, and sending it again."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from commerce.access import StaffRequest, staff_view
from commerce.enums import Right
from commerce.exports import list_as_csv, wants_csv
from integrations.outgoing import catalogue, selectors, services
from integrations.outgoing.cells import delivery_cells, delivery_header
from integrations.outgoing.enums import Cause, DeliveryState, EndpointState
from integrations.outgoing.errors import OutgoingError
from integrations.outgoing.forms import EndpointForm, ReplayForm
from integrations.outgoing.models import Delivery, Endpoint
from postexp.kernel import clock, htmx
from postexp.kernel.history import words_of
from postexp.kernel.paging import cut

TONES = {
    EndpointState.ACTIVE: "good",
    EndpointState.PAUSED: "problem",
    EndpointState.DISABLED: "neutral",
    DeliveryState.PENDING: "information",
    DeliveryState.SENDING: "information",
    DeliveryState.DELIVERED: "good",
    DeliveryState.FAILED: "problem",
}
NO_COUNT = {"delivered": 0, "failed": 0, "waiting": 0}


@staff_view(Right.CONFIGURE)
@require_GET
def endpoint_list(request: StaffRequest) -> HttpResponse:
    """The endpoints, how each does, and how to add one."""
    counts = selectors.count_of_the_day(at=clock.now())
    rows = [
        {**_endpoint(one), "counts": counts.get(one.pk, NO_COUNT)}
        for one in selectors.list_endpoints()
    ]
    return render(request, "integrations/outgoing/list.html", {"rows": rows})


@staff_view(Right.CONFIGURE)
@require_http_methods(["GET", "POST"])
def endpoint_add(request: StaffRequest) -> HttpResponse:
    """A form to add an endpoint, and adding it."""
    form = EndpointForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            endpoint = services.add_endpoint(
                url=form.cleaned_data["url"],
                events=form.chosen(),
                description=form.cleaned_data["description"],
                at=clock.now(),
                actor=request.user.actor,
            )
        except OutgoingError as refused:
            form.add_error("url", str(refused.message))
        else:
            messages.success(request, _("The endpoint is added. Send it a test event."))
            return _to_endpoint(request, endpoint)
    return _form_page(request, form, None)


@staff_view(Right.CONFIGURE)
@require_http_methods(["GET", "POST"])
def endpoint_edit(request: StaffRequest, endpoint_id: str) -> HttpResponse:
    """A form to change an endpoint, and changing it."""
    endpoint = selectors.access_endpoint(endpoint_id)
    initial = {
        "url": endpoint.url,
        "description": endpoint.description,
        "every": not endpoint.events,
        "events": endpoint.events,
    }
    form = EndpointForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            services.change_endpoint(
                endpoint=endpoint,
                url=form.cleaned_data["url"],
                events=form.chosen(),
                description=form.cleaned_data["description"],
                at=clock.now(),
                actor=request.user.actor,
            )
        except OutgoingError as refused:
            form.add_error("url", str(refused.message))
        else:
            messages.success(request, _("The endpoint is changed."))
            return _to_endpoint(request, endpoint)
    return _form_page(request, form, endpoint)


def _form_page(
    request: StaffRequest, form: EndpointForm, endpoint: Endpoint | None
) -> HttpResponse:
    context = {"form": form, "endpoint": endpoint}
    status = 422 if form.is_bound else 200
    return render(request, "integrations/outgoing/edit.html", context, status=status)


@staff_view(Right.CONFIGURE)
@require_GET
def endpoint_detail(request: StaffRequest, endpoint_id: str) -> HttpResponseBase:
    """One endpoint: its secret, what it is told of, and what was sent to it.

    `export=csv` asks for all that was sent as a file.
    """
    endpoint = selectors.access_endpoint(endpoint_id)
    if wants_csv(request):
        deliveries = selectors.list_deliveries(endpoint, state=_state(request)).order_by("-id")
        return list_as_csv(request, "webhooks", delivery_header(), delivery_cells(deliveries))
    return _page(request, endpoint)


def _state(request: StaffRequest) -> str:
    state = request.GET.get("state", "")
    return state if state in DeliveryState.values else ""


def _page(
    request: StaffRequest, endpoint: Endpoint, replay: ReplayForm | None = None
) -> HttpResponse:
    state = _state(request)
    page = cut(selectors.list_deliveries(endpoint, state=state), request.GET)
    now = timezone.localtime(clock.now())
    written = "%Y-%m-%dT%H:%M"
    initial = {
        "since": (now - timedelta(hours=1)).strftime(written),
        "until": (now + timedelta(minutes=1)).strftime(written),
    }
    context = {
        **_endpoint(endpoint),
        "kinds": [_kind(event_type) for event_type in endpoint.events],
        "overlap": endpoint.old_secret_until
        if endpoint.old_secret_until and endpoint.old_secret_until > clock.now()
        else None,
        "rows": [_delivery(one) for one in page.rows],
        "page": page,
        "tabs": _tabs(request, endpoint, state),
        "state": state,
        "replay": replay or ReplayForm(initial=initial),
    }
    return htmx.render(
        request,
        page="integrations/outgoing/detail.html",
        part="integrations/outgoing/_deliveries.html",
        context=context,
        status=422 if replay else 200,
    )


def _tabs(request: StaffRequest, endpoint: Endpoint, state: str) -> list[dict[str, Any]]:
    url = reverse("dashboard:endpoint_detail", args=[request.merchant.slug, endpoint.public_id])
    every = pgettext("deliveries of webhooks", "All")
    named = [("", every), *((one.value, str(one.label)) for one in DeliveryState)]
    return [
        {
            "url": f"{url}?state={name}" if name else url,
            "label": label,
            "active": name == state,
            "count": None,
        }
        for name, label in named
        if name != DeliveryState.SENDING
    ]


@staff_view(Right.CONFIGURE)
@require_GET
def webhook_detail(request: StaffRequest, endpoint_id: str, webhook_id: str) -> HttpResponse:
    """One delivery: the request as it was sent, and every answer to it."""
    endpoint = selectors.access_endpoint(endpoint_id)
    delivery = selectors.access_delivery(endpoint, webhook_id)
    context = {
        **_endpoint(endpoint),
        "row": _delivery(delivery),
        "body": _readable(delivery.body),
        "attempts": list(delivery.log.all()),
    }
    return render(request, "integrations/outgoing/delivery.html", context)


def _readable(body: str) -> str:
    """Return JSON as people read it; nothing where it is not written yet."""
    return json.dumps(json.loads(body), indent=2, ensure_ascii=False) if body else ""


@staff_view(Right.CONFIGURE)
@require_POST
def webhook_replay(request: StaffRequest, endpoint_id: str, webhook_id: str) -> HttpResponse:
    """Send one webhook again."""
    endpoint = selectors.access_endpoint(endpoint_id)
    services.replay_delivery(
        delivery=selectors.access_delivery(endpoint, webhook_id),
        at=clock.now(),
        actor=request.user.actor,
    )
    messages.success(request, _("It is being sent again, under the same id."))
    return _to_endpoint(request, endpoint)


@staff_view(Right.CONFIGURE)
@require_POST
def endpoint_replay(request: StaffRequest, endpoint_id: str) -> HttpResponse:
    """Send the events of a range of time again."""
    endpoint = selectors.access_endpoint(endpoint_id)
    form = ReplayForm(request.POST)
    if form.is_valid():
        try:
            count = services.replay_range(
                endpoint=endpoint,
                since=form.cleaned_data["since"],
                until=form.cleaned_data["until"],
                at=clock.now(),
                actor=request.user.actor,
            )
        except OutgoingError as refused:
            form.add_error("since", str(refused.message))
        else:
            text = ngettext(
                "%(count)s event is being sent again.",
                "%(count)s events are being sent again.",
                count,
            )
            messages.success(request, text % {"count": count})
            return _to_endpoint(request, endpoint)
    return _page(request, endpoint, form)


@staff_view(Right.CONFIGURE)
@require_POST
def endpoint_test(request: StaffRequest, endpoint_id: str) -> HttpResponse:
    """Send a test event."""
    endpoint = selectors.access_endpoint(endpoint_id)
    services.send_test(endpoint=endpoint, at=clock.now(), actor=request.user.actor)
    messages.success(request, _("A test event is on its way. Its answer shows below in a moment."))
    return _to_endpoint(request, endpoint)


@staff_view(Right.CONFIGURE)
@require_POST
def endpoint_switch(request: StaffRequest, endpoint_id: str) -> HttpResponse:
    """Stop an endpoint that is sent to; resume one that is not."""
    endpoint = selectors.access_endpoint(endpoint_id)
    at, actor = clock.now(), request.user.actor
    if endpoint.state == EndpointState.ACTIVE:
        services.stop_endpoint(endpoint=endpoint, at=at, actor=actor)
        messages.success(request, _("Nothing more is sent to this endpoint."))
    else:
        services.resume_endpoint(endpoint=endpoint, at=at, actor=actor)
        messages.success(
            request, _("It is sent to again. Replay the time it was stopped to catch up.")
        )
    return _to_endpoint(request, endpoint)


@staff_view(Right.CONFIGURE)
@require_http_methods(["GET", "POST"])
def endpoint_rotate(request: StaffRequest, endpoint_id: str) -> HttpResponse:
    """Ask whether to make a new secret, and make it."""
    endpoint = selectors.access_endpoint(endpoint_id)
    if request.method == "GET":
        return _ask(request, endpoint, "rotate")
    services.rotate_secret(endpoint=endpoint, at=clock.now(), actor=request.user.actor)
    messages.success(request, _("There is a new secret. The former one signs too for 24 hours."))
    return _to_endpoint(request, endpoint)


@staff_view(Right.CONFIGURE)
@require_http_methods(["GET", "POST"])
def endpoint_delete(request: StaffRequest, endpoint_id: str) -> HttpResponse:
    """Ask whether to delete an endpoint, and delete it."""
    endpoint = selectors.access_endpoint(endpoint_id)
    if request.method == "GET":
        return _ask(request, endpoint, "delete")
    services.delete_endpoint(endpoint=endpoint, at=clock.now(), actor=request.user.actor)
    messages.success(request, _("The endpoint is deleted."))
    return htmx.redirect(request, reverse("dashboard:endpoint_list", args=[request.merchant.slug]))


def _ask(request: StaffRequest, endpoint: Endpoint, act: str) -> HttpResponse:
    return htmx.render(
        request,
        page="integrations/outgoing/ask.html",
        part="integrations/outgoing/_ask.html",
        context={**_endpoint(endpoint), "act": act},
    )


def _to_endpoint(request: StaffRequest, endpoint: Endpoint) -> HttpResponse:
    slug = request.merchant.slug
    url = reverse("dashboard:endpoint_detail", args=[slug, endpoint.public_id])
    return htmx.redirect(request, url)


def _endpoint(endpoint: Endpoint) -> dict[str, Any]:
    state = EndpointState(endpoint.state)
    return {
        "endpoint": endpoint,
        "state_label": state.label,
        "tone": TONES[state],
        "active": state == EndpointState.ACTIVE,
    }


def _delivery(delivery: Delivery) -> dict[str, Any]:
    state = DeliveryState(delivery.state)
    return {
        "delivery": delivery,
        "title": _kind(delivery.type),
        "label": state.label,
        "tone": TONES[state],
        "cause": "" if delivery.cause == Cause.EVENT else Cause(delivery.cause).label,
        "last": next(iter(delivery.log.all()), None),
    }


def _kind(event_type: str) -> str:
    if event_type == catalogue.TEST:
        return _("Test event")
    words = words_of(event_type)
    return str(words.title) if words else event_type
