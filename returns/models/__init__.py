"""The tables of returns, one subject a module."""

from returns.models.cancellations import Cancellation, CancellationLine, CancellationTerms
from returns.models.cases import Replacement, Return, ReturnLine, TransitionLog
from returns.models.credit_notes import CreditNote, CreditNoteIssuer
from returns.models.desk import DeskSettings
from returns.models.drafts import PolicyDraft
from returns.models.drop_off import DropOffPoint
from returns.models.evidence import EvidenceFile
from returns.models.exchanges import Exchange, ExchangePayment, ExchangeTerms
from returns.models.extensions import TimeExtension
from returns.models.gifts import GiftAttempts, GiftCode, GiftUnits
from returns.models.losses import ReturnLoss
from returns.models.macros import Macro
from returns.models.mismatches import RefundMismatch
from returns.models.money import GoodwillUnits, LedgerEntry, Refund, Settlement, SettlementLine
from returns.models.parcels import (
    LabelFile,
    ReturnAddress,
    ReturnParcel,
    ReturnParcelCase,
    SendingSettings,
)
from returns.models.pickups import PickUp
from returns.models.platform import PlatformReturn, PlatformReturnLine
from returns.models.policies import PolicyDecision, PolicyVersion, ShownDeadline
from returns.models.receiving import (
    CountedUnit,
    FeePayment,
    Inspection,
    ReceivingPhoto,
    ReceivingSettings,
    RefusedUnits,
    Restock,
    SecondLook,
    UnannouncedGoods,
)
from returns.models.reports import ReportMark, ReturnCell, ReturnMoney
from returns.models.simulations import PolicySimulation, SimulatedChange
from returns.models.withdrawals import Withdrawal, WithdrawalSettings

__all__ = (
    "Cancellation",
    "CancellationLine",
    "CancellationTerms",
    "CountedUnit",
    "CreditNote",
    "CreditNoteIssuer",
    "DeskSettings",
    "DropOffPoint",
    "EvidenceFile",
    "Exchange",
    "ExchangePayment",
    "ExchangeTerms",
    "FeePayment",
    "GiftAttempts",
    "GiftCode",
    "GiftUnits",
    "GoodwillUnits",
    "Inspection",
    "LabelFile",
    "LedgerEntry",
    "Macro",
    "PickUp",
    "PlatformReturn",
    "PlatformReturnLine",
    "PolicyDecision",
    "PolicyDraft",
    "PolicySimulation",
    "PolicyVersion",
    "ReceivingPhoto",
    "ReceivingSettings",
    "Refund",
    "RefundMismatch",
    "RefusedUnits",
    "Replacement",
    "ReportMark",
    "Restock",
    "Return",
    "ReturnAddress",
    "ReturnCell",
    "ReturnLine",
    "ReturnLoss",
    "ReturnMoney",
    "ReturnParcel",
    "ReturnParcelCase",
    "SecondLook",
    "SendingSettings",
    "Settlement",
    "SettlementLine",
    "ShownDeadline",
    "SimulatedChange",
    "TimeExtension",
    "TransitionLog",
    "UnannouncedGoods",
    "Withdrawal",
    "WithdrawalSettings",
)
