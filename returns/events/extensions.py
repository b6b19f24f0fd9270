"""More time to return something. Ids are public ids."""

from dataclasses import dataclass
from typing import ClassVar

from postexp.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class ReturnTimeExtended(Event):
    """Staff gave more time for lines of an order: until `until`, an instant in ISO 8601."""

    type: ClassVar[str] = "order.return_time_extended"
    order_id: str
    lines: list[str]
    until: str

    @property
    def subject(self) -> str:
        return f"order:{self.order_id}"
