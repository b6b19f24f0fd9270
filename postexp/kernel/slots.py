"""Page slots: a room shows a part of itself on a page it does not own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.safestring import SafeString

from postexp.kernel.events import Event

Render = Callable[[HttpRequest | None, Mapping[str, Any]], SafeString | str]


@dataclass(frozen=True, kw_only=True)
class Panel:
    """One room's part of a page.

    `refresh_on` are the events that make a prepared page stale; a part that `ages` may change by
    the day, too, as one that says until when something is possible. `fallback` stands in the
    part's place on a page that must show whatever happens: a link to the room's own page.
    """

    name: str
    order: int
    render: Render
    refresh_on: tuple[type[Event], ...] = ()
    fallback: Render | None = None
    ages: bool = True


_panels: dict[str, list[Panel]] = {}
_watchers: dict[str, list[Callable[[Panel], None]]] = {}


def register(
    slot: str,
    *,
    name: str,
    order: int,
    render: Render,
    refresh_on: tuple[type[Event], ...] = (),
    fallback: Render | None = None,
    ages: bool = True,
) -> None:
    """Put a panel in a slot; lower orders come first."""
    panel = Panel(
        name=name,
        order=order,
        render=render,
        refresh_on=refresh_on,
        fallback=fallback,
        ages=ages,
    )
    panels = _panels.setdefault(slot, [])
    panels.append(panel)
    panels.sort(key=lambda panel: (panel.order, panel.name))
    for watch in _watchers.get(slot, ()):
        watch(panel)


def watch_panels(slot: str, watch: Callable[[Panel], None]) -> None:
    """Call `watch` for every panel of a slot, those there already and those registered later.

    The room that owns a prepared page learns this way which events make it stale.
    """
    _watchers.setdefault(slot, []).append(watch)
    for panel in panels(slot):
        watch(panel)


def panels(slot: str) -> tuple[Panel, ...]:
    """Return the panels of a slot, in order."""
    return tuple(_panels.get(slot, ()))


def collect(slot: str, request: HttpRequest | None, context: Mapping[str, Any]) -> list[str]:
    """Render the panels of a slot, leaving out the empty ones."""
    return [part for panel in panels(slot) if (part := panel.render(request, context))]


Entry = Callable[[HttpRequest], dict[str, Any]]

_entries: dict[str, list[tuple[int, Entry]]] = {}


def register_entry(slot: str, *, order: int, entry: Entry) -> None:
    """Put an entry in a menu such as `nav`; lower orders come first."""
    found = _entries.setdefault(slot, [])
    found.append((order, entry))
    found.sort(key=lambda item: item[0])


def entries(slot: str, request: HttpRequest) -> list[dict[str, Any]]:
    """Return the entries of a menu: `url`, `label`, `icon`, `active`, `count`.

    An entry that is not for this person is empty, and left out.
    """
    return [made for _, entry in _entries.get(slot, ()) if (made := entry(request))]
