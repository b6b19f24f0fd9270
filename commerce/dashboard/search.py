"""Search over everything: the lines of the command bar, and a page of its own."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from commerce.access import StaffRequest, staff_view
from postexp.kernel import htmx, slots

SHORTEST = 2


@staff_view()
@require_GET
def search(request: StaffRequest) -> HttpResponse:
    """Ask every room for what a few words may mean; one letter means nothing yet."""
    words = request.GET.get("q", "").strip()
    context = {"q": words, "locale": get_language()}
    found = slots.collect("search", request, context) if len(words) >= SHORTEST else []
    return htmx.render(
        request,
        page="commerce/search/results.html",
        part="commerce/search/_found.html",
        context={"q": words, "found": found},
    )
