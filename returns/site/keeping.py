"""The shopper's word that goods which need not come back were given away."""

from __future__ import annotations

from django.http import HttpResponse
from django.views.decorators.http import require_POST

from postexp.kernel import clock
from returns.errors import ReturnsError
from returns.forms import SentForm
from returns.services.paying import note_given_away
from returns.site.asking import case_of
from returns.site.following import show_status
from returns.site.visits import Visit, of_return


@require_POST
@of_return
def return_given_away(visit: Visit, return_id: str) -> HttpResponse:
    """Take the shopper's word, and pay."""
    case = case_of(visit, return_id)
    try:
        note_given_away(return_id=case.public_id, at=clock.now(), actor="shopper")
    except ReturnsError as error:
        return show_status(visit, case, SentForm(), problem=str(error.message), status=error.status)
    return visit.go("return_status", case.public_id)
