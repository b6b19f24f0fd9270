"""Needs attention: one queue over everything that is wrong with parcels."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from commerce.access import StaffRequest, staff_view
from commerce.enums import ListName, Right
from commerce.exports import list_as_csv, wants_csv
from commerce.selectors import list_members
from commerce.serializers.view_tabs import view_tabs
from postexp.kernel import clock, htmx
from postexp.kernel.paging import FIRST, address, cut
from tracking import services
from tracking.errors import TrackingError
from tracking.forms import SNOOZES, IncidentForm, TrackingSettingsForm
from tracking.models import Incident
from tracking.rules import carrier_of
from tracking.selectors import incidents as selectors
from tracking.selectors.preferences import get_tracking_settings
from tracking.serializers.incidents import KINDS, incident_cells, incident_header, queue_row

_FILTERS = ("view", "kind", "carrier", "days", "assignee")


@staff_view()
@require_GET
def incident_list(request: StaffRequest) -> HttpResponseBase:
    """The queue: view, search and filters are in the address; `export=csv` asks for a file."""
    query = request.GET
    found = _found(request, query)
    if wants_csv(request):
        newest = found.order_by("-id")
        return list_as_csv(request, "incidents", incident_header(), incident_cells(newest))
    view = query.get("view", "open")
    if view == "closed":
        page = cut(found, query)
        rows = [queue_row([incident]) for incident in page.rows]
    else:
        page = cut(selectors.gravest_of_each(found), query, by="gravity")
        beside = selectors.list_beside(found, page.rows)
        rows = [queue_row(beside[incident.shipment_id]) for incident in page.rows]
    narrowing = [name for name in (*_FILTERS[1:], "q") if query.get(name, "").strip()]
    clear: dict[str, str | None] = dict.fromkeys(_FILTERS[1:])
    context = {
        "rows": rows,
        "page": page,
        **view_tabs(
            request,
            ListName.INCIDENTS,
            query,
            _views(request, query),
            lambda saved: _parcels(request, saved),
        ),
        "chips": _chips(request, query),
        "clear": address(query, **clear, **FIRST) if set(narrowing) - {"q"} else "",
        "q": query.get("q", "").strip(),
        "keep": {name: query[name] for name in _FILTERS if name in query},
        "narrowed": bool(narrowing),
        "view": view,
        "may_act": request.membership.may(Right.DECIDE),
        "members": list_members(),
        "snoozes": SNOOZES,
        "here": request.get_full_path(),
    }
    return htmx.render(
        request,
        page="tracking/dashboard/incidents.html",
        part="tracking/dashboard/_incident_rows.html",
        context=context,
    )


@staff_view(Right.DECIDE)
@require_POST
def incident_act(request: StaffRequest) -> HttpResponse:
    """Put off, bring back, assign or close the incidents that were chosen, and go back."""
    form = IncidentForm(request.POST)
    if form.data.get("act") == "write":
        return _to_letter(request)
    chosen = selectors.access_incidents(_chosen(request))
    if not form.is_valid() or not chosen:
        messages.error(request, _("Choose at least one incident, and what to do with it."))
        return _back(request)
    try:
        messages.success(request, _act(request, form, chosen))
    except TrackingError as refused:
        messages.error(request, str(refused.message))
    return _back(request)


def _act(request: StaffRequest, form: IncidentForm, chosen: list[str]) -> str:
    """Do what was asked, and say how many incidents it was done to."""
    at, by, asked = clock.now(), request.user, form.cleaned_data
    match asked["act"]:
        case "snooze":
            until = at + timedelta(days=asked["days"] or SNOOZES[0])
            count = services.snooze_incidents(chosen, until=until, by=by, at=at)
            said = ngettext(
                "%(count)s incident is put off.", "%(count)s incidents are put off.", count
            )
        case "wake":
            count = services.snooze_incidents(chosen, until=None, by=by, at=at)
            said = ngettext(
                "%(count)s incident is back in the queue.",
                "%(count)s incidents are back in the queue.",
                count,
            )
        case "assign":
            people = {member.user_id: member.user for member in list_members()}
            to = people.get(asked["assignee"])
            count = services.assign_incidents(chosen, to=to, by=by, at=at)
            said = ngettext(
                "%(count)s incident is assigned.", "%(count)s incidents are assigned.", count
            )
        case _:
            count = services.close_incidents(chosen, word=asked["word"], by=by, at=at)
            said = ngettext(
                "%(count)s incident is closed.", "%(count)s incidents are closed.", count
            )
    return said % {"count": count}


@staff_view(Right.CONFIGURE)
@require_http_methods(["GET", "POST"])
def tracking_settings(request: StaffRequest) -> HttpResponse:
    """How long a problem must last before the shopper hears of it, and when orders are late."""
    kept = get_tracking_settings()
    initial = {name: getattr(kept, name) for name in TrackingSettingsForm.base_fields}
    form = TrackingSettingsForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        services.change_tracking_settings(**form.cleaned_data, by=request.user, at=clock.now())
        messages.success(request, _("Saved."))
        url = reverse("dashboard:tracking_settings", args=[request.merchant.slug])
        return htmx.redirect(request, url)
    status = 422 if form.is_bound else 200
    return render(request, "tracking/dashboard/settings.html", {"form": form}, status=status)


def _to_letter(request: StaffRequest) -> HttpResponse:
    """Lead to the page on which their shoppers are written to."""
    query = QueryDict(mutable=True)
    query.setlist("incident", _chosen(request))
    url = reverse("dashboard:incident_letter", args=[request.merchant.slug])
    return htmx.redirect(request, f"{url}?{query.urlencode()}")


def _back(request: StaffRequest) -> HttpResponse:
    """Lead back to the page the act was done on, which must be one of this shop."""
    queue = reverse("dashboard:incident_list", args=[request.merchant.slug])
    back = request.POST.get("back", "")
    home = reverse("dashboard:home", args=[request.merchant.slug])
    return htmx.redirect(request, back if back.startswith(home) else queue)


def _chosen(request: StaffRequest) -> list[str]:
    """Return the ids of the chosen incidents: a row of the queue names all those it shows."""
    return " ".join(request.POST.getlist("incident")).split()


def _parcels(request: StaffRequest, query: QueryDict) -> QuerySet[Incident]:
    """Return what a view has rows for: parcels, by their gravest incident, or closed incidents."""
    found = _found(request, query)
    return found if query.get("view") == "closed" else selectors.gravest_of_each(found)


def _found(request: StaffRequest, query: QueryDict) -> QuerySet[Incident]:
    kind = query.get("kind", "")
    return selectors.list_incidents(
        at=clock.now(),
        user=request.user,
        view=query.get("view", "open"),
        kind=kind if kind in KINDS else "",
        carrier=query.get("carrier", ""),
        days=_number(query.get("days", "")),
        assignee=_number(query.get("assignee", "")),
        search=query.get("q", "").strip(),
    )


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _views(request: StaffRequest, query: QueryDict) -> list[dict[str, Any]]:
    labels = {
        "open": pgettext("view of incidents", "Open"),
        "mine": pgettext("view of incidents", "Mine"),
        "unassigned": pgettext("view of incidents", "Nobody’s"),
        "due": pgettext("view of incidents", "Due soon"),
        "snoozed": pgettext("view of incidents", "Put off"),
        "closed": pgettext("view of incidents", "Closed"),
    }
    counts = selectors.count_incident_views(at=clock.now(), user=request.user)
    view = query.get("view", "open")
    return [
        {
            "url": address(query, view=None if name == "open" else name, **FIRST),
            "label": label,
            "active": view == name,
            "count": counts.get(name),
        }
        for name, label in labels.items()
    ]


def _chips(request: StaffRequest, query: QueryDict) -> list[dict[str, Any]]:
    """Return the filters: kinds and carriers there are, ages, and one's colleagues."""
    at, locale = clock.now(), get_language() or "en"
    chosen = {name: query.get(name, "") for name in _FILTERS}
    kinds, carriers = selectors.open_kinds_and_carriers(at=at)
    # A filter in force is shown, whatever is left of it.
    kinds += [kind for kind in (chosen["kind"],) if kind in KINDS and kind not in kinds]
    carriers += [slug for slug in (chosen["carrier"],) if slug and slug not in carriers]
    options = [("kind", kind, str(KINDS[kind])) for kind in kinds]
    options += [("carrier", slug, carrier_of(slug).name_in(locale)) for slug in carriers]
    options += [
        (
            "days",
            str(days),
            ngettext("For %(days)s day", "For %(days)s days", days) % {"days": days},
        )
        for days in selectors.AGES
    ]
    if chosen["assignee"]:
        options += [
            ("assignee", str(member.user_id), str(member.user))
            for member in list_members()
            if str(member.user_id) == chosen["assignee"]
        ]
    return [
        {
            "url": address(query, **{name: None if chosen[name] == value else value}, **FIRST),
            "label": label,
            "active": chosen[name] == value,
        }
        for name, value, label in options
    ]
