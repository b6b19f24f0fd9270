"""Events and handlers that exist for the kernel's tests alone."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import pytest

from postexp.kernel.events import Event, Subscription, registry


@dataclass(frozen=True, kw_only=True)
class Ping(Event):
    """Something happened to a thing."""

    type: ClassVar[str] = "test.ping"
    thing: str
    number: int = 0

    @property
    def subject(self) -> str:
        return f"thing:{self.thing}"


@pytest.fixture
def subscriptions() -> Iterator[list[Subscription[Ping]]]:
    """Plant subscriptions by appending to the list `add` returns; they are taken away after."""
    planted: list[Subscription[Ping]] = []
    yield planted
    for subscription in planted:
        registry.remove(subscription.name)
