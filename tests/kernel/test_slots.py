"""Page slots: rooms put their parts on pages they do not own."""

from collections.abc import Mapping
from typing import Any

import pytest
from django.http import HttpRequest
from django.utils.safestring import SafeString, mark_safe

from postexp.kernel import slots
from tests.kernel.conftest import Ping


@pytest.fixture(autouse=True)
def empty_slots(monkeypatch: pytest.MonkeyPatch) -> None:
    """No panels but the test's own."""
    monkeypatch.setattr(slots, "_panels", {})
    monkeypatch.setattr(slots, "_entries", {})
    monkeypatch.setattr(slots, "_watchers", {})


def show(text: str) -> slots.Render:
    def render(request: HttpRequest | None, context: Mapping[str, Any]) -> SafeString:
        return mark_safe(text.format(**context))

    return render


def test_parts_come_in_order_and_empty_ones_are_left_out() -> None:
    slots.register("order_page", name="returns.list", order=20, render=show("<p>returns</p>"))
    slots.register("order_page", name="tracking.parcels", order=10, render=show("<p>{order}</p>"))
    slots.register("order_page", name="loyalty.points", order=15, render=show(""))
    slots.register("customer_page", name="returns.of_customer", order=5, render=show("elsewhere"))
    assert slots.collect("order_page", None, {"order": "#1001"}) == [
        "<p>#1001</p>",
        "<p>returns</p>",
    ]


def test_parts_of_equal_order_come_by_name() -> None:
    for name in ("b", "c", "a"):
        slots.register("order_page", name=name, order=10, render=show(name))
    assert [panel.name for panel in slots.panels("order_page")] == ["a", "b", "c"]


def test_a_slot_nobody_uses_is_empty() -> None:
    assert slots.panels("order_page") == ()
    assert slots.collect("order_page", None, {}) == []
    assert slots.entries("nav", HttpRequest()) == []


def test_a_panel_says_which_events_make_it_stale() -> None:
    slots.register(
        "tracking_page", name="returns.link", order=1, render=show(""), refresh_on=(Ping,)
    )
    assert slots.panels("tracking_page")[0].refresh_on == (Ping,)


def test_a_watcher_hears_of_panels_there_already_and_of_later_ones() -> None:
    heard: list[str] = []
    slots.register("tracking_page", name="a", order=1, render=show(""))
    slots.watch_panels("tracking_page", lambda panel: heard.append(panel.name))
    slots.register("tracking_page", name="b", order=2, render=show(""))
    slots.register("order_page", name="c", order=2, render=show(""))
    assert heard == ["a", "b"]


def test_entries_of_a_menu_come_in_order_and_know_the_request() -> None:
    request = HttpRequest()
    request.path = "/d/komorebi/orders/"

    def entry(label: str, path: str) -> slots.Entry:
        return lambda asked: {"label": label, "url": path, "active": asked.path == path}

    slots.register_entry("nav", order=30, entry=entry("Returns", "/d/komorebi/returns/"))
    slots.register_entry("nav", order=20, entry=entry("Orders", "/d/komorebi/orders/"))
    assert slots.entries("nav", request) == [
        {"label": "Orders", "url": "/d/komorebi/orders/", "active": True},
        {"label": "Returns", "url": "/d/komorebi/returns/", "active": False},
    ]
