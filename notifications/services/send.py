"""Handing a planned message to its channel, once."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction

from commerce.selectors import get_merchant, has_order
from commerce.selectors.sending import sender_of
from commerce.selectors.setup import is_demo_order
from notifications.enums import (
    ARRIVED,
    TO_SHOPPERS,
    UNDELIVERED,
    WAITING,
    Class,
    Hold,
    Medium,
    Reason,
    SendingState,
    State,
    SuppressionCause,
)
from notifications.events import FallbackDue
from notifications.links import message_url, unsubscribe_url
from notifications.models import Message, Sending
from notifications.ports import (
    Accepted,
    Channel,
    MessageKind,
    Outgoing,
    PermanentFailure,
    TemporaryFailure,
    find_channel,
    get_kind,
)
from notifications.rules.gates import retry_after
from notifications.selectors import is_live
from notifications.selectors.known import get_known
from notifications.services.judging import flow_of, follow, judge, note_passed
from notifications.services.merging import gather_marketing, leave_out_untrue, lock_places
from notifications.services.plan import named, publish_due, subject_of
from notifications.services.receipts import note_undelivered
from notifications.services.settling import (
    has_next,
    may_be_taken,
    reopen,
    settle,
    try_next,
    was_taken,
)
from notifications.services.suppress import suppress_address
from notifications.services.words import class_of, own_body, write_words
from postexp.kernel import outbox
from postexp.kernel.events import RetryLater, append

if TYPE_CHECKING:
    from commerce.models import Merchant

SOON = timedelta(minutes=1)
RESENDABLE = WAITING | {State.OUTCOME_UNKNOWN, State.FAILED}
KEYS_LAST = timedelta(hours=23)
"""How long a channel that knows repeats is asked again under one key: LINE forgets it in a day."""


def send_message(message_id: str, *, step: int, key: str, at: datetime) -> State:
    """Put a planned message through its gates again, write it, and hand it to its channel.

    One that has to wait is held until then; one that goes by another channel than it was planned
    for is due there. While the shop is in dry run it is written and kept, and goes nowhere.

    Call it outside a transaction: each step is committed before the next, so that an interrupted
    sending is known to have begun. A message that has settled already stays as it is. Publishes
    MessageSent, MessageNotSent, SendingDue or FallbackDue. Raises RetryLater after a temporary
    failure, and OutcomeUnknown when nobody can know whether the channel took the message, or it did
    and noting that failed.
    """
    with transaction.atomic():
        message = _lock(message_id)
        if message.state not in RESENDABLE or message.step != step:
            return State(message.state)
        if message.state not in WAITING:
            if _is_of_others(message, key):
                return State(message.state)
            # Staff run what failed again, and all gates ask again.
            reopen(message)
        kind = get_kind(message.kind)
        if kind is None:
            return settle(message, State.FAILED, Reason.NOT_WRITTEN, at=at)
        if not _is_still_due(message, kind, at):
            return State(message.state)
        sending = _begin(message, kind, key, at)
        if sending is None:
            return State(message.state)
    channel = find_channel(message.channel)
    if channel is None:
        raise RetryLater(retry_after(1), f"No channel is named {message.channel}.")
    return _hand_over(message, kind, channel, sending, at)


def _lock(message_id: str) -> Message:
    found: Message = Message.objects.select_for_update(no_key=True).get(public_id=message_id)
    return found


def _is_of_others(message: Message, key: str) -> bool:
    """Whether a message that came to its end was handed over under another key than this one:
    what asks for it here is no repeat of that.
    """
    others = Sending.objects.filter(message=message, step=message.step).exclude(key=key)
    return bool(others.exists())


def _is_still_due(message: Message, kind: MessageKind[Any], at: datetime) -> bool:
    """Whether a message goes out now by the channel it was planned for.

    Otherwise it was settled, is held, or is due by another channel.
    """
    if message.order_id and not has_order(message.order_id):
        # Planned beside the undo of its import, which could not see it yet.
        settle(message, State.REFUSED, Reason.NO_LONGER_TRUE, at=at)
        return False
    if not _renew(message, kind, at):
        return False
    if message.klass == Class.MARKETING:
        lock_places(message)
    planned_for = message.channel
    known = get_known([message])
    decision = judge(message, kind, known=known, at=at)
    if not decision.goes_out:
        message.address = known.address_on(Medium(message.channel), message)
        note_passed(message, decision)
        message.save(update_fields=["address", "passed_over"])
        if was_taken(message):
            # Another channel took it before, and nothing says that it did not arrive.
            settle(message, State.SENT, at=at)
        elif may_be_taken(message):
            settle(message, State.OUTCOME_UNKNOWN, Reason.INTERRUPTED, at=at)
        else:
            settle(message, decision.state, decision.reason, decision.detail, at=at)
        return False
    leave_out_untrue(message, kind, at=at)
    follow(message, decision)
    message.save(
        update_fields=[
            *("step", "channel", "address", "passed_over"),
            *("state", "holding", "send_at"),
        ]
    )
    if message.state == State.HELD or message.channel != planned_for:
        publish_due(message, at)
        return False
    if message.klass == Class.MARKETING:
        return gather_marketing(message, at=at)
    return True


def _renew(message: Message, kind: MessageKind[Any], at: datetime) -> bool:
    """Let a message say how things stand now; return whether that is known, else it is held.

    One that has its words, or its place under the cap, stays as it is.
    """
    if kind.renew is None or message.html or message.slot_at is not None:
        return True
    variables = kind.renew(message.object_id, at)
    if variables is None:
        message.state, message.holding, message.send_at = State.HELD, Hold.DELAY, at + SOON
        message.save(update_fields=["state", "holding", "send_at"])
        publish_due(message, at)
        return False
    message.facts = dict(variables.facts)
    body = own_body(kind, message.facts, locale=message.locale, may_advertise=True)
    message.klass = class_of(body, variables.klass or kind.klass)
    message.subject = subject_of(message, kind, body, merchant=get_merchant())
    message.save(update_fields=["klass", "facts", "subject"])
    return True


def _begin(message: Message, kind: MessageKind[Any], key: str, at: datetime) -> Sending | None:
    """Write a message and note that it is being handed over; None where it stays in the house."""
    merchant = get_merchant()
    _write(message, kind, merchant, at)
    if message.klass in TO_SHOPPERS and (stays := _why_it_stays(message)):
        _forget_code(message, kind)
        settle(message, State.DRY_RUN, stays, at=at)
        return None
    sending, new = Sending.objects.get_or_create(
        message=message,
        step=message.step,
        defaults={
            "kind": message.kind,
            "locale": message.locale,
            "channel": message.channel,
            "address": message.address,
            "key": key,
            "state": SendingState.SENDING,
            "began_at": at,
        },
    )
    return sending if new or _begin_again(message, sending, at) else None


def _begin_again(message: Message, sending: Sending, at: datetime) -> bool:
    """Whether a message that was handed over before is to be handed over once more.

    What staff send again begins anew: what was told of the first time is no word on this one. Where
    a channel that knows repeats left its answer open, it is asked while it still knows them, unless
    it told meanwhile that the message arrived.
    """
    if sending.ended_at is not None:
        sending.receipts.all().delete()
        sending.state, sending.detail, sending.ended_at = SendingState.SENDING, "", None
        sending.began_at, sending.provider_id = at, ""
    elif sending.receipts.filter(kind__in=ARRIVED).exists():
        _end_sending(sending, SendingState.ACCEPTED, at)
        settle(message, State.SENT, at=at)
        return False
    elif sending.state == SendingState.UNKNOWN and at >= sending.began_at + KEYS_LAST:
        _end_sending(sending, SendingState.UNKNOWN, at)
        settle(message, State.OUTCOME_UNKNOWN, Reason.INTERRUPTED, at=at)
        return False
    sending.address = message.address
    sending.save(
        update_fields=["state", "detail", "ended_at", "began_at", "provider_id", "address"]
    )
    return True


def _hand_over(
    message: Message, kind: MessageKind[Any], channel: Channel, sending: Sending, at: datetime
) -> State:
    try:
        accepted = channel.send(_outgoing(message, sending.key, get_merchant()))
    except TemporaryFailure as failure:
        return _try_later(message, sending, failure, at)
    except PermanentFailure as failure:
        return _note_refused(message, sending, failure, at)
    except Exception as error:
        if channel.honours_keys and (state := _note_silent(message, sending, at)) is not None:
            return state
        raise _unclear(channel, message, error) from error
    try:
        return _note_sent(message, kind, sending, accepted, at)
    except Exception as error:
        # The channel has the message, so whatever went wrong here, another attempt would send two.
        raise _unclear(channel, message, error) from error


def _unclear(channel: Channel, message: Message, error: Exception) -> Exception:
    """Return what follows where nobody knows whether the channel took a message: a channel that
    knows repeats is asked again, and no other.
    """
    cause = f"{type(error).__name__}: {error}"
    if channel.honours_keys:
        return RetryLater(retry_after(max(message.attempts, 1)), cause)
    return outbox.OutcomeUnknown(cause)


def _note_silent(message: Message, sending: Sending, at: datetime) -> State | None:
    """Note that a channel left open whether it took a message; return the message's state where
    it goes by the next one, because this one kept it long enough.
    """
    with transaction.atomic():
        locked = _lock(message.public_id)
        if locked.state not in WAITING or locked.step != sending.step:
            return State(locked.state)
        sending.state = SendingState.UNKNOWN
        sending.save(update_fields=["state"])
        if _was_kept_long(locked, sending, at) and try_next(locked, at=at):
            return State(locked.state)
        locked.attempts += 1
        locked.save(update_fields=["attempts"])
        message.attempts = locked.attempts
    return None


def _was_kept_long(message: Message, sending: Sending, at: datetime) -> bool:
    """Whether a channel had a message as long as its flow lets it, and there is another."""
    kind = get_kind(message.kind)
    patience = flow_of(kind).fallback if kind else 0
    kept_long = at >= sending.began_at + timedelta(minutes=patience)
    return bool(patience) and has_next(message) and kept_long


def _try_later(
    message: Message, sending: Sending, failure: TemporaryFailure, at: datetime
) -> State:
    """Have a message sent again later, or by its next channel once this one kept it long enough."""
    if _was_kept_long(message, sending, at):
        return _note_refused(message, sending, PermanentFailure(str(failure)), at)
    message.attempts += 1
    message.save(update_fields=["attempts"])
    wait = max(failure.retry_after, retry_after(message.attempts))
    raise RetryLater(wait, str(failure)) from failure


def _note_refused(
    message: Message, sending: Sending, failure: PermanentFailure, at: datetime
) -> State:
    """Note that a channel will never take a message, and try the next one."""
    if failure.address_is_dead or failure.stopped:
        cause = SuppressionCause.STOPPED if failure.stopped else SuppressionCause.BOUNCED
        suppress_address(message.address, channel=message.channel, cause=cause, at=at)
    with transaction.atomic():
        locked = _lock(message.public_id)
        _end_sending(sending, SendingState.FAILED, at, detail=str(failure))
        if locked.state not in RESENDABLE or locked.step != sending.step:
            return State(locked.state)
        if try_next(locked, at=at):
            return State(locked.state)
        if was_taken(locked):
            return settle(locked, State.SENT, at=at)
        return settle(locked, State.FAILED, Reason.PROVIDER_REFUSED, str(failure), at=at)


def _note_sent(
    message: Message, kind: MessageKind[Any], sending: Sending, accepted: Accepted, at: datetime
) -> State:
    """Note that a channel took a message; the words of a code are not kept.

    It may have told already that it could not bring it.
    """
    patience = flow_of(kind).fallback
    with transaction.atomic():
        locked = _lock(message.public_id)
        sending.provider_id, sending.units = accepted.provider_id[:250], accepted.units
        _end_sending(sending, SendingState.ACCEPTED, at)
        if locked.step != sending.step:
            return State(locked.state)
        _forget_code(locked, kind)
        settle(locked, State.SENT, at=at)
        if (told := sending.receipts.filter(kind__in=UNDELIVERED).first()) is not None:
            sending.message = locked
            note_undelivered(sending, told.detail, at=at)
        elif patience and has_next(locked):
            append(
                FallbackDue(**named(locked), step=locked.step),
                at=at,
                not_before=at + timedelta(minutes=patience),
            )
    return State(locked.state)


def _end_sending(sending: Sending, state: SendingState, at: datetime, *, detail: str = "") -> None:
    sending.state, sending.detail, sending.ended_at = state, detail[:500], at
    sending.save(update_fields=["state", "detail", "ended_at", "provider_id", "units"])


def note_unknown(message_id: str, *, at: datetime) -> None:
    """Note that a sending was interrupted and nobody knows whether it arrived. Publishes
    MessageNotSent.
    """
    message = _lock(message_id)
    if message.state in RESENDABLE:
        Sending.objects.filter(message=message, state=SendingState.SENDING).update(
            state=SendingState.UNKNOWN, ended_at=at
        )
        settle(message, State.OUTCOME_UNKNOWN, Reason.INTERRUPTED, at=at)


def give_up_message(message_id: str, *, at: datetime) -> None:
    """Note that a message failed for good in a way no one foresaw. Publishes MessageNotSent."""
    message = _lock(message_id)
    if message.state in RESENDABLE:
        settle(message, State.FAILED, Reason.NOT_WRITTEN, at=at)


def _why_it_stays(message: Message) -> Reason | None:
    """Return why a message is written and goes nowhere, or None for one that goes out."""
    if not is_live():
        return Reason.DRY_RUN
    return Reason.DEMO if message.order_id and is_demo_order(message.order_id) else None


def _forget_code(message: Message, kind: MessageKind[Any]) -> None:
    """Drop the words of a one-time code, which nobody may read later."""
    if kind.secret:
        message.subject, message.facts = str(kind.title), {}
        message.html = message.text = message.short = ""
        message.save(update_fields=["subject", "facts", "html", "text", "short"])


def _write(message: Message, kind: MessageKind[Any], merchant: Merchant, at: datetime) -> None:
    """Write the words once; a retry sends the very same ones."""
    if message.html:
        return
    words = write_words(
        kind,
        message.facts,
        merchant=merchant,
        locale=message.locale,
        at=at,
        link=_way_on(message, merchant),
        unsubscribe=_unsubscribe(message, merchant),
        may_advertise=message.klass == Class.MARKETING,
    )
    message.subject, message.html, message.text = words.subject[:300], words.html, words.text
    message.short = words.short
    message.save(update_fields=["subject", "html", "text", "short"])


def _way_on(message: Message, merchant: Merchant) -> str:
    """Return the short address that leads to the message's page, and notes that it was followed."""
    return message_url(merchant, message.public_id) if message.link else ""


def _unsubscribe(message: Message, merchant: Merchant) -> str:
    if message.klass != Class.MARKETING or not message.customer_id:
        return ""
    return unsubscribe_url(merchant, message.customer_id, message.channel, message.locale)


def _outgoing(message: Message, key: str, merchant: Merchant) -> Outgoing:
    sender = sender_of(merchant.support_email)
    return Outgoing(
        message_id=message.public_id,
        merchant_id=merchant.pk,
        key=key,
        kind=message.kind,
        klass=message.klass,
        to=message.address,
        locale=message.locale,
        subject=message.subject,
        html=message.html,
        text=message.text,
        short=message.short,
        sender_name=merchant.name_in(message.locale),
        reply_to=sender.reply_to,
        sender_address=sender.address,
        link=_way_on(message, merchant),
        unsubscribe=_unsubscribe(message, merchant),
        facts=message.facts,
    )
