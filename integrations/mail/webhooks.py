"""Requests of mail providers: proven on the raw bytes, kept for the shops they are about, answered.

A provider has one account and sends for all shops of the server, so whose a request is has to be
read from it: see `owners`.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence

from anymail.exceptions import (
    AnymailConfigurationError,
    AnymailWebhookValidationFailure,
)
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from integrations.mail import owners, providers
from integrations.mail.parse import EXCERPT, Heard, heard_of, key_of, topic_of, write_excerpt
from integrations.mail.sns import confirm_topic, is_confirmation
from integrations.models import Service
from integrations.reception import answer_stored
from postexp.kernel import clock, inbox
from postexp.kernel.inbox import Stored

logger = logging.getLogger(__name__)


@csrf_exempt
@require_http_methods(["HEAD", "POST"])
def receive_mail(
    request: HttpRequest, provider: str, kind: str, merchant_id: str = ""
) -> HttpResponse:
    """Take one request in: 200 once it is kept, 401 unproven, 422 unreadable, 413 too large.

    One that is about no shop of ours is answered with 200, too, and not kept: mails to staff are
    told of as well. `merchant_id` is the public id of the shop it is for, where the address says.
    """
    if kind not in providers.VIEWS.get(provider, {}):
        return _refuse(404, "No mail provider of that name sends such requests.")
    if request.method == "HEAD":
        return HttpResponse()
    try:
        body = request.body
        providers.check(provider, kind, request)
    except RequestDataTooBig:
        return _refuse(413, "The body is too large.")
    except AnymailConfigurationError as error:
        logger.error("mail webhooks of %s: %s", provider, error)
        return _refuse(503, "This provider is not set up on the server. See docs/deploy.md.")
    except AnymailWebhookValidationFailure:
        return _unproven()
    except providers.ODD as error:
        logger.warning("mail webhooks of %s: %s", provider, type(error).__name__)
        return _refuse(400, "This is no request of that provider.")
    if provider == "amazon_ses" and is_confirmation(body):
        return HttpResponse() if confirm_topic(body) else _refuse(422, "No topic to confirm.")
    headers = providers.kept_headers(request)
    try:
        heard = heard_of(providers.read_events(provider, kind, body, headers))
    except providers.ODD as error:
        logger.warning("mail webhooks of %s: %s", provider, type(error).__name__)
        return _refuse(422, _why(error))
    try:
        shops = owners.find(heard, merchant_id=merchant_id)
    except owners.NoSuchShop:
        return _refuse(404, "There is no such shop.")
    return _answer(_keep(provider, kind, heard, shops, body, headers))


def _keep(
    provider: str,
    kind: str,
    heard: Sequence[Heard],
    shops: Mapping[int, list[Heard]],
    body: bytes,
    headers: dict[str, str],
) -> list[Stored]:
    """Keep a request for every shop it is about: as it came, or else that shop's part of it."""
    if not shops:
        logger.info("mail webhooks of %s: %s about no shop", provider, topic_of(kind, heard))
    at = clock.now()
    kept = []
    for merchant_id, theirs in sorted(shops.items()):
        whole = len(theirs) == len(heard)
        kept.append(
            inbox.store(
                source=Service.MAIL,
                topic="/".join([provider, kind, topic_of(kind, theirs)]),
                provider_key=key_of(provider, theirs, body),
                merchant_id=merchant_id,
                headers=headers if whole else {EXCERPT: "1"},
                body=body if whole else write_excerpt(theirs),
                at=at,
            )
        )
    return kept


def _answer(kept: list[Stored]) -> HttpResponse:
    if not kept:
        return JsonResponse({"stored": False, "duplicate": False})
    return answer_stored(Stored(id=kept[0].id, duplicate=all(stored.duplicate for stored in kept)))


def _why(error: Exception) -> str:
    # django-anymail says it for people, such as that the address is the one of the other kind.
    if isinstance(error, AnymailConfigurationError):
        return str(error)
    return "The request is not as the provider documents it."


def _refuse(status: int, why: str) -> HttpResponse:
    return JsonResponse({"error": why}, status=status)


def _unproven() -> HttpResponse:
    """Ask for the password: Amazon sends it only when asked."""
    answer = JsonResponse(
        {"error": "The password or the signature does not match. See docs/deploy.md."}, status=401
    )
    answer["WWW-Authenticate"] = 'Basic realm="mail"'
    return answer
