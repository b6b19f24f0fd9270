"""The shop's own domain: which, the records to set, and whether they are there."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from commerce.access import StaffRequest, staff_view
from commerce.enums import Right
from commerce.errors import CommerceError
from commerce.forms import DomainForm
from commerce.rules.domains import proof_name, proof_value, way_record
from commerce.services.domains import ask_for_domain, check_domain, domain_target
from postexp.kernel import clock, dns, htmx


@staff_view(Right.CONFIGURE, fresh=True)
@require_http_methods(["GET", "POST"])
def domain_settings(request: StaffRequest) -> HttpResponse:
    """Name the domain, and see the records it needs."""
    form = DomainForm(request.POST or None, initial={"domain": request.merchant.domain})
    if request.method == "POST" and form.is_valid():
        ask_for_domain(
            merchant=request.merchant,
            domain=form.cleaned_data["domain"],
            actor=request.user.actor,
            at=clock.now(),
        )
        messages.success(request, _("Saved."))
        return _to_page(request)
    domain = request.merchant.domain
    context = {
        "form": form,
        "records": [
            (way_record(domain_target()), domain, domain_target()),
            ("TXT", proof_name(domain), proof_value(request.merchant.domain_token)),
        ]
        if domain
        else [],
    }
    status = 422 if form.is_bound else 200
    return render(request, "commerce/settings/domain.html", context, status=status)


@staff_view(Right.CONFIGURE)
@require_POST
def domain_check(request: StaffRequest) -> HttpResponse:
    """Look the records up now."""
    if not request.merchant.domain:
        return _to_page(request)
    try:
        proof = check_domain(merchant=request.merchant, actor=request.user.actor, at=clock.now())
    except dns.Unanswered:
        messages.error(request, _("The name servers did not answer. Try again in a few minutes."))
        return _to_page(request)
    except CommerceError as error:
        messages.error(request, str(error.message))
        return _to_page(request)
    # What is missing stands on the page, until the next look.
    if proof.owned and proof.points:
        messages.success(request, _("Your shopper pages now stand on your own domain."))
    return _to_page(request)


def _to_page(request: StaffRequest) -> HttpResponse:
    return htmx.redirect(request, reverse("dashboard:domain", args=[request.merchant.slug]))
