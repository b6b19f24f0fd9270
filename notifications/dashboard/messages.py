"""The merchant's pages of messages, and the development mailbox."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.contrib import messages as notices
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_GET, require_POST

from commerce.access import StaffRequest, refuse_nul, staff_view
from commerce.enums import ListName, Right
from commerce.exports import list_as_csv, wants_csv
from commerce.serializers.view_tabs import COUNT_MOST, own_tabs, view_tabs
from notifications import services
from notifications.enums import WAITING, Class, Hold, Medium, Reason, State
from notifications.errors import NotWaitingForStaff
from notifications.models import Message
from notifications.ports import get_kind, list_kinds
from notifications.selectors import (
    FOR_STAFF,
    access_mail,
    access_message,
    count_in_states,
    find_suppression,
    is_live,
    list_mailbox,
    list_merged,
    list_messages,
    list_sendings,
)
from notifications.serializers import (
    kind_title,
    message_cells,
    message_header,
    represent_messages,
    represent_ways,
)
from postexp.kernel import clock, htmx, paging

if TYPE_CHECKING:
    from commerce.models import Membership, User

VIEWS: dict[str, tuple[State, ...]] = {
    "all": (),
    "look": FOR_STAFF,
    "waiting": tuple(WAITING),
    "sent": (State.SENT,),
    "dry": (State.DRY_RUN,),
    "unsent": (State.REFUSED, State.EXPIRED),
    "merged": (State.MERGED,),
}
SELDOM = ("dry", "merged")
"""Views that are shown where they hold something."""
UNCOUNTED = ("all", "sent")
"""Views that only grow: nobody has anything to do there."""
# A mail brings its own inline styles and pictures from the shop's site, and nothing that runs. It
# gets an origin of its own, so it reaches neither cookies nor pages; its links open beside ours.
MAIL_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' https: data:; "
    "frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox"
)


@staff_view()
@require_GET
def message_list(request: StaffRequest) -> HttpResponseBase:
    """Every decision about a message: filters and search are in the address.

    `export=csv` asks for all of it as a file.
    """
    view = request.GET.get("view", "all")
    narrowing = {name: request.GET.get(name, "") for name in ("kind", "channel", "why")}
    search = request.GET.get("q", "").strip()
    messages = _found(request.GET)
    if wants_csv(request):
        return list_as_csv(request, "messages", message_header(), message_cells(messages))
    page = paging.cut(messages, request.GET, by="listed_at")
    context = {
        "rows": represent_messages(page.rows),
        "page": page,
        **view_tabs(request, ListName.MESSAGES, request.GET, _tabs(view, request.GET), _found),
        "kinds": [(known.name, known.title) for known in list_kinds()],
        "channels": Medium.choices,
        "holds": Hold.choices,
        "reasons": Reason.choices,
        **narrowing,
        "view": view,
        "q": search,
        "keep": {name: value for name, value in {"view": view, **narrowing}.items() if value},
        "live": is_live(),
        "narrowed": bool(search or any(narrowing.values()) or view != "all"),
        "may_configure": request.membership.may(Right.CONFIGURE),
    }
    return htmx.render(
        request,
        page="notifications/message_list.html",
        part="notifications/_message_rows.html",
        context=context,
    )


@staff_view()
@require_GET
def message_detail(request: StaffRequest, message_id: str) -> HttpResponse:
    """One message: what it says, what became of it and why."""
    message = access_message(message_id)
    return render(request, "notifications/message_detail.html", _detail(request, message))


@staff_view()
@require_GET
@xframe_options_sameorigin
def message_preview(request: StaffRequest, message_id: str) -> HttpResponse:
    """The mail itself, for a sandboxed frame: as sent, or as it would be sent now."""
    return mail_response(_words(request, access_message(message_id))[0])


@staff_view(Right.DECIDE)
@require_POST
def message_resend(request: StaffRequest, message_id: str) -> HttpResponse:
    """Send a failed or unclear message again."""
    message = access_message(message_id)
    try:
        services.resend_message(message, at=clock.now(), actor=request.user.actor)
    except NotWaitingForStaff:
        return _refused(request, message)
    return _done(request, message, _("The message is being sent again."))


@staff_view(Right.DECIDE)
@require_POST
def message_mark_sent(request: StaffRequest, message_id: str) -> HttpResponse:
    """Take an unclear message for sent."""
    message = access_message(message_id)
    try:
        services.mark_sent(message, at=clock.now(), actor=request.user.actor)
    except NotWaitingForStaff:
        return _refused(request, message)
    return _done(request, message, _("The message counts as sent."))


@staff_view(Right.DECIDE)
@require_POST
def message_allow_address(request: StaffRequest, message_id: str) -> HttpResponse:
    """Let messages go to this message's address again."""
    message = access_message(message_id)
    services.lift_suppression(message, at=clock.now(), actor=request.user.actor)
    return _done(request, message, _("Messages may go to this address again."))


@login_required
@require_GET
def mailbox(request: HttpRequest) -> HttpResponse:
    """Every mail the development mailbox caught, as far as the reader may see."""
    refuse_nul(request)
    search = request.GET.get("q", "").strip()
    mails = list_mailbox(memberships=_memberships(request), search=search)
    page = paging.cut(mails, request.GET)
    context = {"mails": page.rows, "page": page, "q": search}
    return htmx.render(
        request,
        page="notifications/mailbox.html",
        part="notifications/_mailbox_rows.html",
        context=context,
    )


@login_required
@require_GET
def mailbox_mail(request: HttpRequest, mail_id: str) -> HttpResponse:
    """One caught mail: HTML, text and source."""
    refuse_nul(request)
    mail = access_mail(mail_id, memberships=_memberships(request))
    head, _separator, _body = mail.mime.partition("\n\n")
    return render(request, "notifications/mailbox_mail.html", {"mail": mail, "head": head})


@login_required
@require_GET
@xframe_options_sameorigin
def mailbox_preview(request: HttpRequest, mail_id: str) -> HttpResponse:
    """The HTML part of a caught mail, for a sandboxed frame."""
    refuse_nul(request)
    return mail_response(access_mail(mail_id, memberships=_memberships(request)).html)


def _found(query: QueryDict) -> QuerySet[Message]:
    """Return the messages an address shows."""
    return list_messages(
        search=query.get("q", "").strip(),
        states=VIEWS.get(query.get("view", "all"), ()),
        kind=query.get("kind", ""),
        channel=query.get("channel", ""),
        why=query.get("why", ""),
    )


def _tabs(view: str, query: QueryDict) -> list[dict[str, Any]]:
    counted = {name: states for name, states in VIEWS.items() if name not in UNCOUNTED}
    counts = count_in_states(counted, most=COUNT_MOST + 1)
    labels = {
        "all": pgettext("view of messages", "All"),
        "look": pgettext("view of messages", "Need a look"),
        "waiting": pgettext("view of messages", "Waiting"),
        "sent": pgettext("view of messages", "Sent"),
        "dry": pgettext("view of messages", "Dry run"),
        "unsent": pgettext("view of messages", "Not sent"),
        "merged": pgettext("view of messages", "Merged"),
    }
    shown = {
        name: label
        for name, label in labels.items()
        if name not in SELDOM or counts[name] or view == name
    }
    return own_tabs(shown, query, view=view, counts=counts)


def _detail(request: StaffRequest, message: Message) -> dict[str, Any]:
    html, text = _words(request, message)
    sendings = list_sendings(message)
    return {
        "row": represent_messages([message])[0],
        "message": message,
        "html": bool(html),
        "text": text,
        "sendings": sendings,
        "ways": represent_ways(message, sendings),
        "merged": list_merged(message),
        "suppression": find_suppression(message.address, channel=message.channel),
        "kind_title": kind_title(message.kind),
        "may_act": request.membership.may(Right.DECIDE),
    }


def _words(request: StaffRequest, message: Message) -> tuple[str, str]:
    """Return the two parts of a message: as sent, or as they would be written now.

    Both are empty where neither is kept, and for one-time codes, which are not for staff to read.
    """
    kind = get_kind(message.kind)
    if kind is not None and kind.secret:
        return "", ""
    if message.html or not message.facts or kind is None:
        return message.html, message.text
    words = services.write_words(
        kind,
        message.facts,
        merchant=request.merchant,
        locale=message.locale,
        at=message.send_at,
        may_advertise=message.klass == Class.MARKETING,
    )
    return words.html, words.text


def mail_response(html: str) -> HttpResponse:
    """Return a mail for a sandboxed frame, under a policy of its own."""
    response = HttpResponse(html)
    response["Content-Security-Policy"] = MAIL_POLICY
    return response


def _done(request: StaffRequest, message: Message, text: str) -> HttpResponse:
    notices.success(request, text)
    url = reverse("dashboard:message_detail", args=[request.merchant.slug, message.public_id])
    return htmx.redirect(request, url)


def _refused(request: StaffRequest, message: Message) -> HttpResponse:
    context = {
        **_detail(request, access_message(message.public_id)),
        "refused": _("Someone has dealt with this message already."),
    }
    return render(request, "notifications/message_detail.html", context, status=409)


def _memberships(request: HttpRequest) -> list[Membership] | None:
    """Return the shops whose mails the reader may see, as a member; None means all, for
    operators.
    """
    user = cast("User", request.user)
    if user.is_staff:
        return None
    return list(user.memberships.all())
