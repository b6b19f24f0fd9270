"""Personal data: requests of the platform, files for staff, erasing a customer or the shop."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from commerce import selectors
from commerce.access import StaffRequest, staff_view
from commerce.enums import PrivacyKind, Right
from commerce.errors import AlreadySettled, WrongSlug
from commerce.events import DataDownloaded
from commerce.models import Customer, DataExport, PrivacyRequest
from commerce.selectors.data import access_export, list_customer_exports, list_shop_exports
from commerce.services import privacy
from commerce.tasks import erase_shop as erase_shop_task
from commerce.tasks import make_shop_export as make_export_task
from postexp.kernel import clock, htmx
from postexp.kernel.events import append
from postexp.kernel.files import private_files
from postexp.kernel.tasks import begin

SHOWN = 200


@staff_view()
@require_GET
def privacy_list(request: StaffRequest) -> HttpResponse:
    """Show open requests first, the most urgent on top."""
    found = selectors.list_privacy_requests().prefetch_related("exports")
    requests = list(found[:SHOWN])
    customers = selectors.map_customers([one.customer_external_id for one in requests])
    at = clock.now()
    context = {
        "rows": [
            (
                one,
                customers.get(one.customer_external_id),
                [made for made in one.exports.all() if made.is_there(at)],
                one.kind == PrivacyKind.ERASE_SHOP,
            )
            for one in requests
        ],
        "erasure": _asked_erasure(),
        "at": at,
        "may_answer": request.membership.may(Right.CONFIGURE),
        "may_erase": request.membership.may(Right.ERASE),
    }
    return render(request, "commerce/privacy/list.html", context)


@staff_view(Right.CONFIGURE)
@require_POST
def privacy_answer(request: StaffRequest, request_id: str) -> HttpResponse:
    """Note that a request was answered; that to erase the whole shop is the owner's."""
    found = selectors.access_privacy_request(request_id)
    if found.kind == PrivacyKind.ERASE_SHOP and not request.membership.may(Right.ERASE):
        raise PermissionDenied
    try:
        privacy.answer_privacy_request(
            merchant=request.merchant, request=found, by=request.user, at=clock.now()
        )
    except AlreadySettled as error:
        messages.warning(request, str(error.message))
    else:
        messages.success(request, _("Marked as answered."))
    return htmx.redirect(request, reverse("dashboard:privacy_list", args=[request.merchant.slug]))


@staff_view(Right.CONFIGURE)
@require_http_methods(["GET", "POST"])
def customer_data(request: StaffRequest, customer_id: str) -> HttpResponse:
    """The files of a customer's data, and a button to make one."""
    customer = selectors.access_customer(customer_id)
    if request.method == "POST":
        privacy.export_customer(customer=customer, by=request.user, at=clock.now())
        messages.success(request, _("The file is ready to be downloaded."))
        return htmx.redirect(request, _url(request, "customer_data", customer.public_id))
    at = clock.now()
    context = {
        "customer": customer,
        "exports": [made for made in list_customer_exports(customer) if made.is_there(at)],
    }
    return render(request, "commerce/privacy/customer.html", context)


@staff_view(Right.CONFIGURE, fresh=True)
@require_http_methods(["GET", "POST"])
def customer_erase(request: StaffRequest, customer_id: str) -> HttpResponse:
    """Ask whether to erase a customer's data, and order it."""
    customer: Customer = selectors.access_customer(customer_id)
    if request.method == "GET":
        return render(request, "commerce/privacy/erase.html", {"customer": customer})
    if customer.erased_at is None:
        privacy.order_customer_erasure(
            merchant=request.merchant, customer=customer, by=request.user, at=clock.now()
        )
    messages.success(request, _("The customer’s personal data is being erased."))
    return htmx.redirect(request, _url(request, "customer_detail", customer.public_id))


@staff_view(Right.CONFIGURE)
@require_GET
def data_download(request: StaffRequest, export_id: str) -> HttpResponseBase:
    """A file of data; that of the whole shop is for owners."""
    made: DataExport = access_export(export_id)
    at = clock.now()
    if _is_whole(made) and not request.membership.may(Right.ERASE):
        raise PermissionDenied
    if not made.is_there(at) or not private_files().exists(made.path):
        raise Http404
    with transaction.atomic():
        append(
            DataDownloaded(merchant_public_id=request.merchant.public_id, export_id=made.public_id),
            at=at,
            actor=request.user.actor,
        )
    name = f"{request.merchant.slug}-{made.public_id}{made.path[made.path.rindex('.') :]}"
    response = FileResponse(private_files().open(made.path), as_attachment=True, filename=name)
    response["Cache-Control"] = "private, no-store"
    return response


def _is_whole(made: DataExport) -> bool:
    return made.path.endswith(".zip") or (made.customer_id is None and made.request_id is None)


@staff_view(Right.ERASE)
@require_http_methods(["GET", "POST"])
def data_settings(request: StaffRequest) -> HttpResponse:
    """Everything the shop has as one file, and the end of the shop."""
    if request.method == "POST":
        made = privacy.ask_for_shop_export(
            merchant=request.merchant, by=request.user, at=clock.now()
        )
        begin(make_export_task, request.merchant.pk, made.public_id)
        return htmx.redirect(request, _url(request, "data_settings"))
    return render(request, "commerce/privacy/data.html", _data(request))


@staff_view(Right.ERASE)
@require_GET
def data_progress(request: StaffRequest) -> HttpResponse:
    """The files of the whole shop, for the page that asks again while one is made."""
    return render(request, "commerce/privacy/_exports.html", _data(request))


def _data(request: StaffRequest) -> dict[str, object]:
    at = clock.now()
    rows = [(made, made.is_there(at)) for made in list_shop_exports()]
    making = any(made.state == "waiting" for made, _there in rows)
    return {"rows": rows, "making": making, "erasure": _asked_erasure(), "at": at}


def _asked_erasure() -> PrivacyRequest | None:
    """Return the open request of the platform to erase the shop, the first that came."""
    asked = selectors.list_privacy_requests().filter(kind=PrivacyKind.ERASE_SHOP, done_at=None)
    found: PrivacyRequest | None = asked.order_by("id").first()
    return found


@staff_view(Right.ERASE, fresh=True)
@require_http_methods(["GET", "POST"])
def shop_erase(request: StaffRequest) -> HttpResponse:
    """Ask for the shop's short name, and erase the shop."""
    problem = ""
    if request.method == "POST":
        try:
            privacy.order_erasure(
                merchant=request.merchant,
                typed=request.POST.get("slug", ""),
                by=request.user,
                at=clock.now(),
            )
        except WrongSlug as error:
            problem = str(error.message)
        else:
            begin(erase_shop_task, request.merchant.pk)
            messages.success(request, _("The shop is closed, and its data is being erased."))
            return htmx.redirect(request, reverse("home"))
    status = 422 if problem else 200
    return render(request, "commerce/privacy/erase_shop.html", {"problem": problem}, status=status)


def _url(request: StaffRequest, name: str, *parts: str) -> str:
    return reverse(f"dashboard:{name}", args=[request.merchant.slug, *parts])
