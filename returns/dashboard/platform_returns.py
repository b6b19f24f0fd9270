"""Returns that were opened on the platform and are carried out there."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from commerce.access import StaffRequest, staff_view
from postexp.kernel.paging import cut
from returns.selectors.platform_returns import list_under_way_on_platform


@staff_view()
@require_GET
def platform_return_list(request: StaffRequest) -> HttpResponse:
    """What is asked for or under way there, newest first."""
    page = cut(list_under_way_on_platform(), request.GET)
    return render(
        request, "returns/dashboard/platform_returns.html", {"cases": page.rows, "page": page}
    )
