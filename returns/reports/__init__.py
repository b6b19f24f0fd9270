"""Reads for charts and figures: what needs doing, and how returns are going."""

from returns.reports.figures import SPANS, ReturnReport, report_returns
from returns.reports.home import Kept, Todo, kept_value, todo

__all__ = ("SPANS", "Kept", "ReturnReport", "Todo", "kept_value", "report_returns", "todo")
