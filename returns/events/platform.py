"""What happened to returns on the platform of an order. Ids are public ids."""

from dataclasses import dataclass
from typing import ClassVar

from postexp.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class PlatformReturnChanged(Event):
    """A return on the platform was opened there, or stands elsewhere now; `number` is its name."""

    type: ClassVar[str] = "platform_return.changed"
    order_id: str
    platform_return_id: str
    number: str
    state: str

    @property
    def subject(self) -> str:
        return f"order:{self.order_id}"
