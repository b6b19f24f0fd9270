"""Plays the plans of demo shops against a running server, in time, until told to stop."""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from random import Random

import httpx
from django.db import connection

from integrations.demo.cast import PlayedShop
from integrations.demo.stories import Act
from integrations.shopify.fake.webhooks import WAITS
from integrations.simulator.courier import Courier, SignatureRefused
from integrations.simulator.pace import BEAT, note_pace
from integrations.simulator.plan import (
    Due,
    Purpose,
    Story,
    Visit,
    arrivals,
    interleaved,
    new_stories,
    story_of_parcel,
    timetable,
)
from integrations.simulator.shopper import Shopper
from integrations.simulator.tally import Tally
from integrations.simulator.wire import webhook_of
from postexp.kernel import clock

CONNECTIONS = 64
MOST_AT_ONCE = 2000
"""Steps under way, those that wait to be repeated included; more are left out, and counted."""
SLEPT = 5.0
"""Seconds behind its plan from which a simulation shifts the plan: the machine had slept."""
LAST_ANSWERS = 10.0
"""How long the last requests may take once it is over."""
WINDOW = 100
REPORT = 5.0
REQUESTS = {Purpose.LOOK: 2, Purpose.ASK: 5, Purpose.FOLLOW: 2, Purpose.GIVE_UP: 3}
"""How many requests a visit comes to, roughly: a load counts requests, not visits."""
NAMES = {
    "orders/create": "orders placed",
    "orders/updated": "orders updated",
    "orders/cancelled": "orders cancelled",
    "fulfillments/create": "parcels sent",
    "fulfillment_events/create": "scans by the platform",
    "tracker.updated": "scans by a carrier",
    "refunds/create": "refunds",
}


@dataclass(frozen=True, kw_only=True)
class Wishes:
    """How to play: `speed` in the shop's minutes a minute, `rate` in orders a shop's day.

    It ends after `days` of the shop or `minutes` of ours, whichever is given; with a `load` that
    many requests a second are sent, regardless of answers and of the shop's time.
    """

    seed: int = 1
    speed: float = 60.0
    rate: float = 24.0
    days: float | None = None
    minutes: float | None = None
    load: float | None = None


class Simulation:
    """One run. `say` is told what people should know while it runs."""

    def __init__(
        self,
        base_url: str,
        shops: Sequence[PlayedShop],
        wishes: Wishes,
        *,
        say: Callable[[str], None],
        waits: tuple[float, ...] = WAITS,
    ) -> None:
        self.tally = Tally()
        self.refused_shop = ""
        self._base_url = base_url
        self._shops = {played.shop.slug: played for played in shops}
        self._wishes = wishes
        self._say = say
        self._waits = waits
        self._stopping = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()

    def stop(self) -> None:
        """Begin nothing more."""
        self._stopping.set()

    async def run(self) -> float:
        """Play until it is over or stopped; return the seconds it took."""
        loop = asyncio.get_running_loop()
        limits = httpx.Limits(max_connections=CONNECTIONS, max_keepalive_connections=CONNECTIONS)
        began = loop.time()
        async with httpx.AsyncClient(
            base_url=self._base_url, limits=limits, trust_env=False
        ) as http:
            self._courier = Courier(http, self.tally, waits=self._waits)
            self._shopper = Shopper(http, self.tally)
            beside = asyncio.create_task(self._report() if self._wishes.load else self._beat())
            ends_at = began + self._wishes.minutes * 60 if self._wishes.minutes else None
            await self._tell_goods()
            await (self._play_load(ends_at) if self._wishes.load else self._play_life(ends_at))
            beside.cancel()
            with suppress(asyncio.CancelledError):
                await beside
            await self._finish()
        return loop.time() - began

    async def _play_life(self, ends_at: float | None) -> None:
        """Let each step come at its time, which is the shop's time divided by the speed."""
        loop = asyncio.get_running_loop()
        began = loop.time()
        days = timedelta(days=self._wishes.days) if self._wishes.days else timedelta.max
        for due in plan_of(list(self._shops.values()), self._wishes):
            if due.after > days:
                return
            planned = began + due.after.total_seconds() / self._wishes.speed
            if not await self._wait_until(planned, ends_at):
                return
            behind = loop.time() - planned
            if behind > SLEPT:
                began += behind
                planned += behind
            self._begin(due, planned)

    async def _play_load(self, ends_at: float | None) -> None:
        """Let requests come at random, so many a second, whatever the server makes of them."""
        load = self._wishes.load or 1.0
        chance = Random(self._wishes.seed)
        steps = [
            interleaved(_coming(played, self._wishes.seed), chance=chance, window=WINDOW)
            for played in self._shops.values()
        ]
        planned = asyncio.get_running_loop().time()
        while await self._wait_until(planned, ends_at):
            due = next(chance.choice(steps))
            self._begin(due, planned)
            requests = REQUESTS[due.step.purpose] if isinstance(due.step, Visit) else 1
            planned += chance.expovariate(load / requests)

    async def _wait_until(self, planned: float, ends_at: float | None) -> bool:
        """Wait for a moment; return whether to go on, which is not so once it is over."""
        loop = asyncio.get_running_loop()
        until = planned if ends_at is None else min(planned, ends_at)
        if until > loop.time():
            with suppress(TimeoutError):
                async with asyncio.timeout_at(until):
                    await self._stopping.wait()
        else:
            await asyncio.sleep(0)
        is_over = ends_at is not None and planned >= ends_at
        return not (is_over or self._stopping.is_set())

    def _begin(self, due: Due, planned: float) -> None:
        """Begin a step without waiting for it: what has not happened yet waits for nobody."""
        self.tally.late = max(self.tally.late, asyncio.get_running_loop().time() - planned)
        if len(self._tasks) >= MOST_AT_ONCE:
            self.tally.count("left out, too many waiting")
            return
        self.tally.count("steps")
        if isinstance(due.step, Act):
            body = due.step.tell(clock.now())
            work = self._tell(due.story, due.step, body, planned)
        else:
            work = self._shopper.come(due.story, due.step)
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _tell(self, story: Story, act: Act, body: bytes, due: float) -> None:
        played = self._shops[story.shop.slug]
        try:
            if await self._courier.deliver(webhook_of(played, act, body), due=due):
                self.tally.count(NAMES[act.topic])
        except SignatureRefused:
            self.refused_shop = played.shop.slug
            self.stop()

    async def _tell_goods(self) -> None:
        """Tell of the products a shop does not know; its orders name them."""
        now = asyncio.get_running_loop().time
        for played in self._shops.values():
            for key, body in played.goods:
                act = Act(after=timedelta(), topic="products/create", key=key, tell=lambda at: b"")
                try:
                    if await self._courier.deliver(webhook_of(played, act, body), due=now()):
                        self.tally.count("products")
                except SignatureRefused:
                    self.refused_shop = played.shop.slug
                    self.stop()
                    return

    async def _beat(self) -> None:
        """Say now and then how fast the clocks of the shops go."""
        while True:
            await asyncio.to_thread(self._note_paces)
            await asyncio.sleep(BEAT)

    def _note_paces(self) -> None:
        try:
            for played in self._shops.values():
                note_pace(played.merchant_id, self._wishes.speed)
        finally:
            connection.close()

    async def _report(self) -> None:
        """Say now and then what rate is asked for, and what comes back."""
        answers = self.tally.answers
        while True:
            await asyncio.sleep(REPORT)
            rate, answers = (self.tally.answers - answers) / REPORT, self.tally.answers
            webhooks = self.tally.latencies.get("webhook")
            half, most = (
                (webhooks.percentile(0.5) * 1000, webhooks.percentile(0.99) * 1000)
                if webhooks
                else (0.0, 0.0)
            )
            self._say(
                f"asked {self._wishes.load:g}/s, answered {rate:.1f}/s, webhooks so far "
                f"p50 {half:.1f} ms p99 {most:.1f} ms, {len(self._tasks)} under way"
            )

    async def _finish(self) -> None:
        """Wait a little for the last answers; what still waits to be repeated is left."""
        if self._tasks:
            _done, pending = await asyncio.wait(self._tasks, timeout=LAST_ANSWERS)
            for task in pending:
                self.tally.count("left unfinished")
                task.cancel()
            await asyncio.gather(*pending, return_exceptions=True)


def plan_of(shops: Sequence[PlayedShop], wishes: Wishes) -> Iterator[Due]:
    """Return all that will happen in some shops from now on, in order, without end."""
    return heapq.merge(
        *(timetable(_beginnings(played, wishes)) for played in shops), key=lambda due: due.after
    )


def _beginnings(played: PlayedShop, wishes: Wishes) -> Iterator[Due]:
    """Yield the first step of each story: what is under way goes on, then new orders come."""
    going_on = sorted(
        (
            Due(after=story.steps[0].after, story=story, step=story.steps[0])
            for story in (
                story_of_parcel(
                    one.parcel,
                    seed=wishes.seed,
                    number=one.number,
                    contact=one.contact,
                    is_sent=one.is_sent,
                    scans=one.scans,
                )
                for one in played.under_way
            )
        ),
        key=lambda due: due.after,
    )
    chance = Random(f"{wishes.seed}/{played.shop.slug}/arrivals/{played.next_number}")
    coming = arrivals(_coming(played, wishes.seed), rate=wishes.rate, chance=chance)
    return heapq.merge(going_on, coming, key=lambda due: due.after)


def _coming(played: PlayedShop, seed: int) -> Iterator[Story]:
    return new_stories(
        played.shop,
        first_number=played.next_number,
        seed=seed,
        has_carrier=played.has_carrier,
    )
