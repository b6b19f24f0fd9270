"""The draft of the policy tried on past returns: started, watched, and what it would change."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_GET, require_POST

from commerce.access import StaffRequest, staff_view
from commerce.enums import Right
from commerce.exports import list_as_csv, wants_csv
from commerce.selectors import name_actors
from postexp.kernel import clock, htmx
from postexp.kernel.money import Money
from postexp.kernel.paging import cut
from postexp.kernel.tasks import begin
from returns.dashboard.policy_rules import SPANS, show_rules
from returns.errors import ReturnsError
from returns.models import PolicySimulation, SimulatedChange
from returns.selectors import drafts
from returns.selectors.policies import engine_of
from returns.selectors.simulations import access_simulation, list_changes
from returns.serializers.simulations import (
    change_cells,
    change_header,
    summary_of,
    unknown_words,
    why_changed,
)
from returns.services.simulations import start_simulation
from returns.tasks import work_on_simulation

USUAL_SPAN = 90
CHUNK = 500


@staff_view(Right.CONFIGURE)
@require_POST
def policy_simulate(request: StaffRequest) -> HttpResponse:
    """Begin to try the draft on the past returns of `days` days."""
    asked = request.POST.get("days", "")
    days = int(asked) if asked in {str(one) for one in SPANS} else USUAL_SPAN
    try:
        simulation = start_simulation(days=days, at=clock.now(), actor=request.user.actor)
    except ReturnsError as error:
        return show_rules(request, problem=str(error.message), status=error.status)
    begin(work_on_simulation, request.merchant.pk, simulation.public_id)
    return htmx.redirect(request, _url(request, simulation))


@staff_view(Right.CONFIGURE)
@require_GET
def policy_simulation(request: StaffRequest, simulation_id: str) -> HttpResponseBase:
    """What a simulation found, row by row; `export=csv` asks for a file. Follows one that runs."""
    simulation = access_simulation(simulation_id)
    if wants_csv(request):
        changes = list_changes(simulation).order_by("id").iterator(chunk_size=CHUNK)
        return list_as_csv(
            request, "policy-simulation", change_header(), change_cells(simulation, changes)
        )
    return render(
        request, "returns/dashboard/policy_simulation.html", _context(request, simulation)
    )


@staff_view(Right.CONFIGURE)
@require_GET
def policy_simulation_progress(request: StaffRequest, simulation_id: str) -> HttpResponse:
    """How far a simulation is; the whole page once it has ended."""
    simulation = access_simulation(simulation_id)
    if simulation.state != "running" or not htmx.details(request):
        return htmx.redirect(request, _url(request, simulation))
    return render(
        request, "returns/dashboard/_simulation_progress.html", {"simulation": simulation}
    )


def _url(request: StaffRequest, simulation: PolicySimulation) -> str:
    return reverse(
        "dashboard:policy_simulation", args=[request.merchant.slug, simulation.public_id]
    )


def _context(request: StaffRequest, simulation: PolicySimulation) -> dict[str, Any]:
    page = cut(list_changes(simulation), request.GET)
    policy, locale = simulation.policy, get_language() or "en"
    now = drafts.editing()
    return {
        "simulation": simulation,
        "summary": summary_of(simulation),
        "asked_by": name_actors([simulation.asked_by]).get(simulation.asked_by, ""),
        "outdated": bool(simulation.revision) and simulation.revision != now.revision,
        "draft": now.draft,
        "spans": SPANS,
        "page": page,
        "rows": [
            {
                "change": one,
                "reason": _reason(one, locale),
                "before": Money(one.money_before, one.currency),
                "after": Money(one.money_after, one.currency),
                "why": why_changed(one, policy, locale),
                "unknown": unknown_words(one),
            }
            for one in page.rows
        ],
    }


def _reason(change: SimulatedChange, locale: str) -> str:
    reason = engine_of(change.request.policy_version).policy.reason(change.reason)
    return reason.label.get(locale, change.reason) if reason else change.reason
