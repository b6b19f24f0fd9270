"""What each kind of message says, about any order of the shop, and a try on oneself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib import messages as notices
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_GET, require_POST

from commerce import selectors as commerce
from commerce.access import StaffRequest, staff_view
from commerce.enums import Right
from notifications import services
from notifications.dashboard.messages import mail_response
from notifications.enums import TO_SHOPPERS
from notifications.ports import MessageKind, MessageVariables, get_kind, list_kinds
from notifications.selectors import is_live
from postexp.kernel import clock, htmx
from postexp.kernel.paging import address

if TYPE_CHECKING:
    from commerce.models import Order


@dataclass(frozen=True, kw_only=True)
class Preview:
    """One kind of message about one order; `variables` is None where it has nothing to tell."""

    kind: MessageKind[Any]
    order: Order | None
    variables: MessageVariables | None


@staff_view()
@require_GET
def message_kinds(request: StaffRequest) -> HttpResponse:
    """Every kind of message to shoppers, with the subject an order would give it."""
    order = _order(request)
    rows = []
    for kind in _kinds():
        variables = kind.example(order.public_id) if order else None
        rows.append(
            {
                "kind": kind,
                "subject": _words(request, kind, variables, request.merchant.default_locale).subject
                if variables
                else "",
                "url": _url(request, "message_kind", kind, order),
            }
        )
    context = {"rows": rows, "order": order, "q": request.GET.get("order", ""), "live": is_live()}
    return render(request, "notifications/kinds.html", context)


@staff_view()
@require_GET
def message_kind(request: StaffRequest, kind: str) -> HttpResponse:
    """One kind in every language of the shop, side by side."""
    preview = _preview(request, kind)
    sides = []
    for locale in request.merchant.locales if preview.variables else ():
        words = _words(request, preview.kind, preview.variables, locale)
        sides.append(
            {
                "locale": locale,
                "subject": words.subject,
                "url": _url(request, "message_kind_preview", preview.kind, preview.order, locale),
            }
        )
    context = {
        "preview": preview,
        "sides": sides,
        "q": request.GET.get("order", ""),
        "may_test": request.membership.may(Right.DECIDE),
    }
    return render(request, "notifications/kind.html", context)


@staff_view()
@require_GET
@xframe_options_sameorigin
def message_kind_preview(request: StaffRequest, kind: str) -> HttpResponse:
    """The mail itself, for a sandboxed frame."""
    preview = _preview(request, kind)
    if preview.variables is None:
        raise Http404
    locale = _locale(request, request.GET.get("lang", ""))
    return mail_response(_words(request, preview.kind, preview.variables, locale).html)


@staff_view(Right.DECIDE)
@require_POST
def message_kind_test(request: StaffRequest, kind: str) -> HttpResponse:
    """Send one kind to the person who asks, and to nobody else."""
    preview = _preview(request, kind)
    if preview.order is None or preview.variables is None:
        raise Http404
    services.ask_for_test(
        kind=kind,
        order_id=preview.order.public_id,
        locale=_locale(request, request.POST.get("lang", "")),
        user_id=request.user.pk,
        at=clock.now(),
        actor=request.user.actor,
    )
    notices.success(request, _("On its way to %(address)s.") % {"address": request.user.email})
    return htmx.redirect(request, _url(request, "message_kind", preview.kind, preview.order))


def _kinds() -> list[MessageKind[Any]]:
    return [kind for kind in list_kinds() if kind.klass in TO_SHOPPERS]


def _preview(request: StaffRequest, name: str) -> Preview:
    kind = get_kind(name)
    if kind is None or kind.klass not in TO_SHOPPERS:
        raise Http404
    order = _order(request)
    variables = kind.example(order.public_id) if order else None
    return Preview(kind=kind, order=order, variables=variables)


def _order(request: StaffRequest) -> Order | None:
    """Return the order that was asked for by number or id, else the newest one."""
    asked = (request.GET.get("order") or request.POST.get("order") or "").strip()
    return commerce.list_orders(search=asked).first()


def _locale(request: StaffRequest, asked: str) -> str:
    return asked if asked in request.merchant.locales else request.merchant.default_locale


def _words(
    request: StaffRequest, kind: MessageKind[Any], variables: MessageVariables | None, locale: str
) -> services.Words:
    facts = variables.facts if variables else {}
    return services.write_words(
        kind, facts, merchant=request.merchant, locale=locale, at=clock.now()
    )


def _url(
    request: StaffRequest,
    name: str,
    kind: MessageKind[Any],
    order: Order | None,
    locale: str | None = None,
) -> str:
    path = reverse(f"dashboard:{name}", args=[request.merchant.slug, kind.name])
    return path + address(QueryDict(), order=order.public_id if order else None, lang=locale)
