"""Twilio's webhooks: verified on the raw bytes, stored, answered in TwiML. Reading comes later."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from commerce.selectors import get_merchant
from integrations.intake import Address, Told, find_sender, take_in
from integrations.models import Service
from integrations.reception import LARGEST_BODY, print_of
from integrations.twilio.answers import NOTHING, answer
from integrations.twilio.parse import OWN_HEADER, OWN_ID, Incoming, Status, read
from integrations.twilio.signatures import HEADER, is_signed
from postexp.kernel import clock
from postexp.kernel.inbox import Unreadable
from postexp.kernel.tenancy import merchant_scope

TWIML = "text/xml; charset=utf-8"


@csrf_exempt
@require_POST
def receive_twilio(request: HttpRequest, connection_id: str) -> HttpResponse:
    """Take one webhook in: 200 once stored (or stored before), 403 unsigned, 413 too large."""
    body, kind = request.body, request.headers.get("Content-Type", "")
    if len(body) > LARGEST_BODY:
        return JsonResponse({"error": "The body is larger than 5 MB."}, status=413)
    signature = request.headers.get(HEADER, "")
    # What stands before us may have changed scheme and host; Twilio signed what it was given.
    url = f"{settings.BASE_URL}{request.get_full_path()}"
    told = _read(body, kind)
    address = Address(service=Service.TWILIO, public_id=connection_id)
    stored = take_in(
        address,
        is_signed=lambda token: is_signed(url, body, kind, signature, token),
        told=lambda: Told(
            topic="status" if isinstance(told, Status) else "incoming",
            provider_key=_key(told) or print_of(body),
            headers={
                HEADER: signature,
                "Content-Type": kind,
                OWN_HEADER: request.GET.get(OWN_ID, "")[:40],
            },
        ),
        body=body,
        at=clock.now(),
    )
    if stored is None:
        return JsonResponse(
            {"error": "The signature does not match. Check the Auth Token in Settings."},
            status=403,
        )
    return HttpResponse(_answer(told, address), content_type=TWIML)


def _read(body: bytes, kind: str) -> Status | Incoming | None:
    """Return what a request tells; None where it cannot be read, which reading it later says."""
    try:
        return read(body, kind)
    except Unreadable:
        return None


def _key(told: Status | Incoming | None) -> str:
    """Return what tells a request from others: a message is told of once in each state."""
    if told is None:
        return ""
    return f"{told.sid} {told.state}" if isinstance(told, Status) else told.sid


def _answer(told: Status | Incoming | None, address: Address) -> str:
    if not isinstance(told, Incoming) or told.wish is None or told.answered:
        return NOTHING
    sender = find_sender(address)
    if sender is None or sender.ended_at is not None:
        return NOTHING
    with merchant_scope(sender.merchant_id):
        return answer(told, get_merchant())
