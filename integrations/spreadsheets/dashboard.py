"""Imports: choose a file, say which column is which, check, run, and take back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.files import File
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from commerce.access import StaffRequest, staff_view
from commerce.enums import Right, StockOwner
from commerce.exports import list_as_csv, wants_csv
from commerce.selectors import stock_owner
from commerce.services.products import choose_stock_owner
from integrations.spreadsheets import services
from integrations.spreadsheets.cells import import_cells, import_header
from integrations.spreadsheets.enums import Kind, Outcome, State
from integrations.spreadsheets.errors import ImportRefused, NotNow
from integrations.spreadsheets.forms import ColumnsForm, UploadForm
from integrations.spreadsheets.kinds import IMPORTERS
from integrations.spreadsheets.models import Import
from integrations.spreadsheets.samples import sample_of
from integrations.spreadsheets.selectors import (
    access_import,
    list_doubts,
    list_imports,
    list_items,
    same_file,
)
from integrations.spreadsheets.tasks import work_on_import
from postexp.kernel import clock, htmx
from postexp.kernel.spreadsheets import download
from postexp.kernel.tasks import begin

SHOWN, LATEST = 50, 30
# How people know them; the byte order mark at the front of UTF-8 tells them nothing.
ENCODINGS = {"xlsx": "Excel", "cp932": "Shift_JIS", "utf-8-sig": "UTF-8"}
TONES = {
    State.MAPPING: "attention",
    State.CHECKING: "information",
    State.CHECKED: "attention",
    State.RUNNING: "information",
    State.DONE: "good",
    State.UNDOING: "information",
    State.UNDONE: "neutral",
    State.FAILED: "problem",
}


@staff_view(Right.CONFIGURE)
@require_http_methods(["GET", "POST"])
def import_list(request: StaffRequest) -> HttpResponseBase:
    """The newest imports, and a form to begin one; `export=csv` asks for all of them as a file."""
    if wants_csv(request):
        return list_as_csv(request, "imports", import_header(), import_cells(list_imports()))
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            batch = services.upload(
                kind=Kind(form.cleaned_data["kind"]),
                file=File(form.cleaned_data["file"].file, name=form.cleaned_data["file"].name),
                by=request.user,
                locale=get_language() or "en",
                at=clock.now(),
            )
        except ImportRefused as error:
            form.add_error("file", str(error.message))
        else:
            return htmx.redirect(request, _url(request, "import_detail", batch))
    rows = [(batch, TONES[State(batch.state)]) for batch in list_imports()[:LATEST]]
    context = {
        "form": form,
        "rows": rows,
        "kinds": Kind.choices,
        "owner": stock_owner(),
        "owners": StockOwner.choices,
    }
    status = 422 if form.errors else 200
    return render(request, "integrations/spreadsheets/list.html", context, status=status)


@staff_view(Right.CONFIGURE)
@require_GET
def import_sample(request: StaffRequest, sample: str) -> HttpResponseBase:
    """A file to begin from."""
    if sample not in Kind:
        raise Http404
    header, rows = sample_of(sample, get_language() or "en")
    return download(f"postexp-{sample}.csv", header, rows)


@staff_view(Right.CONFIGURE)
@require_POST
def stock_owner_choose(request: StaffRequest) -> HttpResponse:
    """Say who counts the stock."""
    chosen = request.POST.get("owner", "")
    if chosen in StockOwner:
        choose_stock_owner(
            merchant=request.merchant, owner=StockOwner(chosen), by=request.user, at=clock.now()
        )
        messages.success(request, _("Saved."))
    return htmx.redirect(request, reverse("dashboard:import_list", args=[request.merchant.slug]))


@staff_view(Right.CONFIGURE)
@require_http_methods(["GET", "POST"])
def import_detail(request: StaffRequest, import_id: str) -> HttpResponse:
    """One import: its columns to be chosen, how far it is, and what came of it."""
    batch = access_import(import_id)
    form = ColumnsForm(request.POST or None, batch=batch)
    if request.method == "POST" and form.is_valid():
        try:
            services.choose_columns(
                batch,
                columns=form.columns(),
                date_order=form.cleaned_data["date_order"],
                at=clock.now(),
            )
        except NotNow as error:
            return _told(request, batch, error)
        begin(work_on_import, request.merchant.pk, batch.public_id)
        return htmx.redirect(request, _url(request, "import_detail", batch))
    context = {**_context(batch), "form": form, "rows": _mapping(batch, form)}
    status = 422 if form.errors else 200
    return render(request, "integrations/spreadsheets/detail.html", context, status=status)


@staff_view(Right.CONFIGURE)
@require_GET
def import_progress(request: StaffRequest, import_id: str) -> HttpResponse:
    """How far an import is, for the page that asks again; the whole page when it has ended."""
    batch = access_import(import_id)
    if not batch.is_going_on:
        return htmx.redirect(request, _url(request, "import_detail", batch))
    return render(request, "integrations/spreadsheets/_progress.html", {"batch": batch})


@staff_view(Right.CONFIGURE)
@require_POST
def import_start(request: StaffRequest, import_id: str) -> HttpResponse:
    """Let a checked import run."""
    batch = access_import(import_id)
    return _act(request, batch, services.start)


@staff_view(Right.CONFIGURE)
@require_POST
def import_stop(request: StaffRequest, import_id: str) -> HttpResponse:
    """Stop what goes on."""
    return _act(request, access_import(import_id), services.stop)


@staff_view(Right.CONFIGURE)
@require_http_methods(["GET", "POST"])
def import_undo(request: StaffRequest, import_id: str) -> HttpResponse:
    """Ask whether to take an import back, and take it back."""
    batch = access_import(import_id)
    if request.method == "GET":
        return htmx.render(
            request,
            page="integrations/spreadsheets/undo.html",
            part="integrations/spreadsheets/_undo.html",
            context={"batch": batch},
        )
    return _act(request, batch, services.begin_undo)


@staff_view(Right.CONFIGURE)
@require_GET
def import_problems(request: StaffRequest, import_id: str) -> HttpResponseBase:
    """The lines that were not imported, or were kept, with the reason beside each, to be mended."""
    batch = access_import(import_id)
    outcome = Outcome.KEPT if request.GET.get("kept") else Outcome.REFUSED
    header = [_("Line"), _("Reason"), *(batch.header if outcome == Outcome.REFUSED else [])]
    rows = services.problem_rows(batch, outcome)
    return download(f"{request.merchant.slug}-{batch.kind}-lines.csv", header, rows)


def _act(request: StaffRequest, batch: Import, act: Any) -> HttpResponse:
    try:
        act(batch, by=request.user, at=clock.now())
    except NotNow as error:
        return _told(request, batch, error)
    begin(work_on_import, request.merchant.pk, batch.public_id)
    return htmx.redirect(request, _url(request, "import_detail", batch))


def _told(request: StaffRequest, batch: Import, error: NotNow) -> HttpResponse:
    messages.warning(request, str(error.message))
    return htmx.redirect(request, _url(request, "import_detail", batch))


def _context(batch: Import) -> dict[str, Any]:
    refused = list_items(batch, Outcome.REFUSED)
    return {
        "batch": batch,
        "tone": TONES[State(batch.state)],
        "refused": list(refused.defer("cells")[:SHOWN]),
        "doubts": [] if batch.is_going_on else list(list_doubts(batch)[:SHOWN]),
        "kept": list(list_items(batch, Outcome.KEPT)[:SHOWN]),
        "same": same_file(batch) if batch.state in (State.MAPPING, State.CHECKED) else None,
        "encoding": ENCODINGS.get(batch.encoding, batch.encoding.upper()),
        "new": batch.entries - batch.known,
        "changing": batch.known - batch.same,
        "shown": SHOWN,
        "may_choose": batch.state in (State.MAPPING, State.FAILED) and bool(batch.path),
    }


def _mapping(batch: Import, form: ColumnsForm) -> list[dict[str, Any]]:
    """Return each field of the form with what the first lines say in its column."""
    rows = []
    for field in IMPORTERS[batch.kind].fields:
        chosen = form[field.name].value()
        place = int(chosen) if str(chosen).isdigit() else None
        said = [line[place] for line in batch.sample if place is not None and place < len(line)]
        rows.append(
            {
                "bound": form[field.name],
                "said": [one for one in said if one][:3],
                "shown": field.required or place is not None,
            }
        )
    return rows


def _url(request: StaffRequest, name: str, batch: Import) -> str:
    return reverse(f"dashboard:{name}", args=[request.merchant.slug, batch.public_id])
