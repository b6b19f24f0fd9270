"""The shopper's face: how to send a return, its label or QR code, and the slip for the parcel."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_POST, require_safe

from postexp.kernel import clock
from postexp.kernel.money import Money
from returns import services
from returns.enums import LabelState, Outcome, ReturnMethod
from returns.errors import ReturnsError
from returns.rules.commands import Wish
from returns.selectors.parcels import (
    Ways,
    access_parcel,
    destinations_of,
    find_file,
    sending_settings,
    ways_to_send,
)
from returns.serializers.sending import method_words
from returns.serializers.slip_pdf import SIZES, slip_pdf
from returns.services.labels import want_labels
from returns.site.asking import case_of
from returns.site.visits import Visit, of_return

ENDINGS = {"application/pdf": "pdf", "image/png": "png", "image/jpeg": "jpg"}


def method_choices(
    visit: Visit, ways: Ways, wishes: Sequence[Wish], outcome: Outcome
) -> list[dict[str, Any]]:
    """Return the ways of sending that are open, each with its address, and its sum where the way
    makes a difference.
    """
    kept, locale = sending_settings(), visit.request.locale
    sums = {method: _payout(ways, method, wishes, outcome) for method in ways.open}
    differ = len(set(sums.values())) > 1
    chosen = []
    for method in ways.open:
        name, words = method_words(method, locale, kept)
        query = visit.request.GET.copy()
        query["method"] = method.value
        chosen.append(
            {
                "name": name,
                "words": words,
                "url": f"{visit.request.path}?{query.urlencode()}",
                "is_chosen": method is ways.chosen,
                "payout": sums[method] if differ else None,
            }
        )
    return chosen


def _payout(
    ways: Ways, method: ReturnMethod, wishes: Sequence[Wish], outcome: Outcome
) -> Money | None:
    judgement = ways_to_send(ways.judgement, wishes, outcome, asked=method.value).judgement
    try:
        checked = services.check_wishes(judgement, wishes, outcome)
        quoted = services.quote_wishes(judgement, checked, outcome)
    except ReturnsError:
        return None
    return Money(quoted.payout, quoted.currency)


@require_safe
@of_return
def return_label(visit: Visit, return_id: str, parcel_id: str, paper: str) -> HttpResponse:
    """Hand out a label or QR code, as long as it is good."""
    case, parcel = case_of(visit, return_id), access_parcel(parcel_id)
    if parcel.state != LabelState.READY or not parcel.cases.filter(pk=case.pk).exists():
        raise Http404
    file = find_file(parcel, paper)
    if file is None:
        raise Http404
    response = HttpResponse(bytes(file.body), content_type=file.content_type)
    name = f"{case.number}-{paper}.{ENDINGS[file.content_type]}"
    # A QR code is shown from the page; a label is saved and printed.
    shown = "inline" if paper == "qr" and file.content_type != "application/pdf" else "attachment"
    response["Content-Disposition"] = f'{shown}; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


@require_safe
@of_return
def return_slip(visit: Visit, return_id: str) -> HttpResponse:
    """Hand out the address slip, on A4 or on 4x6 inches."""
    case = case_of(visit, return_id)
    size = visit.request.GET.get("size", "a4")
    if size not in SIZES:
        raise Http404
    places = [place.lines for place in destinations_of(case, at=clock.now())]
    paper = slip_pdf(case, places, size=size, locale=visit.request.locale)
    response = HttpResponse(paper, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{case.number}.pdf"'
    return response


@require_POST
@of_return
def return_label_ask(visit: Visit, return_id: str) -> HttpResponse:
    """Ask for the label; pressed twice it is the same one."""
    case = case_of(visit, return_id)
    # Where it moved on, the page says where it stands by now.
    with suppress(ReturnsError):
        want_labels(return_id=case.public_id, at=clock.now(), actor="shopper")
    return visit.go("return_status", case.public_id)
