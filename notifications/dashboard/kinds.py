"""What each kind of message says, about any order of the shop, and a try on oneself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib import messages as notices
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_GET, require_POST

from commerce import selectors as commerce
from commerce.access import StaffRequest, staff_view
from commerce.enums import Right
from notifications import services
from notifications.dashboard.messages import mail_response
from notifications.enums import TO_SHOPPERS
from notifications.ports import MessageKind, MessageVariables, get_kind, list_kinds
from notifications.rules.blocks import Body
from notifications.selectors import is_live, newest_order_told_of
from notifications.selectors.flows import FlowTerms, flows_by_kind, get_flow
from notifications.selectors.variables import greeting_name
from notifications.selectors.wordings import bodies_by_kind, locales_in_use
from notifications.serializers.flows import chain_words, delay_words, flow_rows
from postexp.kernel import clock, htmx
from postexp.kernel.paging import address

if TYPE_CHECKING:
    from commerce.models import Order


GROUPS = {
    "order": pgettext_lazy("group of message kinds", "Orders"),
    "shipment": pgettext_lazy("group of message kinds", "Parcels"),
    "cancellation": pgettext_lazy("group of message kinds", "Cancellations"),
    "return": pgettext_lazy("group of message kinds", "Returns"),
    "exchange": pgettext_lazy("group of message kinds", "Exchanges"),
    "gift": pgettext_lazy("group of message kinds", "Returns of gifts"),
    "withdrawal": pgettext_lazy("group of message kinds", "Withdrawals"),
}
"""What kinds of messages are about, by the beginning of their names."""
OTHERS = pgettext_lazy("group of message kinds", "Others")


@dataclass(frozen=True, kw_only=True)
class Preview:
    """One kind of message about one order, or as a sample.

    `variables` is None for the sample, and where the order that was asked for has nothing to tell.
    """

    kind: MessageKind[Any]
    order: Order | None
    variables: MessageVariables | None
    is_sample: bool

    @property
    def is_shown(self) -> bool:
        """Whether there is anything to read."""
        return self.is_sample or self.variables is not None


@staff_view()
@require_GET
def message_kinds(request: StaffRequest) -> HttpResponse:
    """Every kind of message to shoppers with its subject, as a sample or about an order."""
    asked = _asked(request)
    order = _order(asked) if asked else None
    own = bodies_by_kind(request.merchant.default_locale)
    previews = [_about(kind, order) if asked else sample_of(kind) for kind in _kinds()]
    flows = flows_by_kind()
    rows = [
        {
            "preview": preview,
            "how": _how(preview.kind, flows.get(preview.kind.name, FlowTerms())),
            "subject": _subject(request, preview, own) if preview.is_shown else "",
            "own": preview.kind.name in own,
            "url": _url(request, "message_kind", preview),
        }
        for preview in previews
    ]
    context = {"groups": _grouped(rows), "order": order, "q": asked, "live": is_live()}
    context["may_configure"] = request.membership.may(Right.CONFIGURE)
    return render(request, "notifications/kinds.html", context)


@staff_view()
@require_GET
def message_kind(request: StaffRequest, kind: str) -> HttpResponse:
    """One kind in every language of the shop, side by side."""
    preview = preview_of(request, kind)
    own = locales_in_use(kind)
    sides = [
        {
            "locale": locale,
            "subject": _words(request, preview, locale).subject,
            "url": _url(request, "message_kind_preview", preview, locale),
            "is_own": locale in own,
        }
        for locale in (request.merchant.locales if preview.is_shown else ())
    ]
    may_change = request.membership.may(Right.CONFIGURE) and preview.kind.has_flow
    context = {
        "preview": preview,
        "flow": flow_rows(get_flow(preview.kind.name), request.merchant.currency)
        if preview.kind.has_flow
        else [],
        "flow_url": reverse("dashboard:message_flow", args=[request.merchant.slug, kind])
        if may_change
        else "",
        "sides": sides,
        "q": _asked(request),
        "may_test": request.membership.may(Right.DECIDE),
        "may_edit": request.membership.may(Right.CONFIGURE) and preview.kind.own_words,
    }
    return render(request, "notifications/kind.html", context)


@staff_view()
@require_GET
@xframe_options_sameorigin
def message_kind_preview(request: StaffRequest, kind: str) -> HttpResponse:
    """The mail itself, for a sandboxed frame."""
    preview = preview_of(request, kind)
    if not preview.is_shown:
        raise Http404
    locale = _locale(request, request.GET.get("lang", ""))
    return mail_response(_words(request, preview, locale).html)


@staff_view(Right.DECIDE)
@require_POST
def message_kind_test(request: StaffRequest, kind: str) -> HttpResponse:
    """Send one kind to the person who asks, and to nobody else."""
    preview = preview_of(request, kind)
    if not preview.is_shown:
        raise Http404
    services.ask_for_test(
        kind=kind,
        order_id=preview.order.public_id if preview.order else "",
        locale=_locale(request, request.POST.get("lang", "")),
        user_id=request.user.pk,
        at=clock.now(),
        actor=request.user.actor,
    )
    notices.success(request, _("On its way to %(address)s.") % {"address": request.user.email})
    return htmx.redirect(request, _url(request, "message_kind", preview))


def _grouped(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the rows under what they are about, in the order in which a shopper meets it."""
    found: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        found.setdefault(row["preview"].kind.name.split(".")[0], []).append(row)
    groups: dict[str, list[dict[str, Any]]] = {str(title): [] for title in GROUPS.values()}
    for about, those in found.items():
        groups.setdefault(str(GROUPS.get(about, OTHERS)), []).extend(those)
    return [{"title": title, "rows": those} for title, those in groups.items() if those]


def _how(kind: MessageKind[Any], terms: FlowTerms) -> dict[str, Any]:
    """Return how a kind is sent, in a few words."""
    if not kind.has_flow:
        terms = FlowTerms()
    return {
        "is_on": terms.enabled,
        "when": delay_words(terms.delay),
        "by": chain_words(terms.chain),
        "conditions": len(terms.conditions),
    }


def _kinds() -> list[MessageKind[Any]]:
    return [kind for kind in list_kinds() if kind.klass in TO_SHOPPERS]


def preview_of(request: StaffRequest, name: str) -> Preview:
    """Return a kind with what it is shown about. Raises Http404 for what no shopper gets."""
    kind = get_kind(name)
    if kind is None or kind.klass not in TO_SHOPPERS:
        raise Http404
    asked = _asked(request)
    return _preview(kind, asked, _order(asked) if asked else None)


def _preview(kind: MessageKind[Any], asked: str, order: Order | None) -> Preview:
    """Show a kind with the order that was asked for; else with one that has it, else a sample."""
    if asked:
        return _about(kind, order)
    told = newest_order_told_of(kind.name)
    for candidate in (_order(told) if told else None, _order("")):
        if candidate and (variables := kind.example(candidate.public_id)):
            return Preview(kind=kind, order=candidate, variables=variables, is_sample=False)
    return sample_of(kind)


def _about(kind: MessageKind[Any], order: Order | None) -> Preview:
    variables = kind.example(order.public_id) if order else None
    return Preview(kind=kind, order=order, variables=variables, is_sample=False)


def sample_of(kind: MessageKind[Any]) -> Preview:
    """Return a kind to be shown with the sample."""
    return Preview(kind=kind, order=None, variables=None, is_sample=True)


def _asked(request: StaffRequest) -> str:
    return (request.GET.get("order") or request.POST.get("order") or "").strip()


def _order(words: str) -> Order | None:
    """Return the newest order that a number or an id finds; without words, the newest of all."""
    return commerce.list_orders(search=words).first()


def _locale(request: StaffRequest, asked: str) -> str:
    return asked if asked in request.merchant.locales else request.merchant.default_locale


def facts_of(request: StaffRequest, preview: Preview, locale: str) -> Mapping[str, Any]:
    """Return what a preview is written from."""
    if preview.variables:
        return _greeting(preview, preview.variables, locale)
    return services.sample_facts(preview.kind, merchant=request.merchant, locale=locale)


def _greeting(preview: Preview, variables: MessageVariables, locale: str) -> Mapping[str, Any]:
    """Return the facts of an order, its customer greeted as in the language they are shown in."""
    facts, customer = variables.facts, preview.order.customer if preview.order else None
    if facts.get("customer_name") != greeting_name(customer, variables.recipient.locale):
        return facts
    return {**facts, "customer_name": greeting_name(customer, locale)}


def _subject(request: StaffRequest, preview: Preview, own: Mapping[str, Body]) -> str:
    merchant = request.merchant
    locale = merchant.default_locale
    facts = facts_of(request, preview, locale)
    body = own.get(preview.kind.name)
    return services.write_subject_with(body, preview.kind, facts, merchant=merchant, locale=locale)


def _words(request: StaffRequest, preview: Preview, locale: str) -> services.Words:
    facts = facts_of(request, preview, locale)
    return services.write_words(
        preview.kind, facts, merchant=request.merchant, locale=locale, at=clock.now()
    )


def _url(request: StaffRequest, name: str, preview: Preview, locale: str | None = None) -> str:
    path = reverse(f"dashboard:{name}", args=[request.merchant.slug, preview.kind.name])
    order = preview.order.public_id if preview.order else None
    return path + address(QueryDict(), order=order, lang=locale)
