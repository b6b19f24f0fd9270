"""Sending a planned message, once; and what staff do where the outcome cannot be known."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction

from commerce.selectors import get_merchant, has_order
from commerce.selectors.sending import sender_of
from commerce.selectors.setup import is_demo_order
from notifications.enums import TO_SHOPPERS, WAITING, Reason, State, SuppressionCause
from notifications.errors import NotWaitingForStaff
from notifications.events import MessageNotSent, MessageResent, MessageSent
from notifications.models import Message
from notifications.ports import (
    MessageKind,
    OutgoingMail,
    PermanentFailure,
    TemporaryFailure,
    get_channel,
    get_kind,
)
from notifications.rules.gates import retry_after
from notifications.selectors import get_message, is_live
from notifications.services.plan import judge, named
from notifications.services.suppress import suppress_address
from notifications.services.words import write_words
from postexp.kernel import outbox
from postexp.kernel.events import RetryLater, append
from postexp.kernel.models import Delivery

if TYPE_CHECKING:
    from commerce.models import Merchant

HANDLER = "notifications.send"
"""The name of the handler that sends; deliveries are found by it."""

SETTLED_FIELDS = (
    *("state", "reason", "detail", "settled_at", "provider_id", "key"),
    *("subject", "html", "text"),
)
RESEND_WITHIN = timedelta(hours=1)
"""How long a message that staff send again may still be retried, however old it is."""

RESENDABLE = WAITING | {State.OUTCOME_UNKNOWN, State.FAILED}


def send_message(message_id: str, *, key: str, at: datetime) -> State:
    """Put a planned message through its gates again, write it, and hand it to its channel.

    While the shop is in dry run it is written and kept, and goes nowhere.

    Call it outside a transaction: each step is committed before the next, so that an interrupted
    sending is known to have begun. A message that has settled already stays as it is. Publishes
    MessageSent or MessageNotSent. Raises RetryLater after a temporary failure, and OutcomeUnknown
    when nobody can know whether the channel took the message, or it did and noting that failed.
    """
    message = get_message(message_id)
    if message.state not in RESENDABLE:
        return State(message.state)
    kind = get_kind(message.kind)
    if kind is None:
        return _settle(message, State.FAILED, Reason.NOT_WRITTEN, at=at)
    if message.order_id and not has_order(message.order_id):
        # Planned beside the undo of its import, which could not see it yet.
        return _settle(message, State.REFUSED, Reason.NO_LONGER_TRUE, at=at)
    if message.state in WAITING:
        decision = judge(message, kind, consented=True, at=at)
        if not decision.goes_out:
            return _settle(message, decision.state, decision.reason, decision.detail, at=at)
    merchant = get_merchant()
    _write(message, kind, merchant, at)
    message.key = key
    if message.klass in TO_SHOPPERS and (stays := _why_it_stays(message)):
        _forget_code(message, kind)
        return _settle(message, State.DRY_RUN, stays, at=at)
    try:
        provider_id = get_channel(message.channel).send(_mail(message, merchant))
    except TemporaryFailure as failure:
        message.attempts += 1
        message.save(update_fields=["attempts"])
        raise RetryLater(retry_after(message.attempts), str(failure)) from failure
    except PermanentFailure as failure:
        if failure.address_is_dead:
            suppress_address(message.address, cause=SuppressionCause.BOUNCED, at=at)
        return _settle(message, State.FAILED, Reason.PROVIDER_REFUSED, str(failure), at=at)
    except Exception as error:
        raise outbox.OutcomeUnknown(f"{type(error).__name__}: {error}") from error
    try:
        return _note_sent(message, kind, provider_id, at=at)
    except Exception as error:
        # The channel has the message, so whatever went wrong here, another attempt would send two.
        raise outbox.OutcomeUnknown(f"{type(error).__name__}: {error}") from error


def _why_it_stays(message: Message) -> Reason | None:
    """Return why a message is written and goes nowhere, or None for one that goes out."""
    if not is_live():
        return Reason.DRY_RUN
    return Reason.DEMO if message.order_id and is_demo_order(message.order_id) else None


def _note_sent(
    message: Message, kind: MessageKind[Any], provider_id: str, *, at: datetime
) -> State:
    """Bring a message that its channel took to its end; the words of a code are not kept."""
    message.provider_id = provider_id[:250]
    _forget_code(message, kind)
    return _settle(message, State.SENT, at=at)


def _forget_code(message: Message, kind: MessageKind[Any]) -> None:
    """Drop the words of a one-time code, which nobody may read later."""
    if kind.secret:
        message.subject, message.html, message.text = str(kind.title), "", ""


def note_unknown(message_id: str, *, at: datetime) -> None:
    """Note that a sending was interrupted and nobody knows whether it arrived. Publishes
    MessageNotSent.
    """
    message = get_message(message_id)
    if message.state in RESENDABLE:
        _settle(message, State.OUTCOME_UNKNOWN, Reason.INTERRUPTED, at=at)


def give_up_message(message_id: str, *, at: datetime) -> None:
    """Note that a message failed for good in a way no one foresaw. Publishes MessageNotSent."""
    message = get_message(message_id)
    if message.state in RESENDABLE:
        _settle(message, State.FAILED, Reason.NOT_WRITTEN, at=at)


def resend_message(message: Message, *, at: datetime, actor: str) -> None:
    """Send a failed message, or one whose outcome is unknown, again under its first idempotency
    key.

    Publishes MessageResent, which tells who wanted it. Raises NotWaitingForStaff for any other
    message, also when a colleague was faster.
    """
    with transaction.atomic():
        locked = _lock_for_staff(message, State.OUTCOME_UNKNOWN, State.FAILED)
        locked.state, locked.reason, locked.detail = State.PLANNED, "", ""
        locked.settled_at = None
        locked.expires_at = max(locked.expires_at, at + RESEND_WITHIN)
        locked.save(update_fields=["state", "reason", "detail", "settled_at", "expires_at"])
        append(MessageResent(**named(locked)), at=at, actor=actor)
        outbox.replay(_delivery(locked), at=at)


def mark_sent(message: Message, *, at: datetime, actor: str) -> None:
    """Take a message whose outcome is unknown for sent, because staff found that it arrived.
    Publishes MessageSent.

    Raises NotWaitingForStaff for any other message.
    """
    with transaction.atomic():
        locked = _lock_for_staff(message, State.OUTCOME_UNKNOWN)
        outbox.skip(_delivery(locked), at=at)
        _settle(locked, State.SENT, at=at, actor=actor)


def _lock_for_staff(message: Message, *states: State) -> Message:
    locked: Message = Message.objects.select_for_update(no_key=True).get(pk=message.pk)
    if locked.state not in states:
        raise NotWaitingForStaff
    return locked


def _delivery(message: Message) -> Delivery:
    found: Delivery = Delivery.objects.filter(
        handler=HANDLER, subject=f"message:{message.public_id}"
    ).latest("id")
    return found


def _write(message: Message, kind: MessageKind[Any], merchant: Merchant, at: datetime) -> None:
    """Write the words once; a retry sends the very same ones."""
    if message.html:
        return
    words = write_words(kind, message.facts, merchant=merchant, locale=message.locale, at=at)
    message.subject, message.html, message.text = words.subject[:300], words.html, words.text
    message.facts = {}
    message.save(update_fields=["subject", "html", "text", "facts"])


def _mail(message: Message, merchant: Merchant) -> OutgoingMail:
    sender = sender_of(merchant.support_email)
    return OutgoingMail(
        message_id=message.public_id,
        merchant_id=merchant.pk,
        key=message.key,
        sender_name=merchant.name_in(message.locale),
        reply_to=sender.reply_to,
        sender_address=sender.address,
        to=message.address,
        locale=message.locale,
        subject=message.subject,
        html=message.html,
        text=message.text,
    )


def _settle(
    message: Message,
    state: State,
    reason: Reason | None = None,
    detail: str = "",
    *,
    at: datetime,
    actor: str = "system",
) -> State:
    """Bring a message to an end and publish it, in one transaction."""
    message.state = state
    message.reason = reason or ""
    message.detail = detail[:500]
    message.settled_at = at
    with transaction.atomic():
        message.save(update_fields=SETTLED_FIELDS)
        append(_end(message), at=at, actor=actor)
    return state


def _end(message: Message) -> MessageSent | MessageNotSent:
    if message.state == State.SENT:
        return MessageSent(**named(message))
    return MessageNotSent(**named(message), state=message.state, reason=message.reason)
