"""The tables of the message engine."""

from notifications.models.alerts import AlertChoice, StaffAlert
from notifications.models.flows import Flow, SendingTerms, WentLive, Wording, WordingPicture
from notifications.models.mailbox import MailboxMail
from notifications.models.messages import (
    Letter,
    Message,
    Receipt,
    Reply,
    Sending,
    why_words,
)
from notifications.models.people import Contact, LinkOffer, OptIn, Suppression

__all__ = (
    "AlertChoice",
    "Contact",
    "Flow",
    "Letter",
    "LinkOffer",
    "MailboxMail",
    "Message",
    "OptIn",
    "Receipt",
    "Reply",
    "Sending",
    "SendingTerms",
    "StaffAlert",
    "Suppression",
    "WentLive",
    "Wording",
    "WordingPicture",
    "why_words",
)
