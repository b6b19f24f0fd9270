"""The event log: what happened, on whose account, and who reacted."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext, pgettext_lazy
from django.views.decorators.http import require_GET

from commerce import selectors
from commerce.access import StaffRequest, staff_view
from commerce.enums import Right
from commerce.exports import list_as_csv, wants_csv
from commerce.serializers.cells import event_cells, event_header
from postexp.kernel import history, htmx
from postexp.kernel.events import RetryLater, event_classes
from postexp.kernel.models import Delivery, DeliveryState, EventRecord
from postexp.kernel.outbox import PLAIN_CAUSES
from postexp.kernel.paging import cut

# Tone and word of where a delivery stands.
STATES = {
    DeliveryState.PENDING: ("information", pgettext_lazy("delivery of an event", "Waiting")),
    DeliveryState.CLAIMED: ("information", pgettext_lazy("delivery of an event", "Handed over")),
    DeliveryState.RUNNING: ("information", pgettext_lazy("delivery of an event", "Running")),
    DeliveryState.DONE: ("good", pgettext_lazy("delivery of an event", "Done")),
    DeliveryState.DEAD: ("problem", pgettext_lazy("delivery of an event", "Failed")),
    DeliveryState.SKIPPED: ("neutral", pgettext_lazy("delivery of an event", "Skipped")),
    DeliveryState.OUTCOME_UNKNOWN: (
        "attention",
        pgettext_lazy("delivery of an event", "Outcome unknown"),
    ),
}


@staff_view()
@require_GET
def event_list(request: StaffRequest) -> HttpResponseBase:
    """Everything that happened, newest first; kind, object and actor narrow it.

    `export=csv` asks for all of it as a file.
    """
    chosen = {name: request.GET.get(name, "").strip() for name in ("type", "about", "actor")}
    events = history.list_events(
        type=chosen["type"], subject=chosen["about"], actor=chosen["actor"]
    )
    if wants_csv(request):
        newest = events.order_by("-id")
        return list_as_csv(request, "events", event_header(), event_cells(newest))
    page = cut(events, request.GET)
    actors = selectors.name_actors(record.actor for record in page.rows)
    context = {
        "rows": [_row(request, record, actors[record.actor]) for record in page.rows],
        "page": page,
        "tabs": event_tabs(request, "event_list"),
        "types": _types(),
        "actors": _actors(),
        "chosen": chosen,
        "narrowed": any(chosen.values()),
    }
    return htmx.render(
        request,
        page="commerce/events/list.html",
        part="commerce/events/_rows.html",
        context=context,
    )


@staff_view()
@require_GET
def event_detail(request: StaffRequest, event_id: str) -> HttpResponse:
    """One event: its payload as it was written, and what each reaction to it came to."""
    record = history.access_event(event_id)
    deliveries = list(record.deliveries.order_by("id"))
    waiting = history.waiting_behind(deliveries)
    actor = selectors.name_actors([record.actor])[record.actor]
    context = {
        "row": _row(request, record, actor),
        "record": record,
        "payload": json.dumps(record.payload, indent=2, ensure_ascii=False),
        "deliveries": [delivery_row(one, waiting) for one in deliveries],
        "may_replay": request.membership.may(Right.REPLAY),
        "related": selectors.timeline(history.story_of(record.subject)),
    }
    return render(request, "commerce/events/detail.html", context)


def event_tabs(request: StaffRequest, active: str) -> list[dict[str, Any]]:
    """Return the tabs of the event pages, with how much failed."""
    failed = history.count_failures().total
    views = (
        ("event_list", _("All events"), None),
        ("failure_list", pgettext("view of events", "Failures"), failed),
        ("request_list", _("Raw requests"), None),
    )
    return [
        {
            "url": reverse(f"dashboard:{name}", args=[request.merchant.slug]),
            "label": label,
            "active": name == active,
            "count": count,
        }
        for name, label, count in views
    ]


def delivery_row(delivery: Delivery, waiting: dict[int, int]) -> dict[str, Any]:
    """Return what pages show of a delivery; `waiting` counts the events each one holds up."""
    state = DeliveryState(delivery.state)
    tone, label = STATES[state]
    return {
        "delivery": delivery,
        "tone": tone,
        "state": label,
        "waiting": waiting.get(delivery.pk, 0),
        "failed": state in history.FOR_STAFF,
        "unknown": state == DeliveryState.OUTCOME_UNKNOWN,
        **cause_of(delivery.last_error),
    }


def cause_of(error: str) -> dict[str, str]:
    """Return `cause`, what went wrong in words for the shop's people, and `note`, what a programme
    said of it, for whoever mends it.
    """
    if error in ("", *PLAIN_CAUSES):
        return {"cause": _(error) if error else "", "note": ""}
    if error.startswith(RetryLater.__name__):
        return {"cause": _("It could not be done yet."), "note": error}
    return {"cause": _("Postexp met something it did not expect."), "note": error}


def title_of(record: EventRecord) -> str:
    """Return how people read an event: its words, or its type where nobody described it."""
    words = history.words_of(record.type)
    return str(words.title) if words else record.type


def subject_url(request: StaffRequest, subject: str) -> str:
    """Return the page of an object such as `order:ord_…`, or empty where it has none."""
    kind, _colon, public_id = subject.partition(":")
    try:
        return reverse(f"dashboard:{kind}_detail", args=[request.merchant.slug, public_id])
    except NoReverseMatch:
        return ""


def _row(request: StaffRequest, record: EventRecord, actor: str) -> dict[str, Any]:
    return {
        "record": record,
        "entry": selectors.entry_of(record, ""),
        "described": history.words_of(record.type) is not None,
        "actor": actor or _("Postexp itself"),
        "subject_url": subject_url(request, record.subject),
    }


def _types() -> list[tuple[str, str]]:
    """Return the kinds of events the code knows, by how they read."""
    kinds = ((name, history.words_of(name)) for name in event_classes())
    named = [(name, str(words.title) if words else name) for name, words in kinds]
    return sorted(named, key=lambda one: one[1])


def _actors() -> list[tuple[str, str]]:
    people = [(member.user.actor, str(member.user)) for member in selectors.list_members()]
    return [("system", _("Postexp itself")), ("shopper", _("Shoppers")), *people]
