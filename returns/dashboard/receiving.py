"""Receiving with a scanner and a keyboard: one field takes every scan, grade and command."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from commerce.access import StaffRequest, staff_view
from commerce.enums import Right
from commerce.selectors.products import find_products_by_sku, get_variant
from postexp.kernel import clock, htmx
from postexp.kernel.files import private_files
from postexp.kernel.money import Money
from returns import selectors
from returns.enums import Grade
from returns.enums.receiving import Disposition
from returns.errors import CountsDoNotAddUp, ReturnsError, ScanNotRead
from returns.forms.receiving import PhotoForm
from returns.models import CountedUnit, Return, ReturnLine
from returns.rules.receiving import (
    DISPOSITION_KEYS,
    Chosen,
    Code,
    Finished,
    Graded,
    Offered,
    Pictured,
    Remark,
    Undone,
    read_code,
    read_step,
)
from returns.selectors.losses import is_receivable, standing_loss
from returns.selectors.receiving import (
    access_photo,
    count_unannounced,
    list_counted,
    list_second_looks,
    list_siblings,
    list_to_count,
    list_to_send,
    open_second_look,
    receiving_settings,
    returns_of_code,
)
from returns.services.counting import (
    Held,
    count_units,
    finish_counting,
    lines_on_table,
    photograph_step,
    remark_on_step,
    undo_step,
)
from returns.services.receiving import agree_as_second


@staff_view(Right.RECEIVE)
@require_GET
def receiving_home(request: StaffRequest) -> HttpResponse:
    """Scan a parcel: by the code on its slip, its return's number or its tracking number."""
    code = read_code(request.GET.get("code", ""))
    found = returns_of_code(code)
    if len(found) == 1:
        return htmx.redirect(request, _url(request, "return_arrival", found[0].public_id))
    return render(
        request,
        "returns/dashboard/receiving.html",
        {
            "code": code,
            "found": found,
            "unannounced": count_unannounced(),
            "to_count": list_to_count(),
            "to_send": list_to_send(),
            "looks": list_second_looks(),
        },
        status=404 if code and not found else 200,
    )


@staff_view(Right.RECEIVE)
@require_http_methods(["GET", "POST"])
def return_arrival(request: StaffRequest, return_id: str) -> HttpResponse:
    """Count and grade what arrived, one line of the field after the other."""
    case = selectors.access_return(return_id)
    if request.method == "GET":
        return _table(request, case)
    try:
        return _carry_out(request, case, _typed(request))
    except ReturnsError as error:
        return _table(request, case, problem=str(error.detail), status=error.status)


def _typed(request: StaffRequest) -> str:
    """Return what was typed or scanned, or what the button that was pressed stands for."""
    return (request.POST.get("press") or request.POST.get("code", ""))[:200]


def _carry_out(request: StaffRequest, case: Return, typed: str) -> HttpResponse:
    step, at, actor = read_step(typed), clock.now(), request.user.actor
    held = _held(request, case)
    match step:
        case Graded():
            if held is None:
                raise ScanNotRead(_("Nothing is left to count here. Scan an item first."))
            units = count_units(
                return_id=case.public_id, held=held, graded=step, at=at, actor=actor
            )
            if not _counts_blind(request):
                _say_surplus(request, units)
            return _back(request, case, held)
        case Chosen():
            rows = lines_on_table(case)
            if not 1 <= step.place <= len(rows):
                raise ScanNotRead(_("There is no item %(place)s.") % {"place": step.place})
            return _back(request, case, Held(line=rows[step.place - 1][0]))
        case Remark():
            remark_on_step(return_id=case.public_id, note=step.text)
        case Offered():
            remark_on_step(return_id=case.public_id, offer=step.text)
        case Pictured():
            return _back(request, case, held, photo="1")
        case Undone():
            taken = undo_step(return_id=case.public_id)
            if not taken:
                raise ScanNotRead(_("There is nothing to undo."))
            held = Held(line=taken[0].line, found=taken[0].found)
        case Finished():
            return _finish(request, case, at)
        case Code():
            return _scanned(request, case, held, step.text)
    return _back(request, case, held)


def _say_surplus(request: StaffRequest, units: Sequence[CountedUnit]) -> None:
    count = sum(unit.surplus for unit in units)
    if count:
        text = ngettext(
            "%(count)s item more than announced: it is kept, and not paid for.",
            "%(count)s items more than announced: they are kept, and not paid for.",
            count,
        )
        messages.warning(request, text % {"count": count})


def _scanned(request: StaffRequest, case: Return, held: Held | None, code: str) -> HttpResponse:
    """Take an item in hand, or go to another return whose code was scanned."""
    if not code:
        return _back(request, case, held)
    for line, _waiting, _counted in lines_on_table(case):
        if line.order_line.sku and line.order_line.sku.lower() == code.lower():
            return _back(request, case, Held(line=line))
    found = returns_of_code(code)
    others = [one for one in found if one.pk != case.pk]
    if others:
        return htmx.redirect(request, f"{_home(request)}?{urlencode({'code': code})}")
    if found:
        return _back(request, case, held)
    variants = find_products_by_sku(code)
    if not variants:
        raise ScanNotRead(_("“%(code)s” is no number or item known here.") % {"code": code})
    return _back(request, case, Held(line=held.line if held else None, found=variants[0]))


def _counts_blind(request: StaffRequest) -> bool:
    """Whether nothing on the page may tell what was announced, until it was counted once."""
    sent = request.POST if request.method == "POST" else request.GET
    return receiving_settings().blind_count and not sent.get("check")


def _finish(request: StaffRequest, case: Return, at: datetime) -> HttpResponse:
    """Book the parcel; a blind count that differs is shown before the next `ok` confirms it."""
    rows, counted = lines_on_table(case), list_counted(case)
    differs = any(waiting != count for _line, waiting, count in rows)
    differs = differs or any(unit.surplus for unit in counted)
    if differs and _counts_blind(request):
        if not counted:
            raise CountsDoNotAddUp
        return _back(request, case, None, check="1")
    finish_counting(return_id=case.public_id, at=at, actor=request.user.actor)
    messages.success(request, _("%(number)s is checked in.") % {"number": case.number})
    return htmx.redirect(request, _home(request))


def _held(request: StaffRequest, case: Return) -> Held | None:
    """Return the item in hand: the one named by the address or form, else the first to count."""
    sent = request.POST if request.method == "POST" else request.GET
    rows = lines_on_table(case)
    found = get_variant(sent.get("found", "")) if sent.get("found") else None
    named = next((line for line, _w, _c in rows if line.public_id == sent.get("held")), None)
    if named is not None or found is not None:
        return Held(line=named, found=found)
    free = next((line for line, waiting, counted in rows if counted < waiting), None)
    line = free or (rows[-1][0] if rows else None)
    return Held(line=line) if line else None


def _back(request: StaffRequest, case: Return, held: Held | None, **more: str) -> HttpResponse:
    """Show the table again, with the item that stays in hand while it has units to count."""
    rows = {line.pk: (waiting, counted) for line, waiting, counted in lines_on_table(case)}
    if held is not None and held.line is not None and held.found is None:
        waiting, counted = rows.get(held.line.pk, (0, 0))
        if counted < waiting or not any(c < w for w, c in rows.values()):
            more["held"] = held.line.public_id
    elif held is not None and held.found is not None and not _just_counted(request):
        more["found"] = held.found.public_id
        if held.line is not None:
            more["held"] = held.line.public_id
    query = f"?{urlencode(more)}" if more else ""
    return htmx.redirect(request, _url(request, "return_arrival", case.public_id) + query)


def _just_counted(request: StaffRequest) -> bool:
    return isinstance(read_step(_typed(request)), Graded)


def _table(
    request: StaffRequest, case: Return, *, problem: str = "", status: int = 200
) -> HttpResponse:
    rows, counted = lines_on_table(case), list_counted(case)
    # A count that stopped at what was announced would tell it.
    over = Counter(one.line_id for one in counted if one.surplus and one.found_id is None)
    held = _held(request, case)
    sent = request.POST if request.method == "POST" else request.GET
    is_checked, hidden = bool(sent.get("check")), _counts_blind(request)
    return render(
        request,
        "returns/dashboard/arrival.html",
        {
            "case": case,
            "may_receive": is_receivable(case),
            "is_lost": standing_loss(case) is not None,
            "rows": [
                _row(place, line, waiting, count + over[line.pk], held)
                for place, (line, waiting, count) in enumerate(rows, 1)
            ],
            "hidden": hidden,
            "is_checked": is_checked,
            "held": held,
            "counted": [_counted(case, one) for one in reversed(counted)],
            "surplus": sum(one.surplus for one in counted),
            "siblings": list_siblings(case),
            "grades": list(Grade),
            "dispositions": [(key, one.label) for key, one in DISPOSITION_KEYS.items()],
            "wants_photo": bool(sent.get("photo")) and bool(counted),
            "photo": PhotoForm(),
            "look": open_second_look(case),
            "problem": problem,
        },
        status=status,
    )


def _row(
    place: int, line: ReturnLine, waiting: int, counted: int, held: Held | None
) -> dict[str, Any]:
    sold = line.order_line
    image = sold.product.image if sold.product else None
    return {
        "place": place,
        "line": line,
        "image_url": image.url if image else "",
        "waiting": waiting,
        "counted": counted,
        "differs": counted != waiting,
        "is_held": held is not None and held.found is None and held.line == line,
    }


def _counted(case: Return, one: CountedUnit) -> dict[str, Any]:
    sold = one.line.order_line if one.line else None
    found = one.found
    return {
        "unit": one,
        "title": f"{found.product.title} {found.title}".strip()
        if found
        else (f"{sold.title} {sold.variant_title}".strip() if sold else _("Unknown item")),
        "is_other": found is not None,
        "offer": Money(one.offer, case.order.currency) if one.offer else None,
        "disposition": Disposition(one.disposition).label,
    }


@staff_view(Right.RECEIVE)
@require_POST
def arrival_photo(request: StaffRequest, return_id: str) -> HttpResponse:
    """Add a photo to what was graded last."""
    case = selectors.access_return(return_id)
    form = PhotoForm(request.POST, request.FILES)
    try:
        if not form.is_valid():
            raise ScanNotRead(_("Choose a photo first."))
        photograph_step(
            return_id=case.public_id,
            data=form.cleaned_data["photo"].read(),
            at=clock.now(),
            actor=request.user.actor,
        )
    except ReturnsError as error:
        return _table(request, case, problem=str(error.detail), status=error.status)
    return _back(request, case, _held(request, case))


@staff_view(Right.RECEIVE)
@require_POST
def arrival_agree(request: StaffRequest, return_id: str) -> HttpResponse:
    """Agree as a second person to what was found."""
    case = selectors.access_return(return_id)
    try:
        agree_as_second(return_id=case.public_id, at=clock.now(), actor=request.user.actor)
    except ReturnsError as error:
        return _table(request, case, problem=str(error.message), status=error.status)
    messages.success(request, _("Thank you: %(number)s can be paid.") % {"number": case.number})
    return htmx.redirect(request, _url(request, "return_detail", case.public_id))


@staff_view()
@require_GET
def receiving_photo(request: StaffRequest, photo_id: str) -> FileResponse:
    """A photo taken at receiving."""
    file = private_files().open(access_photo(photo_id).path)
    response = FileResponse(file, content_type="image/jpeg")
    response["Cache-Control"] = "private, max-age=86400, immutable"
    return response


def _home(request: StaffRequest) -> str:
    return reverse("dashboard:receiving", args=[request.merchant.slug])


def _url(request: StaffRequest, name: str, return_id: str) -> str:
    return reverse(f"dashboard:{name}", args=[request.merchant.slug, return_id])
