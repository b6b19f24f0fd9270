"""Returns on the platform, on pages of others, and how their events read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from commerce import selectors as commerce
from postexp.kernel import slots
from postexp.kernel.history import describe
from returns.enums.platform import PlatformReturnState
from returns.events.platform import PlatformReturnChanged
from returns.selectors.platform_returns import list_platform_returns


def order_platform_returns(request: HttpRequest | None, context: Mapping[str, Any]) -> str:
    """The returns of an order that were opened on its platform; nothing before the first."""
    cases = list_platform_returns(commerce.get_order(context["order_id"]))
    if not cases:
        return ""
    return render_to_string(
        "returns/dashboard/order_platform_returns.html", {"cases": cases}, request
    )


def _stands(payload: Mapping[str, Any]) -> str:
    return f"{payload['number']}: {PlatformReturnState(payload['state']).label}"


slots.register(
    "order_page", name="returns.platform_returns", order=21, render=order_platform_returns
)
describe(
    PlatformReturnChanged,
    _("Return on the platform"),
    icon="undo-2",
    tone="information",
    detail=_stands,
)
