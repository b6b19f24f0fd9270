"""Staff say which carrier a parcel is with, and how it stands, where they know better."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from commerce.access import StaffRequest, staff_view
from commerce.enums import Right
from postexp.kernel import clock, htmx
from tracking import selectors, services
from tracking.enums import CorrectionSubject, status_label
from tracking.errors import NothingToWithdraw
from tracking.forms import CarrierForm, StatusForm
from tracking.models import Shipment
from tracking.rules import carrier_of
from tracking.selectors.corrections import list_candidates
from tracking.serializers.candidates import candidate_rows


@staff_view(Right.DECIDE)
@require_http_methods(["GET", "POST"])
def shipment_carrier(request: StaffRequest, shipment_id: str) -> HttpResponse:
    """Ask which carrier a parcel is with, and take the answer over what its sources tell."""
    shipment = selectors.access_shipment(shipment_id)
    rows = candidate_rows(list_candidates(shipment))
    form = CarrierForm(request.POST if request.method == "POST" else None, candidates=rows)
    if request.method == "GET" or not form.is_valid():
        return _form(request, shipment, form, "carrier")
    corrected = services.correct_carrier(
        shipment_id=shipment.public_id,
        carrier=form.carrier_name,
        at=clock.now(),
        actor=request.user.actor,
    )
    name = carrier_of(corrected.carrier).name_in(get_language() or "en")
    return _answer(request, shipment, _("The parcel is with %(carrier)s now.") % {"carrier": name})


@staff_view(Right.DECIDE)
@require_http_methods(["GET", "POST"])
def shipment_status(request: StaffRequest, shipment_id: str) -> HttpResponse:
    """Ask how a parcel stands, and show that until it is withdrawn."""
    shipment = selectors.access_shipment(shipment_id)
    form = StatusForm(request.POST if request.method == "POST" else None)
    if request.method == "GET" or not form.is_valid():
        return _form(request, shipment, form, "status")
    corrected = services.correct_status(
        shipment_id=shipment.public_id,
        status=form.status,
        substatus=form.substatus,
        at=clock.now(),
        actor=request.user.actor,
    )
    label = status_label(corrected.status, get_language() or "en")
    text = _("The parcel is shown as “%(status)s” until you withdraw it.") % {"status": label}
    return _answer(request, shipment, text)


@staff_view(Right.DECIDE)
@require_POST
def shipment_withdraw(request: StaffRequest, shipment_id: str) -> HttpResponse:
    """Take staff's word on a parcel back; `subject` says which."""
    shipment = selectors.access_shipment(shipment_id)
    try:
        services.withdraw_correction(
            shipment_id=shipment.public_id,
            subject=CorrectionSubject(request.POST.get("subject", "")),
            at=clock.now(),
            actor=request.user.actor,
        )
    except (ValueError, NothingToWithdraw):
        messages.error(request, str(NothingToWithdraw.message))
        return htmx.redirect(request, _page(request, shipment))
    return _answer(request, shipment, _("The correction is withdrawn."))


def _form(
    request: StaffRequest, shipment: Shipment, form: CarrierForm | StatusForm, subject: str
) -> HttpResponse:
    return htmx.render(
        request,
        page="tracking/dashboard/correct.html",
        part="tracking/dashboard/_correct.html",
        context={
            "shipment": shipment,
            "form": form,
            "subject": subject,
            "action": reverse(
                f"dashboard:shipment_{subject}", args=[request.merchant.slug, shipment.public_id]
            ),
        },
        status=422 if form.is_bound else 200,
    )


def _answer(request: StaffRequest, shipment: Shipment, text: str) -> HttpResponse:
    messages.success(request, text)
    return htmx.redirect(request, _page(request, shipment))


def _page(request: StaffRequest, shipment: Shipment) -> str:
    return reverse("dashboard:shipment_detail", args=[request.merchant.slug, shipment.public_id])
