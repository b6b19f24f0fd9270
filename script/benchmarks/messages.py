"""How fast messages are decided, written and kept: ten thousand of them, in one process.

Each thanks for an order of its own, in two languages. Planning goes from the facts of an order to
the row and its events; writing goes through the gates again and makes subject, HTML,
text and short form, in dry run, so that no mail server is measured. The gates alone are measured
without a database, over messages with a chain of four channels.
"""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import time as time_of_day
from datetime import timedelta
from typing import Any

import django

MESSAGES, WARMING = 10_000, 200
PLANNED_A_SECOND, WRITTEN_A_SECOND = 60.0, 40.0
GATE_P95_MS, MEMORY_MB = 0.1, 64.0
DECISIONS = 20_000


@dataclass
class Took:
    """How long each of many things took, in milliseconds."""

    all: list[float] = field(default_factory=list)

    def measure(self, act: Callable[[], Any]) -> None:
        """Do something, and note how long it took."""
        begun = time.perf_counter()
        act()
        self.all.append((time.perf_counter() - begun) * 1000)

    @property
    def a_second(self) -> float:
        """How many there were a second."""
        return len(self.all) / (sum(self.all) / 1000)

    def percentile(self, percent: int) -> float:
        """Return what so many percent of them took at most."""
        return sorted(self.all)[len(self.all) * percent // 100]


def main() -> int:
    """Print the figures beside their limits; return 1 where one is missed.

    The number of messages can be named as the first argument.
    """
    django.setup()
    count = int(sys.argv[1]) if len(sys.argv) > 1 else MESSAGES
    gates = decided()
    planned, written, memory = lived(count)
    return (
        0
        if all(
            [
                told(
                    "gates of a message",
                    f"p95 {gates.percentile(95):.3f} ms",
                    f"{GATE_P95_MS} ms",
                    gates.percentile(95) <= GATE_P95_MS,
                ),
                told(
                    "planned",
                    f"{planned.a_second:.0f} messages/s, p95 {planned.percentile(95):.1f} ms",
                    f"{PLANNED_A_SECOND:.0f}/s",
                    planned.a_second >= PLANNED_A_SECOND,
                ),
                told(
                    "judged again and written",
                    f"{written.a_second:.0f} messages/s, p95 {written.percentile(95):.1f} ms",
                    f"{WRITTEN_A_SECOND:.0f}/s",
                    written.a_second >= WRITTEN_A_SECOND,
                ),
                told(
                    "memory added", f"{memory:.0f} MB", f"{MEMORY_MB:.0f} MB", memory <= MEMORY_MB
                ),
            ]
        )
        else 1
    )


def told(what: str, found: str, limit: str, kept: bool) -> bool:
    """Print a figure beside its limit."""
    print(f"{what}: {found} (limit {limit}) {'ok' if kept else 'over'}", flush=True)
    return kept


def decided() -> Took:
    """Decide about messages with four channels, of which only the last is open."""
    from commerce.enums import Channel
    from notifications.enums import Class, Medium
    from notifications.rules.gates import Candidate, Route, decide
    from notifications.rules.quiet import QuietHours
    from postexp.kernel import clock

    at, took = clock.now(), Took()
    closed = [
        Route(medium=Medium(channel), address="a", consented=channel == Channel.LINE, ready=False)
        for channel in (Channel.LINE, Channel.WHATSAPP, Channel.SMS)
    ]
    candidate = Candidate(
        klass=Class.MARKETING,
        send_at=at,
        expires_at=at + timedelta(days=9),
        routes=[*closed, Route(medium=Medium.EMAIL, address="a", consented=True)],
        quiet_hours=QuietHours(begin=time_of_day(21), end=time_of_day(8)),
        zones=("America/New_York", "Pacific/Honolulu"),
        slot_at=at + timedelta(days=1),
    )
    for _turn in range(DECISIONS):
        took.measure(lambda: decide(candidate, at=at))
    return took


def lived(count: int) -> tuple[Took, Took, float]:
    """Plan and write messages of a shop; return how long each took, and the memory that added."""
    from commerce.models import User
    from commerce.services.merchants import open_shop
    from integrations.demo.shops import SHOPS
    from notifications.models import Message
    from notifications.ports import get_kind
    from notifications.selectors import order_variables
    from notifications.services import plan_message, send_message
    from postexp.kernel import clock
    from postexp.kernel.tenancy import merchant_scope

    owner = User.objects.create_user("bench@postexp.example", name="Bench Owner")
    at = clock.now()
    merchant = open_shop(owner=owner, at=at, **{**SHOPS[0].settings, "slug": "bench"})
    planned, written = Took(), Took()
    kind = get_kind("order.thanks")
    if kind is None:
        raise LookupError("order.thanks")
    with merchant_scope(merchant.pk):
        orders = [taken_in(merchant, number, at) for number in range(WARMING + count)]

        def plan(order: str) -> Message:
            return plan_message(
                kind,
                object_id=order,
                variables=order_variables(order),
                event_id=1,
                occurred_at=at,
                at=at,
            )

        for order in orders[:WARMING]:
            # What is kept once, such as compiled templates, is no matter of each message.
            send_message(plan(order).public_id, step=0, key="warm", at=at)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        for order in orders[WARMING:]:
            planned.measure(lambda order=order: plan(order))  # type: ignore[misc]
        waiting = Message.objects.filter(state="planned").values_list("public_id", flat=True)
        for message_id in waiting.iterator(chunk_size=500):
            written.measure(
                lambda message_id=message_id: send_message(  # type: ignore[misc]
                    message_id, step=0, key="bench", at=at
                )
            )
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return planned, written, (after - before) / 1024


def taken_in(merchant: Any, number: int, at: Any) -> str:
    """Take in one order of three lines; return its public id."""
    from commerce.ports import AddressFacts, CustomerFacts, LineFacts, OrderFacts
    from commerce.services.orders import take_in_order

    facts = OrderFacts(
        external_id=f"bench-{number}",
        number=f"#{number}",
        placed_at=at,
        updated_at=at,
        currency="JPY",
        tax_included=True,
        total=7500,
        email=f"reader{number}@shop.example",
        locale="ja" if number % 2 else "en",
        customer=CustomerFacts(external_id=f"c{number}", email=f"reader{number}@shop.example"),
        address=AddressFacts(name="佐藤 花", postcode="150-0001", country="JP", city="渋谷区"),
        lines=tuple(
            LineFacts(
                external_id=f"{number}-{line}", title="マグカップ", quantity=1, unit_price=2500
            )
            for line in range(3)
        ),
    )
    return str(take_in_order(facts, merchant=merchant, at=at).order.public_id)


if __name__ == "__main__":
    sys.exit(main())
