"""What happens to webhook endpoints."""

from dataclasses import dataclass
from typing import ClassVar

from commerce.events import MerchantEvent


@dataclass(frozen=True, kw_only=True)
class EndpointChanged(MerchantEvent):
    """Someone added, changed, tested, replayed to or deleted a webhook endpoint."""

    type: ClassVar[str] = "webhook_endpoint.changed"
    endpoint_id: str


@dataclass(frozen=True, kw_only=True)
class EndpointStopped(MerchantEvent):
    """An endpoint is no longer sent to: it failed for days, or it answered 410 Gone.

    `state` is `paused` or `disabled`.
    """

    type: ClassVar[str] = "webhook_endpoint.stopped"
    endpoint_id: str
    state: str
