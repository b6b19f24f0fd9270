"""Messages that say what several would have said.

Marketing to one customer: the places under the cap, and what shares one when it is free. Of one
kind: what such a message no longer says.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from notifications.enums import WAITING, Class, Hold, Reason, State
from notifications.models import Message
from notifications.ports import MessageKind, get_kind
from notifications.selectors.flows import Terms, get_terms
from notifications.services.desk import HANDLER
from notifications.services.judging import judge, list_carried, why_not_true
from notifications.services.settling import settle
from postexp.kernel import outbox
from postexp.kernel.locks import lock


def lock_places(message: Message) -> None:
    """Let nobody else count or take the places of a message's customer until the transaction
    ends.
    """
    if message.customer_id:
        lock(f"places:{message.merchant_id}:{message.customer_id}")


def gather_marketing(message: Message, *, at: datetime) -> bool:
    """Take a place for a marketing message that may go out now, with those that wait for one.

    The one that matters most to the shop carries the others, each as a line with its link. Return
    whether this message is the one that goes; another is then due instead. The places are locked by
    the caller. One that no longer passes its gates neither carries nor is carried. Publishes
    MessageNotSent for each that is merged.
    """
    waiting = [one for one in _waiting_beside(message) if _goes_out(one, at)]
    terms = get_terms()
    carrier = min((message, *waiting), key=lambda one: _rank(one, terms))
    for other in (message, *waiting):
        if other is not carrier:
            _merge(other, carrier, at)
    carrier.slot_at = at
    carrier.state, carrier.holding, carrier.send_at = State.PLANNED, "", at
    carrier.save(update_fields=["facts", "slot_at", "state", "holding", "send_at"])
    if carrier is message:
        return True
    subject = f"message:{carrier.public_id}"
    outbox.bring_forward(handler=HANDLER, subject=subject, at=at)
    return False


def _goes_out(message: Message, at: datetime) -> bool:
    kind = get_kind(message.kind)
    return kind is not None and judge(message, kind, at=at).goes_out


def _waiting_beside(message: Message) -> list[Message]:
    if not message.customer_id:
        return []
    waiting = Message.objects.filter(
        customer_id=message.customer_id,
        klass=Class.MARKETING,
        state__in=WAITING,
        holding=Hold.CAP,
        channel=message.channel,
        locale=message.locale,
        html="",
    ).exclude(pk=message.pk)
    # Another worker may hold one of them and wait for the places: it is held there, or goes itself.
    free = waiting.select_for_update(no_key=True, skip_locked=True)
    return list(free.order_by("id"))


def _rank(message: Message, terms: Terms) -> tuple[int, int]:
    place = terms.priority.index(message.kind) if message.kind in terms.priority else 10_000
    return place, message.pk


def _merge(message: Message, carrier: Message, at: datetime) -> None:
    line = {"subject": message.subject, "link": message.link}
    also = [*carrier.facts.get("also", []), line, *message.facts.get("also", [])]
    carrier.facts = {**carrier.facts, "also": also}
    message.merged_into, message.facts = carrier.public_id, {}
    message.save(update_fields=["merged_into"])
    settle(message, State.MERGED, Reason.MERGED, at=at)


def leave_out_untrue(message: Message, kind: MessageKind[Any], *, at: datetime) -> None:
    """Let a message that is about to be written say only what is still true of what it gathered.

    It is locked by the caller. What is left out is refused with its reason, where it has a row of
    its own. Publishes MessageNotSent for each.
    """
    if kind.leave_out is None or message.html:
        return
    carried = list_carried(message)
    if not carried:
        return
    for one in (message, *carried):
        if why := why_not_true(kind, one.object_id):
            message.facts = dict(kind.leave_out(message.facts, one.object_id))
            if one is not message:
                one.merged_into = ""
                one.save(update_fields=["merged_into"])
                settle(one, State.REFUSED, Reason.NO_LONGER_TRUE, why, at=at)
    message.save(update_fields=["facts"])
