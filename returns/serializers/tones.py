"""The tone a state is shown in. Tones never stand alone: each badge has an icon and a word."""

from returns.enums import RefundState, ReplacementState, ReturnState

TONES: dict[str, str] = {
    ReturnState.REQUESTED: "attention",
    ReturnState.IN_REVIEW: "attention",
    ReturnState.APPROVED: "information",
    ReturnState.REJECTED: "neutral",
    ReturnState.IN_TRANSIT: "information",
    ReturnState.RECEIVED: "accent",
    ReturnState.RESOLVING: "attention",
    ReturnState.COMPLETED: "good",
    ReturnState.CANCELLED: "neutral",
    ReturnState.EXPIRED: "neutral",
    ReturnState.LOST: "neutral",
}
REFUND_TONES: dict[str, str] = {
    RefundState.PENDING: "attention",
    RefundState.PROCESSING: "information",
    RefundState.SUCCEEDED: "good",
    RefundState.FAILED: "problem",
    RefundState.OUTCOME_UNKNOWN: "problem",
    RefundState.REVERSED: "problem",
}
REPLACEMENT_TONES: dict[str, str] = {
    ReplacementState.RESERVED: "information",
    ReplacementState.READY: "attention",
    ReplacementState.SHIPPED: "good",
    ReplacementState.RELEASED: "neutral",
}
