"""The writes of returns, one subject a module."""

from returns.rules.commands import Finding, Wish
from returns.services.arrivals import check_in_return, inspect_return, receive_return
from returns.services.credit_notes import change_issuer
from returns.services.credits import credit_given, credit_of
from returns.services.decisions import approve_return, decline_return, undo_decision
from returns.services.exchange_cases import ship_replacement
from returns.services.external import (
    book_platform_refund,
    settle_cancelled_order,
    undo_platform_refund,
)
from returns.services.finishing import end_overdue
from returns.services.goodwill import give_goodwill
from returns.services.mismatches import clear_mismatch
from returns.services.policies import publish_policy
from returns.services.refunds import (
    begin_refund,
    payment_of,
    refund_came_back,
    refund_failed,
    refund_succeeded,
    refund_unclear,
    refund_under_way,
    retry_refund,
)
from returns.services.requests import (
    cancel_return,
    check_wishes,
    keep_refusal,
    mark_sent,
    quote_wishes,
    remember_deadlines,
    request_return,
)
from returns.services.settlements import (
    quote_other_outcomes,
    quote_settlement,
    quote_shipping,
    refund_shipping,
    settle_return,
)
from returns.services.trial import start_test_return

__all__ = (
    "Finding",
    "Wish",
    "approve_return",
    "begin_refund",
    "book_platform_refund",
    "cancel_return",
    "change_issuer",
    "check_in_return",
    "check_wishes",
    "clear_mismatch",
    "credit_given",
    "credit_of",
    "decline_return",
    "end_overdue",
    "give_goodwill",
    "inspect_return",
    "keep_refusal",
    "mark_sent",
    "payment_of",
    "publish_policy",
    "quote_other_outcomes",
    "quote_settlement",
    "quote_shipping",
    "quote_wishes",
    "receive_return",
    "refund_came_back",
    "refund_failed",
    "refund_shipping",
    "refund_succeeded",
    "refund_unclear",
    "refund_under_way",
    "remember_deadlines",
    "request_return",
    "retry_refund",
    "settle_cancelled_order",
    "settle_return",
    "ship_replacement",
    "start_test_return",
    "undo_decision",
    "undo_platform_refund",
)
