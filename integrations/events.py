"""What happens to a shop's connections."""

from dataclasses import dataclass
from typing import ClassVar

from commerce.events import MerchantEvent


@dataclass(frozen=True, kw_only=True)
class ConnectionChanged(MerchantEvent):
    """Staff connected the shop to a service, changed the secret, or ended the connection."""

    type: ClassVar[str] = "connection.changed"
    service: str
