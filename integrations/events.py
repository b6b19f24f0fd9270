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


@dataclass(frozen=True, kw_only=True)
class ScanToTell(MerchantEvent):
    """A parcel changed that the shop wants Shopify to be told of."""

    type: ClassVar[str] = "shopify.scan_to_tell"
    shipment_id: str

    @property
    def subject(self) -> str:
        return f"shipment:{self.shipment_id}"
