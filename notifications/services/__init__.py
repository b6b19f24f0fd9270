"""Writes of the message engine."""

from notifications.services.plan import plan_message
from notifications.services.send import (
    give_up_message,
    mark_sent,
    note_unknown,
    resend_message,
    send_message,
)
from notifications.services.suppress import lift_suppression, suppress_address
from notifications.services.words import Words, write_words

__all__ = (
    "Words",
    "give_up_message",
    "lift_suppression",
    "mark_sent",
    "note_unknown",
    "plan_message",
    "resend_message",
    "send_message",
    "suppress_address",
    "write_words",
)
