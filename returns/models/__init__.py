"""The tables of returns, one subject a module."""

from returns.models.cases import Inspection, Replacement, Return, ReturnLine, TransitionLog
from returns.models.money import LedgerEntry, Refund, Settlement, SettlementLine
from returns.models.policies import PolicyVersion, ShownDeadline

__all__ = (
    "Inspection",
    "LedgerEntry",
    "PolicyVersion",
    "Refund",
    "Replacement",
    "Return",
    "ReturnLine",
    "Settlement",
    "SettlementLine",
    "ShownDeadline",
    "TransitionLog",
)
