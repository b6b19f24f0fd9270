"""The audit log: what staff did, when, and to what."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponseBase
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_GET

from commerce import selectors
from commerce.access import StaffRequest, staff_view
from commerce.enums import Right
from commerce.exports import list_as_csv, wants_csv
from commerce.forms import AuditForm
from commerce.selectors.audit import list_staff_event_types, list_staff_events
from commerce.serializers.cells import event_cells, event_header
from postexp.kernel import htmx
from postexp.kernel.history import words_of
from postexp.kernel.models import EventRecord
from postexp.kernel.paging import address, cut


@staff_view(Right.CONFIGURE)
@require_GET
def audit_log(request: StaffRequest) -> HttpResponseBase:
    """What staff did, newest first; the filters are in the address, `export=csv` asks for a file.

    A filter that cannot be read narrows nothing, and says so.
    """
    form = AuditForm(request.GET, people=_people(), types=_types())
    form.is_valid()
    events = list_staff_events(**form.filters())
    if wants_csv(request):
        return list_as_csv(request, "audit", event_header(), event_cells(events.order_by("-id")))
    page = cut(events, request.GET)
    # Where the object is a person, it is named as one.
    names = selectors.name_actors(
        who for record in page.rows for who in (record.actor, record.subject)
    )
    return htmx.render(
        request,
        page="commerce/settings/audit.html",
        part="commerce/settings/_audit_rows.html",
        context={
            "form": form,
            "rows": [_row(request, record, names) for record in page.rows],
            "page": page,
            "narrowed": any(form.filters().values()),
            "export_url": address(request.GET, export="csv", before=None, after=None),
        },
    )


def _row(request: StaffRequest, record: EventRecord, names: dict[str, str]) -> dict[str, Any]:
    kind, _colon, public_id = record.subject.partition(":")
    try:
        url = reverse(f"dashboard:{kind}_detail", args=[request.merchant.slug, public_id])
    except NoReverseMatch:
        url = ""
    return {
        "record": record,
        "entry": selectors.entry_of(record, ""),
        "person": names[record.actor],
        "subject_url": url,
        "subject_name": request.merchant.name
        if kind == "merchant"
        else names[record.subject]
        if kind == "staff"
        else "",
        "subject_id": public_id,
    }


def _people() -> list[tuple[str, str]]:
    return [(member.user.actor, str(member.user)) for member in selectors.list_members()]


def _types() -> list[tuple[str, str]]:
    named = [(name, words_of(name)) for name in list_staff_event_types()]
    labelled = [(name, str(words.title) if words else name) for name, words in named]
    return sorted(labelled, key=lambda one: one[1])
