"""Play time forward in the demo shops of a running instance."""

from __future__ import annotations

import asyncio
import signal
import time
from typing import Any

import httpx
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from integrations.demo.cast import NoDemoShop, PlayedShop, find_shops
from integrations.simulator.pace import end_pace
from integrations.simulator.play import Simulation, Wishes
from postexp.kernel import clock
from postexp.kernel.tenancy import merchant_scope
from tracking.services.pages import outdate_pages

START = 30.0
LOOK_AGAIN = 60.0


class Command(BaseCommand):
    """`manage.py simulate`: orders, parcels, shoppers and returns, over HTTP, until Ctrl-C.

    Ends with an error where there is no demo shop, where the instance does not answer within
    half a minute, or where a shop no longer takes the signature.
    """

    help = (
        "Let the demo shops live: signed webhooks and shoppers' requests to a running instance. "
        "Ctrl-C stops it and prints what happened."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--base-url", default=settings.BASE_URL, help="The running instance.")
        parser.add_argument(
            "--shop", default="", metavar="SLUG", help="One demo shop (all that are there)."
        )
        parser.add_argument(
            "--speed", type=_positive, default=60, help="Minutes of the shop in one of ours (60)."
        )
        parser.add_argument(
            "--rate", type=_positive, default=24, help="Orders a day of each shop (24)."
        )
        parser.add_argument(
            "--seed", type=int, default=1, help="The same seed, the same requests (1)."
        )
        ends = parser.add_mutually_exclusive_group()
        ends.add_argument("--days", type=_positive, help="End after so many days of the shop.")
        ends.add_argument(
            "--for", type=_positive, dest="minutes", help="End after so many minutes of ours."
        )
        parser.add_argument(
            "--load",
            type=_positive,
            metavar="REQUESTS",
            help="Send so many requests a second instead, whatever the answers, and print rates.",
        )
        parser.add_argument(
            "--patient",
            action="store_true",
            help="Wait for the instance and for a demo shop instead of giving up; say little.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        wishes = Wishes(
            seed=options["seed"],
            speed=options["speed"],
            rate=options["rate"],
            days=options["days"],
            minutes=options["minutes"],
            load=options["load"],
        )
        if not options["patient"]:
            self._play(options["base_url"], options["shop"], wishes)
            return
        while True:
            try:
                self._play(options["base_url"], options["shop"], wishes, is_patient=True)
                return
            except CommandError:
                time.sleep(LOOK_AGAIN)

    def _play(self, base_url: str, slug: str, wishes: Wishes, *, is_patient: bool = False) -> None:
        if not answers(base_url):
            raise CommandError(f"Nothing answers at {base_url}. Start it with script/server.")
        try:
            shops = find_shops(slug, at=clock.now())
        except NoDemoShop as error:
            raise CommandError(str(error)) from error
        simulation = Simulation(base_url, shops, wishes, say=self._say)
        if not is_patient:
            self._say(_announcement(shops, wishes))
        _show_clocks(shops)
        try:
            seconds = asyncio.run(_until_interrupted(simulation))
        finally:
            for played in shops:
                end_pace(played.merchant_id)
            _show_clocks(shops)
        if not is_patient:
            for line in simulation.tally.lines(seconds):
                self._say(line)
        if simulation.refused_shop:
            raise CommandError(
                f"{simulation.refused_shop} no longer takes our signature: it was disconnected, or "
                "its secret was changed. Start the simulation again."
            )

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()


def answers(base_url: str) -> bool:
    """Return whether an instance answers, waiting for it for a while."""
    until = time.monotonic() + START
    with httpx.Client(timeout=5, trust_env=False) as http:
        while True:
            try:
                return http.get(f"{base_url}/health/live/").is_success
            except httpx.TransportError:
                if time.monotonic() > until:
                    return False
            time.sleep(0.5)


async def _until_interrupted(simulation: Simulation) -> float:
    """Play; the first Ctrl-C (or SIGTERM) stops it in an orderly way, the second at once."""
    loop = asyncio.get_running_loop()
    signals = (signal.SIGINT, signal.SIGTERM)

    def stop() -> None:
        for one in signals:
            loop.remove_signal_handler(one)
        simulation.stop()

    for one in signals:
        loop.add_signal_handler(one, stop)
    try:
        return await simulation.run()
    finally:
        for one in signals:
            loop.remove_signal_handler(one)


def _show_clocks(shops: list[PlayedShop]) -> None:
    """Let the prepared pages be made anew: they say how fast the shop's clock goes."""
    for played in shops:
        with merchant_scope(played.merchant_id):
            outdate_pages()


def _announcement(shops: list[PlayedShop], wishes: Wishes) -> str:
    names = ", ".join(played.shop.slug for played in shops)
    if wishes.load:
        return f"Loading {names} with {wishes.load:g} requests a second. Press Ctrl-C to stop."
    return (
        f"Playing {names}: one minute here is {wishes.speed:g} minutes of the shop, "
        f"{wishes.rate:g} orders a day. Press Ctrl-C to stop."
    )


def _positive(text: str) -> float:
    """Read a number above nothing; raises ValueError, which argparse puts in words."""
    number = float(text)
    if not 0 < number < 10**6:
        raise ValueError
    return number
