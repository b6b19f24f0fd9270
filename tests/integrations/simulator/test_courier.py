"""What a webhook that is sent again was: news, unless the server knew it from the start."""

import asyncio

import httpx
import pytest

from integrations.simulator.courier import Courier
from integrations.simulator.tally import Tally
from integrations.simulator.wire import Webhook

pytestmark = pytest.mark.usefixtures("own_loop")


def is_news(*answers: httpx.Response) -> bool:
    """Deliver a webhook to a server that gives these answers; return whether it was news."""
    left = list(answers)

    async def deliver() -> bool:
        transport = httpx.MockTransport(lambda _: left.pop(0))
        async with httpx.AsyncClient(transport=transport, base_url="http://shop") as http:
            webhook = Webhook(path="/webhooks/", headers={}, body=b"{}")
            return await Courier(http, Tally(), waits=(0.0,)).deliver(webhook, due=0.0)

    return asyncio.run(deliver())


def test_what_the_server_knows_by_our_second_attempt_is_news() -> None:
    known = httpx.Response(200, json={"duplicate": True})
    new = httpx.Response(200, json={"duplicate": False})
    lost = httpx.Response(503)
    assert is_news(new)
    assert is_news(lost, new)
    assert is_news(lost, known), "the first attempt was taken, and its answer was lost"
    assert not is_news(known)
