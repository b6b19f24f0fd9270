"""Photos of a return: looked at by staff alone, and asked for."""

from __future__ import annotations

import io

from django.http import FileResponse, Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from commerce.access import StaffRequest, staff_view
from commerce.enums import Right
from postexp.kernel import clock, htmx
from returns import selectors
from returns.dashboard.desk import answer, refused
from returns.errors import ReturnsError
from returns.forms.photos import AskPhotosForm
from returns.selectors.evidence import access_evidence, evidence_picture
from returns.services.evidence import ask_for_evidence


@staff_view()
@require_GET
def return_evidence(request: StaffRequest, return_id: str, evidence_id: str) -> FileResponse:
    """A photo in full, or small for `size=small`; nothing of it stays with anyone on the way."""
    photo = access_evidence(evidence_id)
    if photo.case is None or photo.case.public_id != return_id:
        raise Http404
    content = evidence_picture(photo, small=request.GET.get("size") == "small")
    response = FileResponse(io.BytesIO(content), filename=f"{photo.public_id}.jpg")
    response["Cache-Control"] = "private, max-age=3600"
    return response


@staff_view(Right.DECIDE)
@require_http_methods(["GET", "POST"])
def return_ask_photos(request: StaffRequest, return_id: str) -> HttpResponse:
    """Say what a photo should show, and ask the shopper for it: the return waits for them."""
    case = selectors.access_return(return_id)
    form = AskPhotosForm(request.POST if request.method == "POST" else None)
    if request.method == "GET" or not form.is_valid():
        return htmx.render(
            request,
            page="returns/dashboard/ask_photos.html",
            part="returns/dashboard/_ask_photos.html",
            context={"case": case, "form": form},
            status=422 if form.is_bound else 200,
        )
    try:
        ask_for_evidence(
            return_id=case.public_id,
            text=form.cleaned_data["text"],
            at=clock.now(),
            actor=request.user.actor,
        )
    except ReturnsError as error:
        return refused(request, case, error)
    return answer(request, case, _("The shopper of %(number)s is asked.") % {"number": case.number})
