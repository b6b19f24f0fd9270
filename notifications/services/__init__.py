"""Writes of the message engine."""

from notifications.services.alerts import choose_alerts, mark_read, raise_alert
from notifications.services.desk import mark_sent, resend_message
from notifications.services.flows import change_flow, change_terms, move_kind
from notifications.services.forecast import DayAhead, Foreseen, MediumCount, foresee_day
from notifications.services.letters import write_letter
from notifications.services.linking import (
    link_account,
    mark_reachable,
    mark_unreachable,
    offer_link,
    unlink_accounts,
)
from notifications.services.live import ask_for_test, go_live, send_test, stop_messages
from notifications.services.plan import plan_message
from notifications.services.preferences import choose_messages, confirm_opt_in, end_marketing
from notifications.services.receipts import note_receipt
from notifications.services.replies import (
    start_address,
    stop_address,
    take_in_reply,
    withdraw_reply,
)
from notifications.services.send import give_up_message, note_unknown, send_message
from notifications.services.settling import fall_back
from notifications.services.suppress import lift_suppression, suppress_address
from notifications.services.withdraw import hold_messages, withdraw_messages
from notifications.services.wordings import (
    keep_picture,
    save_wording,
    use_house_words,
    use_wording,
)
from notifications.services.words import (
    Words,
    known_facts,
    sample_facts,
    write_body,
    write_house_words,
    write_subject,
    write_subject_with,
    write_words,
)

__all__ = (
    "DayAhead",
    "Foreseen",
    "MediumCount",
    "Words",
    "ask_for_test",
    "change_flow",
    "change_terms",
    "choose_alerts",
    "choose_messages",
    "confirm_opt_in",
    "end_marketing",
    "fall_back",
    "foresee_day",
    "give_up_message",
    "go_live",
    "hold_messages",
    "keep_picture",
    "known_facts",
    "lift_suppression",
    "link_account",
    "mark_reachable",
    "mark_read",
    "mark_sent",
    "mark_unreachable",
    "move_kind",
    "note_receipt",
    "note_unknown",
    "offer_link",
    "plan_message",
    "raise_alert",
    "resend_message",
    "sample_facts",
    "save_wording",
    "send_message",
    "send_test",
    "start_address",
    "stop_address",
    "stop_messages",
    "suppress_address",
    "take_in_reply",
    "unlink_accounts",
    "use_house_words",
    "use_wording",
    "withdraw_messages",
    "withdraw_reply",
    "write_body",
    "write_house_words",
    "write_letter",
    "write_subject",
    "write_subject_with",
    "write_words",
)
