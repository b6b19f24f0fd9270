"""Going live, going back to dry run, and trying a message on oneself."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction

from commerce.selectors import get_merchant, get_user
from commerce.selectors.sending import sender_of
from commerce.services.sandboxes import is_sandbox
from notifications.errors import TestShopStaysDry
from notifications.events import MessagesStopped, MessagesWentLive, TestMessageRequested
from notifications.models import WentLive
from notifications.ports import (
    MessageKind,
    Outgoing,
    TemporaryFailure,
    get_channel,
    get_kind,
)
from notifications.rules.blocks import BlockFault
from notifications.selectors.wordings import body_of, find_wording_by_id
from notifications.services.words import (
    CANNOT_BE_SAID,
    Words,
    sample_facts,
    write_body,
    write_words,
)
from postexp.kernel.events import RetryLater, append

if TYPE_CHECKING:
    from commerce.models import Merchant

RETRY_TEST = 60


def go_live(*, at: datetime, actor: str) -> None:
    """Let the shop's messages go to shoppers from now on. Publishes MessagesWentLive, once.

    What was written in dry run stays unsent: nobody hears today of what is over. Raises
    TestShopStaysDry.
    """
    if is_sandbox(get_merchant()):
        raise TestShopStaysDry
    with transaction.atomic():
        _row, switched = WentLive.objects.get_or_create(defaults={"at": at, "by": actor})
        if switched:
            live = MessagesWentLive(merchant_public_id=get_merchant().public_id)
            append(live, at=at, actor=actor)


def stop_messages(*, at: datetime, actor: str) -> None:
    """Put the shop's messages back into dry run. Publishes MessagesStopped, once."""
    with transaction.atomic():
        deleted, _ = WentLive.objects.all().delete()
        if deleted:
            stopped = MessagesStopped(merchant_public_id=get_merchant().public_id)
            append(stopped, at=at, actor=actor)


def ask_for_test(
    *,
    kind: str,
    order_id: str,
    locale: str,
    user_id: int,
    at: datetime,
    actor: str,
    wording_id: str = "",
) -> None:
    """Ask for one kind of message, about an order, to a member of staff's own address.

    Without an `order_id` it is written from the sample, and with a `wording_id` in the words of
    that version. It leaves in dry run, too. Publishes TestMessageRequested.
    """
    with transaction.atomic():
        append(
            TestMessageRequested(
                merchant_public_id=get_merchant().public_id,
                kind=kind,
                order_id=order_id,
                locale=locale,
                user_id=user_id,
                wording_id=wording_id,
            ),
            at=at,
            actor=actor,
        )


def send_test(event: TestMessageRequested, *, key: str, at: datetime) -> bool:
    """Send a test message, which is what a shopper would get to the byte; return False where the
    person or what it tells of is gone.

    Raises RetryLater where the mail server cannot be reached.
    """
    kind, user, merchant = get_kind(event.kind), get_user(event.user_id), get_merchant()
    if kind is None or user is None:
        return False
    if event.order_id:
        variables = kind.example(event.order_id)
        if variables is None:
            return False
        facts = variables.facts
    else:
        facts = sample_facts(kind, merchant=merchant, locale=event.locale)
    words = _words_to_try(event, kind, facts, merchant, at)
    sender = sender_of(merchant.support_email)
    mail = Outgoing(
        message_id=key,
        merchant_id=merchant.pk,
        key=key,
        sender_name=merchant.name_in(event.locale),
        reply_to=sender.reply_to,
        sender_address=sender.address,
        kind=kind.name,
        klass=kind.klass,
        to=user.email,
        locale=event.locale,
        subject=words.subject,
        html=words.html,
        text=words.text,
        short=words.short,
    )
    try:
        get_channel("email").send(mail)
    except TemporaryFailure as failure:
        raise RetryLater(RETRY_TEST, str(failure)) from failure
    return True


def _words_to_try(
    event: TestMessageRequested,
    kind: MessageKind[Any],
    facts: Mapping[str, Any],
    merchant: Merchant,
    at: datetime,
) -> Words:
    """Return the words of the version to try where they can be said, else those in use."""
    wording = find_wording_by_id(event.wording_id) if event.wording_id else None
    if wording is not None:
        with suppress(BlockFault, *CANNOT_BE_SAID):
            return write_body(
                body_of(wording), facts, merchant=merchant, locale=event.locale, at=at
            )
    return write_words(kind, facts, merchant=merchant, locale=event.locale, at=at)
