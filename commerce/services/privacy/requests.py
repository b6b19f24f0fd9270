"""Answering requests about personal data."""

from datetime import datetime

from django.db import transaction

from commerce.errors import AlreadySettled
from commerce.events import PrivacyAnswered
from commerce.models import Merchant, PrivacyRequest, User
from postexp.kernel.events import append


def answer_privacy_request(
    *, merchant: Merchant, request: PrivacyRequest, by: User, at: datetime
) -> None:
    """Note that a request was answered. Publishes PrivacyAnswered. Raises AlreadySettled."""
    with transaction.atomic():
        if not PrivacyRequest.objects.filter(pk=request.pk, done_at=None).update(done_at=at):
            raise AlreadySettled
        append(
            PrivacyAnswered(merchant_public_id=merchant.public_id, request_id=request.public_id),
            at=at,
            actor=by.actor,
        )
