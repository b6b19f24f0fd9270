"""Shoppers: they find their order, look at it, and ask for returns, by the pages' own forms."""

from __future__ import annotations

import asyncio
from urllib.parse import urljoin

import httpx

from integrations.demo.stories import tracking_number
from integrations.simulator.pages import Form, Page, read_page
from integrations.simulator.plan import Purpose, Story, Visit
from integrations.simulator.tally import Tally

PATIENCE = 20.0


class WentAway(Exception):
    """The shopper got no further: no answer, an error, or a page without what they came for."""


class Shopper:
    """Comes to the shopper pages of one server over HTTP, for one story after the other."""

    def __init__(self, http: httpx.AsyncClient, tally: Tally) -> None:
        self._http = http
        self._tally = tally

    async def come(self, story: Story, visit: Visit) -> None:
        """Make one visit; a shopper who gets no further goes away, and is counted."""
        try:
            page = await self._open_order(story)
            match visit.purpose:
                case Purpose.LOOK:
                    self._tally.count("orders looked at")
                case Purpose.ASK:
                    await self._ask(story, page)
                case Purpose.FOLLOW:
                    await self._follow(story)
                case Purpose.GIVE_UP:
                    await self._give_up(story)
        except WentAway:
            self._tally.count("shoppers who went away")

    async def _open_order(self, story: Story) -> Page:
        """Find the order by its number and e-mail address once, and open its page."""
        if not story.page:
            lookup = f"/s/{story.shop.slug}/"
            answer = await self._request(
                "POST", lookup, {"number": story.number, "contact": story.contact}
            )
            story.page = self._led_to(answer, lookup)
        return await self._page(story.page)

    async def _ask(self, story: Story, page: Page) -> None:
        """Go through the three screens of a return, as far as the policy lets one."""
        start = page.link_to("/r/")
        if not start:
            raise WentAway
        first = (await self._page(urljoin(story.page, start))).form_to("/outcome/")
        chosen = first and _choose_units(story, first)
        if not first or not chosen:
            self._tally.count("returns not possible")
            return
        second = (await self._submit(story.page, first, chosen)).form_to("/check/")
        if not second:
            self._tally.count("returns not possible")
            return
        third = (await self._submit(story.page, second, _choose_outcome(story, second))).form_to(
            "/check/"
        )
        if not third:
            raise WentAway
        address = urljoin(story.page, third.action)
        answer = await self._request("POST", address, third.values)
        story.case = self._led_to(answer, address)
        self._tally.count("returns asked for")

    async def _follow(self, story: Story) -> None:
        """See how the return is; once it is approved, send it."""
        form = await self._form_of_case(story, "/sent/")
        if form:
            number = {"tracking_number": tracking_number(story.shop.carriers[0], story.chance)}
            await self._request("POST", urljoin(story.case, form.action), form.values | number)
            self._tally.count("returns sent")

    async def _give_up(self, story: Story) -> None:
        """Cancel a return that nobody has decided: nothing has been sent."""
        if await self._form_of_case(story, "/sent/"):
            return
        form = await self._form_of_case(story, "/cancel/")
        if form:
            await self._request("POST", urljoin(story.case, form.action), form.values)
            self._tally.count("returns cancelled")

    async def _form_of_case(self, story: Story, part: str) -> Form | None:
        return (await self._page(story.case)).form_to(part) if story.case else None

    async def _submit(self, here: str, form: Form, values: dict[str, str]) -> Page:
        answer = await self._request("GET", urljoin(here, form.action), values)
        return read_page(answer.text)

    async def _page(self, address: str) -> Page:
        return read_page((await self._request("GET", address)).text)

    def _led_to(self, answer: httpx.Response, asked: str) -> str:
        """Return where an answer leads; a page instead of it says that something was wrong."""
        if not answer.is_redirect:
            raise WentAway
        return urljoin(asked, answer.headers["Location"])

    async def _request(
        self, method: str, address: str, values: dict[str, str] | None = None
    ) -> httpx.Response:
        began = asyncio.get_running_loop().time()
        try:
            if method == "GET":
                # As a browser: a form sent by GET replaces the query of its address.
                answer = await self._http.get(address, params=values, timeout=PATIENCE)
            else:
                answer = await self._http.post(address, data=values, timeout=PATIENCE)
        except httpx.TransportError as error:
            self._tally.unanswered()
            raise WentAway from error
        seconds = asyncio.get_running_loop().time() - began
        self._tally.answered("page", answer.status_code, seconds)
        if answer.status_code >= 400:
            raise WentAway
        return answer


def _choose_units(story: Story, form: Form) -> dict[str, str] | None:
    """Return the first screen filled in: one unit of a line that may come back, and why."""
    quantities = [name for name in form.values if name.startswith("q_")]
    if not quantities:
        return None
    quantity = story.chance.choice(quantities)
    reason = f"r_{quantity.removeprefix('q_')}"
    reasons = [one for one in form.choices.get(reason, ()) if one]
    if not reasons:
        return None
    why = story.reason if story.reason in reasons else story.chance.choice(reasons)
    return {**form.values, quantity: "1", reason: why}


def _choose_outcome(story: Story, form: Form) -> dict[str, str]:
    """Return the second screen filled in: money most of the time, and a variant if exchanged."""
    offered = form.choices["outcome"]
    wanted = story.chance.choice(("refund", "refund", *offered))
    outcome = wanted if wanted in offered else offered[0]
    values = {**form.values, "outcome": outcome}
    for name, variants in form.choices.items():
        if name.startswith("v_") and outcome == "exchange":
            values[name] = next((one for one in variants if one), "")
    return values
