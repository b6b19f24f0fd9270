"""Photos of what comes back: sent with the first screen, or later on the page of a return."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_POST, require_safe

from postexp.kernel import clock
from returns.errors import ReturnsError
from returns.forms import SentForm, UnitsForm
from returns.forms.photos import AnswerForm
from returns.models import EvidenceFile
from returns.selectors import Judgement
from returns.selectors.evidence import access_evidence, evidence_picture
from returns.services.evidence import add_evidence, drop_evidence, keep_evidence
from returns.site.asking import case_of, judged, units_form, url
from returns.site.following import show_status
from returns.site.returning import show_start
from returns.site.visits import Visit, of_return, of_sale


@require_POST
@of_sale
def return_photos(visit: Visit) -> HttpResponse:
    """Take the first screen with its photos: keep them, and go on with the choices alone."""
    request = visit.request
    judgement = judged(visit)
    if unwanted := request.POST.get("remove", ""):
        drop_evidence(evidence_id=unwanted, order_id=visit.order.public_id)
        form = units_form(visit, judgement, None, chosen=request.POST.dict())
        return show_start(visit, judgement, form)
    form = units_form(visit, judgement, request.POST, request.FILES)
    form.full_clean()
    _keep(visit, form)
    if form.errors:
        return show_start(visit, judgement, form, status=422)
    return HttpResponseRedirect(f"{url(visit, 'return_outcome')}&{_choices(judgement, form)}")


def _keep(visit: Visit, form: UnitsForm) -> None:
    """Keep what can be read; what cannot is an error at its field."""
    for line_id, upload in list(form.uploads()):
        try:
            keep_evidence(
                order_id=visit.order.public_id,
                line_id=line_id,
                upload=upload,
                at=clock.now(),
                actor="shopper",
            )
        except ReturnsError as error:
            form.add_error(f"p_{line_id}", str(error.message))


def _choices(judgement: Judgement, form: UnitsForm) -> str:
    """Return the choices of the first screen as they stand in an address."""
    chosen = {wish.line: wish for wish in form.wishes()}
    names = [one.line.public_id for one in judgement.lines if one.line.public_id in chosen]
    return urlencode(
        {f"q_{name}": chosen[name].quantity for name in names}
        | {f"r_{name}": chosen[name].reason for name in names}
    )


@require_safe
@of_return
def return_photo(visit: Visit, evidence_id: str) -> HttpResponse:
    """A photo of this order, small, for who sent it."""
    photo = access_evidence(evidence_id)
    if photo.order_id != visit.order.pk or not _is_theirs(visit, photo):
        raise Http404
    return HttpResponse(evidence_picture(photo, small=True), content_type="image/jpeg")


def _is_theirs(visit: Visit, photo: EvidenceFile) -> bool:
    """Whether a photo is not of a gift that somebody else returns."""
    if visit.given is not None:
        return photo.case_id == visit.given.pk
    return photo.case is None or photo.case.gift_id is None


@require_POST
@of_return
def return_answer(visit: Visit, return_id: str) -> HttpResponse:
    """Add photos to a return that is under way: the shop goes on with it."""
    case = case_of(visit, return_id)
    form = AnswerForm(visit.request.POST, visit.request.FILES)
    if form.is_valid():
        try:
            add_evidence(
                return_id=case.public_id,
                uploads=form.cleaned_data["photos"],
                note=form.cleaned_data["note"],
                at=clock.now(),
                actor="shopper",
            )
            return visit.go("return_status", case.public_id)
        except ReturnsError as error:
            form.add_error(None, str(error.message))
    return show_status(visit, case, SentForm(), answer=form, status=422)
