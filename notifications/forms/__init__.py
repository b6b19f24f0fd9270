"""What staff type in: how a kind of message is sent, and what holds for all of them."""

from notifications.forms.flows import FlowForm
from notifications.forms.terms import TermsForm

__all__ = ("FlowForm", "TermsForm")
