"""Goods nobody announced: kept, matched to an order or return, or closed; and stock to count."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from commerce import selectors as commerce
from commerce.access import StaffRequest, staff_view
from commerce.enums import Right
from commerce.serializers.view_tabs import own_tabs
from postexp.kernel import clock, history, htmx
from postexp.kernel.paging import cut
from returns.enums.receiving import UnannouncedState
from returns.errors import ReturnsError
from returns.forms.receiving import EndForm, OwnerForm, ReceivingForm, UnannouncedForm
from returns.models import UnannouncedGoods
from returns.selectors.receiving import (
    access_restocks,
    access_unannounced,
    count_unannounced,
    list_unannounced,
    receiving_settings,
    returns_of_code,
)
from returns.serializers.unannounced import UNANNOUNCED_TONES
from returns.services.photos import keep_photo
from returns.services.receiving import set_receiving
from returns.services.restocks import count_restocks
from returns.services.unannounced import (
    close_unannounced,
    match_unannounced,
    receive_unannounced,
)


@staff_view(Right.RECEIVE)
@require_GET
def unannounced_list(request: StaffRequest) -> HttpResponse:
    """Goods nobody announced, those to match first; view and search are in the address."""
    query = request.GET
    view, search = query.get("view", "waiting"), query.get("q", "").strip()
    page = cut(list_unannounced(view=view, search=search), query)
    labels = {
        "waiting": pgettext("view of unannounced goods", "To match"),
        "matched": pgettext("view of unannounced goods", "Matched"),
        "closed": pgettext("view of unannounced goods", "Closed"),
        "all": pgettext("view of unannounced goods", "All"),
    }
    return htmx.render(
        request,
        page="returns/dashboard/unannounced_list.html",
        part="returns/dashboard/_unannounced.html",
        context={
            "rows": [_row(one) for one in page.rows],
            "page": page,
            "views": own_tabs(labels, query, view=view, counts={"waiting": count_unannounced()}),
            "q": search,
            "keep": {"view": query["view"]} if "view" in query else {},
            "narrowed": bool(search or view != "waiting"),
        },
    )


def _row(goods: UnannouncedGoods) -> dict[str, Any]:
    state = UnannouncedState(goods.state)
    return {"goods": goods, "label": state.label, "tone": UNANNOUNCED_TONES[state]}


@staff_view(Right.RECEIVE)
@require_http_methods(["GET", "POST"])
def unannounced_new(request: StaffRequest) -> HttpResponse:
    """Keep a parcel that nobody announced, with a number, notes and a photo."""
    form = UnannouncedForm(
        request.POST if request.method == "POST" else None,
        request.FILES if request.method == "POST" else None,
        initial={"tracking_number": request.GET.get("code", "")[:120], "quantity": 1},
    )
    if request.method == "POST" and form.is_valid():
        data, at, actor = form.cleaned_data, clock.now(), request.user.actor
        try:
            upload = data["photo"]
            photo = keep_photo(upload.read(), at=at, actor=actor) if upload else None
        except ReturnsError as error:
            form.add_error("photo", str(error.message))
        else:
            goods = receive_unannounced(
                tracking_number=data["tracking_number"],
                note=data["note"],
                quantity=data["quantity"],
                photo=photo,
                at=at,
                actor=actor,
            )
            text = _("Write %(number)s on it and put it aside.") % {"number": goods.number}
            messages.success(request, text)
            return htmx.redirect(
                request, reverse("dashboard:receiving", args=[request.merchant.slug])
            )
    status = 422 if form.is_bound else 200
    return render(request, "returns/dashboard/unannounced_new.html", {"form": form}, status=status)


@staff_view(Right.RECEIVE)
@require_GET
def unannounced_detail(request: StaffRequest, unannounced_id: str) -> HttpResponse:
    """One find: what it is, whose it may be, and what happened."""
    return _detail(request, access_unannounced(unannounced_id))


def _detail(
    request: StaffRequest,
    goods: UnannouncedGoods,
    *,
    owner: OwnerForm | None = None,
    end: EndForm | None = None,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    is_open = goods.state != UnannouncedState.CLOSED
    context = {
        **_row(goods),
        "owner": (owner or OwnerForm()) if is_open else None,
        "end": (end or EndForm()) if is_open else None,
        "problem": problem,
        "story": commerce.timeline(history.story_of(f"unannounced:{goods.public_id}")),
    }
    return render(request, "returns/dashboard/unannounced.html", context, status=status)


@staff_view(Right.RECEIVE)
@require_POST
def unannounced_match(request: StaffRequest, unannounced_id: str) -> HttpResponse:
    """Say whose goods they are, by the number of a return or an order."""
    goods = access_unannounced(unannounced_id)
    form = OwnerForm(request.POST)
    if not form.is_valid():
        return _detail(request, goods, owner=form, status=422)
    number = form.cleaned_data["number"].strip()
    cases = returns_of_code(number)
    orders = list(commerce.list_orders_numbered(number)[:2])
    if len(cases) != 1 and len(orders) != 1:
        form.add_error("number", _("There is no return and no order of this number, or several."))
        return _detail(request, goods, owner=form, status=422)
    case = cases[0] if len(cases) == 1 else None
    try:
        match_unannounced(
            unannounced_id=goods.public_id,
            order=case.order if case else orders[0],
            case=case,
            at=clock.now(),
            actor=request.user.actor,
        )
    except ReturnsError as error:
        return _detail(request, goods, problem=str(error.message), status=error.status)
    messages.success(request, _("%(number)s is matched.") % {"number": goods.number})
    return htmx.redirect(request, _url(request, goods))


@staff_view(Right.RECEIVE)
@require_POST
def unannounced_close(request: StaffRequest, unannounced_id: str) -> HttpResponse:
    """End the search, with words about what became of the goods."""
    goods = access_unannounced(unannounced_id)
    form = EndForm(request.POST)
    if not form.is_valid():
        return _detail(request, goods, end=form, status=422)
    try:
        close_unannounced(
            unannounced_id=goods.public_id,
            answer=form.cleaned_data["answer"],
            at=clock.now(),
            actor=request.user.actor,
        )
    except ReturnsError as error:
        return _detail(request, goods, problem=str(error.message), status=error.status)
    messages.success(request, _("%(number)s is closed.") % {"number": goods.number})
    return htmx.redirect(request, _url(request, goods))


@staff_view(Right.RECEIVE)
@require_POST
def restock_count(request: StaffRequest) -> HttpResponse:
    """Note that units were counted on the platform: those the page listed, and no later one."""
    restocks = access_restocks(request.POST.getlist("restock"))
    count_restocks(restocks, at=clock.now(), actor=request.user.actor)
    return htmx.redirect(request, reverse("dashboard:receiving", args=[request.merchant.slug]))


@staff_view(Right.CONFIGURE)
@require_http_methods(["GET", "POST"])
def receiving_setup(request: StaffRequest) -> HttpResponse:
    """How the shop receives: blind or not, where goods go, what refused ones cost."""
    form = ReceivingForm(
        request.POST if request.method == "POST" else None,
        settings=receiving_settings(),
        currency=request.merchant.currency,
    )
    if request.method == "POST" and form.is_valid():
        set_receiving(form.terms(), at=clock.now(), actor=request.user.actor)
        messages.success(request, _("Saved."))
        return htmx.redirect(request, request.path)
    status = 422 if form.is_bound else 200
    return render(
        request, "returns/dashboard/receiving_settings.html", {"form": form}, status=status
    )


def _url(request: StaffRequest, goods: UnannouncedGoods) -> str:
    return reverse("dashboard:unannounced_detail", args=[request.merchant.slug, goods.public_id])
