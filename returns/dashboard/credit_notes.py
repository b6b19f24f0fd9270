"""Credit notes: those of a period, each as a PDF, and who they are from."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from commerce.access import StaffRequest, staff_view
from commerce.enums import Right
from commerce.exports import list_as_csv, wants_csv
from postexp.kernel import clock, htmx
from postexp.kernel.money import Money
from postexp.kernel.paging import cut
from returns import selectors, services
from returns.errors import ReturnsError
from returns.forms.money import IssuerForm, PeriodForm
from returns.models import CreditNote
from returns.selectors.credit_notes import sums_per_rate
from returns.serializers.credit_note_pdf import credit_note_pdf
from returns.serializers.credit_notes import note_cells, note_header, paper_name, rate_words


@staff_view()
@require_GET
def credit_note_list(request: StaffRequest) -> HttpResponseBase:
    """The credit notes of a period, newest first; `export=csv` asks for a file with its rates."""
    period = PeriodForm(request.GET or None)
    notes = _notes(period)
    if wants_csv(request):
        return list_as_csv(request, "credit-notes", note_header(), note_cells(notes.order_by("id")))
    page = cut(notes, request.GET, by="issued_at")
    return render(
        request,
        "returns/dashboard/credit_notes.html",
        {
            "period": period,
            "rows": [_row(note) for note in page.rows],
            "page": page,
            "sums": [
                {
                    "rate": rate_words(one.rate),
                    "amount": Money(one.amount, one.currency),
                    "tax": Money(one.tax, one.currency),
                    "count": one.notes,
                }
                for one in sums_per_rate(notes)
            ],
            "narrowed": bool(request.GET),
        },
    )


def _notes(period: PeriodForm) -> QuerySet[CreditNote]:
    told = period.cleaned_data if period.is_bound and period.is_valid() else {}
    return selectors.list_credit_notes(first=told.get("first"), last=told.get("last"))


def _row(note: CreditNote) -> dict[str, Any]:
    return {
        "note": note,
        "case": note.settlement.case,
        "total": Money(note.total, note.currency),
        "tax": Money(note.tax, note.currency),
    }


@staff_view()
@require_GET
def credit_note_paper(request: StaffRequest, note_id: str) -> FileResponse:
    """Download a credit note in the language of the one who looks."""
    note = selectors.access_credit_note(note_id)
    paper = BytesIO(credit_note_pdf(note, locale=get_language() or "en"))
    return FileResponse(paper, as_attachment=True, filename=paper_name(note))


@staff_view(Right.CONFIGURE)
@require_http_methods(["GET", "POST"])
def credit_note_settings(request: StaffRequest) -> HttpResponse:
    """Say who credit notes are from, from the next one on."""
    issuer = selectors.issuer_of_notes()
    form = IssuerForm(request.POST if request.method == "POST" else None, instance=issuer)
    if request.method == "POST" and form.is_valid():
        try:
            services.change_issuer(**form.cleaned_data, at=clock.now(), actor=request.user.actor)
        except ReturnsError as error:
            form.add_error("registration_number", str(error.message))
        else:
            messages.success(request, _("Saved. The next credit note says so."))
            return htmx.redirect(
                request, reverse("dashboard:credit_note_settings", args=[request.merchant.slug])
            )
    return render(
        request,
        "returns/dashboard/credit_note_settings.html",
        {"form": form},
        status=422 if form.is_bound and form.errors else 200,
    )
