"""What happens to a shop's connections."""

from dataclasses import dataclass
from typing import ClassVar

from commerce.events import MerchantEvent


@dataclass(frozen=True, kw_only=True)
class ConnectionChanged(MerchantEvent):
    """Staff connected the shop to a service, changed the secret, or ended the connection."""

    type: ClassVar[str] = "connection.changed"
    service: str


@dataclass(frozen=True, kw_only=True)
class DemoDataChanged(MerchantEvent):
    """Demo data is to be filled in, or removed: `state` is filling, removing or removed."""

    type: ClassVar[str] = "demo_data.changed"
    state: str
