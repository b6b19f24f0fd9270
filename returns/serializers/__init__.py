"""Returns on the wire and in words."""

from returns.serializers.changes import change_lines, represent_changes
from returns.serializers.represent import (
    represent_judgement,
    represent_policy,
    represent_refund,
    represent_return,
    represent_settlement,
    represent_sum,
)
from returns.serializers.standing import Standing, shopper_standings, standings
from returns.serializers.words import (
    decline_words,
    denials_in_words,
    percent,
    reason_words,
    row_label,
    shopper_total,
    sum_in_words,
    sum_lines,
)

__all__ = (
    "Standing",
    "change_lines",
    "decline_words",
    "denials_in_words",
    "percent",
    "reason_words",
    "represent_changes",
    "represent_judgement",
    "represent_policy",
    "represent_refund",
    "represent_return",
    "represent_settlement",
    "represent_sum",
    "row_label",
    "shopper_standings",
    "shopper_total",
    "standings",
    "sum_in_words",
    "sum_lines",
)
