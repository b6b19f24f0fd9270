"""Arranging at the desk when a return is fetched."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from commerce.access import StaffRequest, staff_view
from commerce.enums import Right
from postexp.kernel import clock, htmx
from returns import selectors
from returns.dashboard.desk import answer
from returns.errors import ReturnsError
from returns.forms.pickups import PickUpForm
from returns.selectors.pickups import pickup_of
from returns.services.pickups import arrange_pickup


@staff_view(Right.DECIDE)
@require_http_methods(["GET", "POST"])
def return_pickup(request: StaffRequest, return_id: str) -> HttpResponse:
    """Ask when the carrier comes, and tell the shopper."""
    case = selectors.access_return(return_id)
    known = pickup_of(case)
    names = ("on", "earliest", "latest", "carrier")
    form = PickUpForm(
        request.POST if request.method == "POST" else None,
        today=timezone.localdate(clock.now()),
        initial={name: getattr(known, name) for name in names} if known else None,
    )
    if form.is_valid():
        try:
            arrange_pickup(
                return_id=case.public_id,
                **form.cleaned_data,
                at=clock.now(),
                actor=request.user.actor,
            )
        except ReturnsError as error:
            form.add_error(None, str(error.message))
        else:
            return answer(request, case, _("The shopper is told when the carrier comes."))
    return htmx.render(
        request,
        page="returns/dashboard/pickup.html",
        part="returns/dashboard/_pickup.html",
        context={"case": case, "form": form},
        status=422 if form.is_bound else 200,
    )
