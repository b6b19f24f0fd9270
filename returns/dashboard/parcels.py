"""Staff's face of parcels that come back: labels, numbers, and how goods may be sent."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from commerce.access import StaffRequest, staff_view
from commerce.enums import Right
from postexp.kernel import clock, htmx, ids
from returns import selectors
from returns.dashboard.desk import answer, refused
from returns.enums import LabelFileKind
from returns.errors import AddressInUse, AddressNameTaken, ReturnsError
from returns.forms.sending import AddressForm, LabelUploadForm, NumberForm, SendingForm
from returns.models import Return, ReturnAddress
from returns.selectors.drop_off import list_points
from returns.selectors.parcels import (
    access_address,
    access_parcel,
    find_file,
    list_addresses,
    sending_settings,
)
from returns.services.labels import upload_label, void_label, want_labels
from returns.services.parcels import add_number, change_sending, drop_address, save_address


@staff_view(Right.DECIDE)
@require_POST
def return_label_make(request: StaffRequest, return_id: str) -> HttpResponse:
    """Ask for the labels of a return, again where one failed; or for one more."""
    case = selectors.access_return(return_id)
    try:
        want_labels(
            return_id=case.public_id,
            another=bool(request.POST.get("another")),
            key=request.POST.get("key", "")[:40] or ids.new_id("req"),
            at=clock.now(),
            actor=request.user.actor,
        )
    except ReturnsError as error:
        return refused(request, case, error)
    return answer(request, case, _("The label is being made."))


@staff_view(Right.DECIDE)
@require_http_methods(["GET", "POST"])
def return_label_upload(request: StaffRequest, return_id: str) -> HttpResponse:
    """Ask for a label that was made elsewhere, and hand it to the shopper."""
    case = selectors.access_return(return_id)
    form = LabelUploadForm(*((request.POST, request.FILES) if request.method == "POST" else ()))
    if form.is_valid():
        data = form.cleaned_data
        try:
            with transaction.atomic():
                upload_label(
                    return_id=case.public_id,
                    file=data["file"],
                    kind=LabelFileKind(data["kind"]),
                    tracking_number=data["tracking_number"],
                    carrier=data["carrier"],
                    at=clock.now(),
                    actor=request.user.actor,
                )
        except ReturnsError as error:
            form.add_error(None, str(error.message))
        else:
            return answer(request, case, _("The shopper finds the label on their page."))
    return _ask(request, case, "label_upload", form)


@staff_view(Right.DECIDE)
@require_http_methods(["GET", "POST"])
def return_number_add(request: StaffRequest, return_id: str) -> HttpResponse:
    """Ask for the number of a parcel that is being sent back, and follow it."""
    case = selectors.access_return(return_id)
    form = NumberForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            add_number(
                return_id=case.public_id,
                tracking_number=form.cleaned_data["tracking_number"],
                carrier=form.cleaned_data["carrier"],
                at=clock.now(),
                actor=request.user.actor,
            )
        except ReturnsError as error:
            form.add_error(None, str(error.message))
        else:
            return answer(request, case, _("The parcel is followed."))
    return _ask(request, case, "number_add", form)


def _ask(
    request: StaffRequest, case: Return, name: str, form: LabelUploadForm | NumberForm
) -> HttpResponse:
    return htmx.render(
        request,
        page=f"returns/dashboard/{name}.html",
        part=f"returns/dashboard/_{name}.html",
        context={"case": case, "form": form},
        status=422 if form.is_bound else 200,
    )


@staff_view(Right.DECIDE)
@require_POST
def return_label_void(request: StaffRequest, parcel_id: str) -> HttpResponse:
    """Give a label back that was not used."""
    parcel = access_parcel(parcel_id)
    first = parcel.cases.order_by("pk").first()
    if first is None:
        raise Http404
    case = selectors.access_return(first.public_id)
    try:
        void_label(parcel_id=parcel.public_id, at=clock.now(), actor=request.user.actor)
    except ReturnsError as error:
        return refused(request, case, error)
    return answer(request, case, _("The label is being voided."))


@staff_view()
@require_GET
def return_label_file(request: StaffRequest, parcel_id: str, paper: str) -> HttpResponse:
    """Download a label or code as its shopper gets it."""
    file = find_file(access_parcel(parcel_id), paper)
    if file is None:
        raise Http404
    ending = "pdf" if file.content_type == "application/pdf" else "png"
    response = HttpResponse(bytes(file.body), content_type=file.content_type)
    response["Content-Disposition"] = f'attachment; filename="{parcel_id}-{paper}.{ending}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


@staff_view(Right.CONFIGURE)
@require_http_methods(["GET", "POST"])
def sending_back(request: StaffRequest) -> HttpResponse:
    """The ways a shopper may choose from, and the places goods go to."""
    form = SendingForm(request.POST if request.method == "POST" else None, kept=sending_settings())
    if form.is_valid():
        change_sending(**form.settings(), at=clock.now(), actor=request.user.actor)
        messages.success(request, _("Saved."))
        return _to_settings(request)
    return render(
        request,
        "returns/dashboard/sending.html",
        {"form": form, "addresses": list_addresses(), "points": list_points().count()},
        status=422 if form.is_bound else 200,
    )


@staff_view(Right.CONFIGURE)
@require_http_methods(["GET", "POST"])
def return_address_new(request: StaffRequest) -> HttpResponse:
    """A new place goods go to."""
    return _address(request, ReturnAddress(country=request.merchant.country))


@staff_view(Right.CONFIGURE)
@require_http_methods(["GET", "POST"])
def return_address(request: StaffRequest, address_id: str) -> HttpResponse:
    """Change a place goods go to."""
    return _address(request, access_address(address_id))


def _address(request: StaffRequest, address: ReturnAddress) -> HttpResponse:
    form = AddressForm(request.POST if request.method == "POST" else None, instance=address)
    if form.is_valid():
        try:
            save_address(form.instance, at=clock.now(), actor=request.user.actor)
        except AddressNameTaken as error:
            form.add_error("name", str(error.message))
        else:
            messages.success(request, _("Saved."))
            return _to_settings(request)
    return render(
        request,
        "returns/dashboard/return_address.html",
        {"form": form, "address": address if address.pk else None},
        status=422 if form.is_bound else 200,
    )


@staff_view(Right.CONFIGURE)
@require_POST
def return_address_drop(request: StaffRequest, address_id: str) -> HttpResponse:
    """Send nothing to a place any more."""
    try:
        drop_address(access_address(address_id), at=clock.now(), actor=request.user.actor)
    except AddressInUse as error:
        messages.error(request, str(error.message))
    else:
        messages.success(request, _("The address is removed."))
    return _to_settings(request)


def _to_settings(request: StaffRequest) -> HttpResponse:
    return htmx.redirect(request, reverse("dashboard:sending_back", args=[request.merchant.slug]))
