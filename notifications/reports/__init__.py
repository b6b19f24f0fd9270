"""Reads for the figures of the message engine: the metrics, and the report of a shop."""

from notifications.reports import gauges
from notifications.reports.sendings import (
    SPANS,
    Group,
    Grouping,
    MessageReport,
    report_messages,
)

__all__ = (
    "SPANS",
    "Group",
    "Grouping",
    "MessageReport",
    "gauges",
    "report_messages",
)
