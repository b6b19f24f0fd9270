"""What staff do with an account at a carrier: pause it, go on with it, limit it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from commerce.access import StaffRequest, staff_view
from commerce.enums import Right
from integrations.carriers import CarrierError
from integrations.polling.accounts import (
    access_account,
    change_limits,
    pause_account,
    resume_account,
)
from integrations.polling.carriers import CARRIERS
from integrations.polling.forms import LimitsForm
from postexp.kernel import clock, htmx


@staff_view(Right.CONFIGURE)
@require_POST
def carrier_pause(request: StaffRequest, account_id: str) -> HttpResponse:
    """Ask a carrier nothing for now."""
    account = access_account(account_id)
    pause_account(account, merchant=request.merchant, by=request.user, at=clock.now())
    messages.success(request, _("Paused. Parcels are planned again when you resume."))
    return _to_list(request)


@staff_view(Right.CONFIGURE)
@require_POST
def carrier_resume(request: StaffRequest, account_id: str) -> HttpResponse:
    """Ask a carrier again, where it accepts the credentials."""
    account = access_account(account_id)
    try:
        resume_account(account, merchant=request.merchant, by=request.user, at=clock.now())
    except CarrierError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The carrier is asked again."))
    return _to_list(request)


@staff_view(Right.CONFIGURE)
@require_http_methods(["GET", "POST"])
def carrier_limits(request: StaffRequest, account_id: str) -> HttpResponse:
    """Show how often a carrier may be asked, and change it."""
    account = access_account(account_id)
    standing = {"per_second": account.per_second, "per_day": account.per_day}
    form = LimitsForm(request.POST or None, initial=standing)
    if request.method == "POST" and form.is_valid():
        change_limits(
            account,
            per_second=form.cleaned_data["per_second"],
            per_day=form.cleaned_data["per_day"],
            merchant=request.merchant,
            by=request.user,
            at=clock.now(),
        )
        messages.success(request, _("Saved."))
        return _to_list(request)
    context = {"account": account, "form": form, "usual": CARRIERS[account.carrier]}
    answer = htmx.render(
        request,
        page="integrations/polling/limits.html",
        part="integrations/polling/_limits.html",
        context=context,
    )
    if form.errors:
        answer.status_code = 422
    return answer


def _to_list(request: StaffRequest) -> HttpResponse:
    url = reverse("dashboard:connection_list", args=[request.merchant.slug])
    return htmx.redirect(request, url)
