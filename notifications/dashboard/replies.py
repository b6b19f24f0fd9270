"""What shoppers wrote back, on every channel."""

from __future__ import annotations

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from commerce.access import StaffRequest, staff_view
from commerce.selectors.names import names_of_customers
from notifications.selectors.replies import list_replies, messages_before
from postexp.design import formats
from postexp.kernel import htmx, paging


@staff_view()
@require_GET
def reply_list(request: StaffRequest) -> HttpResponse:
    """What shoppers wrote, newest first; the search is in the address."""
    search = request.GET.get("q", "").strip()
    page = paging.cut(list_replies(search=search), request.GET, by="at")
    names = names_of_customers(
        {reply.customer_id for reply in page.rows}, locale=formats.language()
    )
    answered = messages_before(page.rows)
    context = {
        "rows": [
            {
                "reply": reply,
                "name": names.get(reply.customer_id, ""),
                "message": answered.get(reply.pk),
            }
            for reply in page.rows
        ],
        "page": page,
        "q": search,
    }
    return htmx.render(
        request,
        page="notifications/reply_list.html",
        part="notifications/_reply_rows.html",
        context=context,
    )
