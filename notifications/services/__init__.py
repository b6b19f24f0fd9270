"""Writes of the message engine."""

from notifications.services.alerts import choose_alerts, mark_read, raise_alert
from notifications.services.letters import write_letter
from notifications.services.live import ask_for_test, go_live, send_test, stop_messages
from notifications.services.plan import plan_message
from notifications.services.preferences import choose_notices
from notifications.services.send import (
    give_up_message,
    mark_sent,
    note_unknown,
    resend_message,
    send_message,
)
from notifications.services.suppress import lift_suppression, suppress_address
from notifications.services.withdraw import hold_messages, withdraw_messages
from notifications.services.words import Words, sample_facts, write_subject, write_words

__all__ = (
    "Words",
    "ask_for_test",
    "choose_alerts",
    "choose_notices",
    "give_up_message",
    "go_live",
    "hold_messages",
    "lift_suppression",
    "mark_read",
    "mark_sent",
    "note_unknown",
    "plan_message",
    "raise_alert",
    "resend_message",
    "sample_facts",
    "send_message",
    "send_test",
    "stop_messages",
    "suppress_address",
    "withdraw_messages",
    "write_letter",
    "write_subject",
    "write_words",
)
