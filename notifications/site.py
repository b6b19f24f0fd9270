"""The shopper's faces of messages: what they want to hear of, and where a message leads."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from commerce import selectors as commerce
from commerce.access import ShopperRequest, shopper_view
from commerce.enums import Channel, Purpose
from commerce.selectors.consents import latest_consents
from notifications import services
from notifications.enums import Class, Medium, ReceiptKind
from notifications.links import reader_of_token
from notifications.ports import find_channel
from notifications.selectors import find_contact, get_message
from notifications.selectors.flows import list_sent_kinds
from notifications.selectors.people import get_opt_in, list_linked, newest_marketing_to
from notifications.services.preferences import UNASKED
from postexp.design import formats
from postexp.kernel import clock, signing, slots

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    from commerce.models import Customer
    from notifications.models import Contact

# Programs that look at a link before its reader does; they are no sign that it was read.
LOOKS_AHEAD = re.compile(r"bot|crawler|spider|preview|facebookexternalhit|line-poker|scan", re.I)


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One box of the page: a channel for a purpose, and whether it is ticked."""

    channel: str
    purpose: str
    label: _StrPromise | str
    address: str
    wanted: bool

    @property
    def name(self) -> str:
        """The name of the box in the form."""
        return f"{self.purpose}-{self.channel}"


# The token in the address is all the authority there is: a forged request has none to spend.
@csrf_exempt
@shopper_view
@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: ShopperRequest, token: str) -> HttpResponse:
    """What a customer hears of, by which channels, and what they may do without."""
    customer = _reader(token)
    choices = list(_choices(customer))
    here = reverse("site:preferences", args=[request.merchant.slug, token])
    if request.method == "POST":
        waiting = services.choose_messages(
            customer,
            {(one.channel, one.purpose): one.name in request.POST for one in choices},
            source="preferences page",
            at=clock.now(),
        )
        said = "confirm" if waiting else "saved"
        return _private(HttpResponseRedirect(f"{here}?lang={request.locale}&{said}=1"))
    told = [
        kind for kind in list_sent_kinds() if kind.klass == Class.TRANSACTIONAL and not kind.secret
    ]
    context = {
        **_frame(request),
        "address": _masked(customer.email),
        "always": [kind for kind in told if not kind.optional],
        "optional": [kind for kind in told if kind.optional],
        "service": [one for one in choices if one.purpose == Purpose.SERVICE],
        "offers": [one for one in choices if one.purpose == Purpose.MARKETING],
        "panels": slots.collect(
            "preferences", request, {"customer_id": customer.public_id, "locale": request.locale}
        ),
        "linked": [_linked(request, token, one) for one in list_linked(customer.public_id)],
        "unlinked": "unlinked" in request.GET,
        "saved": "saved" in request.GET,
        "to_confirm": "confirm" in request.GET,
    }
    return _private(render(request, "notifications/site/preferences.html", context))


@csrf_exempt
@shopper_view
@require_POST
def unlink(request: ShopperRequest, token: str, channel: str) -> HttpResponse:
    """End that news of a customer's orders goes to the accounts they linked on a channel."""
    customer = _reader(token)
    if channel not in Medium.values:
        raise Http404
    services.unlink_accounts(
        channel=Medium(channel), customer_id=customer.public_id, at=clock.now()
    )
    here = reverse("site:preferences", args=[request.merchant.slug, token])
    return _private(HttpResponseRedirect(f"{here}?lang={request.locale}&unlinked=1"))


@csrf_exempt
@shopper_view
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: ShopperRequest, token: str, channel: str) -> HttpResponse:
    """End offers on a channel: opening the page asks, since programs open links; posting acts.

    A mail program posts `List-Unsubscribe=One-Click` here (RFC 8058).
    """
    customer = _reader(token)
    if channel not in Medium.values:
        raise Http404
    done = request.method == "POST"
    if done:
        consent = Channel.EMAIL if channel == Medium.WEBHOOK else channel
        services.end_marketing(customer, [consent], source="unsubscribe link", at=clock.now())
        if (read := newest_marketing_to(customer.public_id, channel)) is not None:
            services.note_receipt(
                channel=Medium(channel),
                kind=ReceiptKind.UNSUBSCRIBED,
                message_id=read.public_id,
                at=clock.now(),
            )
    context = {
        **_frame(request),
        "channel": Medium(channel).label,
        "done": done,
        "preferences_url": reverse("site:preferences", args=[request.merchant.slug, token]),
    }
    return _private(render(request, "notifications/site/unsubscribe.html", context))


@csrf_exempt
@shopper_view
@require_http_methods(["GET", "HEAD", "POST"])
def opt_in(request: ShopperRequest, opt_in_id: str) -> HttpResponse:
    """Confirm a yes to offers from the mail that asked for it: opening asks, posting acts."""
    try:
        asked = get_opt_in(opt_in_id)
    except ObjectDoesNotExist:
        raise Http404 from None
    if request.method == "POST" and not services.confirm_opt_in(asked, at=clock.now()):
        raise Http404
    context = {
        **_frame(request),
        "done": request.method == "POST" or asked.confirmed_at is not None,
        "address": _masked(asked.address),
    }
    return _private(render(request, "notifications/site/opt_in.html", context))


@shopper_view
@require_GET
def message_link(request: ShopperRequest, message_id: str) -> HttpResponse:
    """Lead on to what a message is about, and note that it was followed."""
    try:
        message = get_message(message_id)
    except ObjectDoesNotExist:
        raise Http404 from None
    if not message.link:
        raise Http404
    if not LOOKS_AHEAD.search(request.headers.get("User-Agent", "")):
        services.note_receipt(
            channel=Medium(message.channel),
            kind=ReceiptKind.CLICKED,
            message_id=message.public_id,
            at=clock.now(),
        )
    return _private(HttpResponseRedirect(message.link))


def _reader(token: str) -> Customer:
    """Return the customer a token is about; raises Http404, also for one who was forgotten."""
    try:
        customer = commerce.get_customer(reader_of_token(token))
    except (signing.BadToken, ObjectDoesNotExist):
        raise Http404 from None
    if customer.erased_at is not None:
        raise Http404
    return customer


def _choices(customer: Customer) -> Iterator[Choice]:
    """Give the boxes of the page: the channels the shop has, where the customer can be reached."""
    said = latest_consents(customer.public_id)
    line = find_contact(customer.public_id, Medium.LINE)
    reached = {
        Channel.EMAIL: _masked(customer.email),
        Channel.SMS: _last_digits(customer.phone),
        Channel.WHATSAPP: _last_digits(customer.phone),
        Channel.LINE: _("your LINE account") if line else "",
    }
    for purpose in (Purpose.SERVICE, Purpose.MARKETING):
        for channel, address in reached.items():
            carrier = find_channel(channel)
            if not address or carrier is None or not carrier.is_ready():
                continue
            yield Choice(
                channel=channel,
                purpose=purpose,
                label=channel.label,
                address=address,
                wanted=said.get((channel, purpose), (channel, purpose) in UNASKED),
            )


def _linked(request: ShopperRequest, token: str, contact: Contact) -> dict[str, object]:
    args = [request.merchant.slug, token, contact.channel]
    path = reverse("site:unlink", args=args)
    return {
        "channel": Medium(contact.channel).label,
        "when": formats.moment(contact.linked_at, "year"),
        "url": f"{path}?lang={request.locale}",
    }


def _frame(request: ShopperRequest) -> dict[str, object]:
    return {
        **commerce.site_frame(request.merchant),
        "locale": request.locale,
        "home_url": reverse("site:lookup", args=[request.merchant.slug]),
    }


def _private(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "private, no-cache"
    response["Referrer-Policy"] = "no-referrer"
    return response


def _masked(address: str) -> str:
    """Return an address as its owner knows it, and others do not: h…@example.jp."""
    name, at, domain = address.partition("@")
    return f"{name[:1]}…{at}{domain}" if at else ""


def _last_digits(phone: str) -> str:
    """Return a number as its owner knows it: …5678."""
    return f"…{phone[-4:]}" if phone else ""
