"""Carries webhooks to the server; what is not taken is sent again, as Shopify sends it again."""

from __future__ import annotations

import asyncio

import httpx

from integrations.shopify.fake.webhooks import ANSWER_SECONDS
from integrations.simulator.tally import Tally
from integrations.simulator.wire import Webhook

REFUSED = 401


class SignatureRefused(Exception):
    """The server does not know the signature: the shop was disconnected, or its secret changed."""


class Courier:
    """Sends webhooks; `waits` are the seconds between attempts, after the last of which it ends."""

    def __init__(self, http: httpx.AsyncClient, tally: Tally, *, waits: tuple[float, ...]) -> None:
        self._http = http
        self._tally = tally
        self._waits = waits

    async def deliver(self, webhook: Webhook, *, due: float) -> bool:
        """Send a webhook until it is taken; return whether it was, and was news.

        One that is known by its second attempt is news: the answer to the first was lost.
        The first attempt is timed from when it was `due` (by the loop's clock), not from when we
        came to it. Raises SignatureRefused.
        """
        for again, wait in enumerate((*self._waits, None)):
            status, is_news = await self._send(webhook, due)
            if 200 <= status < 300:
                return is_news or again > 0
            if status == REFUSED:
                raise SignatureRefused
            if wait is None:
                break
            if again == 0:
                self._tally.count("webhooks repeated")
            await asyncio.sleep(wait)
            due = asyncio.get_running_loop().time()
        self._tally.count("webhooks given up")
        return False

    async def _send(self, webhook: Webhook, due: float) -> tuple[int, bool]:
        try:
            answer = await self._http.post(
                webhook.path,
                content=webhook.body,
                headers=webhook.headers,
                timeout=ANSWER_SECONDS,
            )
        except httpx.TransportError:
            self._tally.unanswered()
            return 0, False
        seconds = asyncio.get_running_loop().time() - due
        self._tally.answered("webhook", answer.status_code, seconds)
        return answer.status_code, answer.is_success and not answer.json().get("duplicate")
