"""What the shop promises, and how it decides and works. Ids are public ids, amounts minor units."""

from dataclasses import dataclass
from typing import ClassVar

from commerce.events import MerchantEvent
from postexp.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class DeskTimesChanged(MerchantEvent):
    """How soon the shop means to deal with returns was changed."""

    type: ClassVar[str] = "desk.times_changed"


@dataclass(frozen=True, kw_only=True)
class MacroChanged(MerchantEvent):
    """A saved text to shoppers was written, changed or removed; `detail` is its name."""

    type: ClassVar[str] = "macro.changed"


@dataclass(frozen=True, kw_only=True)
class PolicyPublished(Event):
    """A new version of the return policy was published."""

    type: ClassVar[str] = "policy.published"
    policy_version_id: str
    number: int

    @property
    def subject(self) -> str:
        return f"policy:{self.policy_version_id}"


@dataclass(frozen=True, kw_only=True)
class TestReturnStarted(Event):
    """Staff made a test order, to try a return on."""

    # pytest collects classes by this name unless told not to.
    __test__: ClassVar[bool] = False
    type: ClassVar[str] = "test_return.started"
    order_id: str

    @property
    def subject(self) -> str:
        return f"order:{self.order_id}"
