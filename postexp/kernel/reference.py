"""The reference pages that are written from the code itself: events and state machines."""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Iterable, Iterator, Mapping
from importlib import import_module
from importlib.util import find_spec
from itertools import groupby
from pathlib import Path
from typing import Any

from django.conf import settings

from postexp.kernel.events import Event, event_classes, registry

INTRODUCTION = """\
# Events

Everything that happens in Postexp is a row of the event log, written in the transaction of the
change it tells of. The dashboard shows them under Events; this page lists each kind, by the room
that tells it.

Every row has a public id (`evt_…`), its type and version, the shop, who did it (`staff:<id>`,
`shopper`, `api:<key id>`, the name of an integration, or `system`), when it happened and when it
was written down. The payload is plain JSON: ids are public ids, amounts are whole minor units of
the currency, instants are ISO 8601 in UTC. Events of one *subject* reach each reaction in order.
A reaction marked *outside* acts on the world beyond the database; every other one runs exactly
once.

This page is written by `manage.py write_reference` from the docstrings; a test keeps it true.
"""


STATES_INTRODUCTION = """\
# State machines

What can happen to a case, and where it then stands. Each table is data in the room's
`rules/states.py`: a change that is not in it is refused with 409 `invalid_transition`.

This page is written by `manage.py write_reference` from those tables; a test keeps it true.
"""

Moves = Mapping[tuple[str, str], str]
"""Where something that happens leads: (state, what happens) to the state after it."""


def reference_folder() -> Path:
    """Return the folder that the pages stand in."""
    return Path(settings.BASE_DIR) / "docs" / "reference"


def reference_pages() -> dict[str, str]:
    """Return what each page says, by the name of its file."""
    return {"events.md": events_page(our_events()), "states.md": states_page(our_machines())}


def events_page(events: Iterable[type[Event]]) -> str:
    """Return the page about these kinds of events, by room and then by type."""
    told = sorted(events, key=lambda event: (_room(event), event.type))
    rooms = [
        f"## {room.capitalize()}\n\n" + "\n".join(_section(event) for event in group)
        for room, group in groupby(told, key=_room)
    ]
    return "\n".join([INTRODUCTION, *rooms])


def our_events() -> Iterator[type[Event]]:
    """Return the kinds of events our rooms tell, without those that tests make up."""
    rooms = {app.partition(".")[0] for app in settings.INSTALLED_APPS}
    return (event for event in event_classes().values() if _room(event) in rooms)


def states_page(machines: Mapping[str, Moves]) -> str:
    """Return the page about these machines, by name: each drawn, and as its table."""
    return "\n".join([STATES_INTRODUCTION, *(_machine(*one) for one in sorted(machines.items()))])


def our_machines() -> dict[str, Moves]:
    """Return the tables of our rooms, by name: each `<NAME>_MOVES` of its `rules/states.py`."""
    rooms = sorted(app for app in settings.INSTALLED_APPS if "." not in app)
    return {
        name.removesuffix("_MOVES").replace("_", " ").capitalize(): moves
        for room in rooms
        if find_spec(f"{room}.rules") and find_spec(f"{room}.rules.states")
        for name, moves in vars(import_module(f"{room}.rules.states")).items()
        if name.endswith("_MOVES")
    }


def _machine(name: str, moves: Moves) -> str:
    begins = next(iter(moves))[0]
    ends = sorted(set(moves.values()) - {before for before, _ in moves})
    lines = [f"    {before} --> {after}: {event}" for (before, event), after in moves.items()]
    rows = [f"| `{before}` | `{event}` | `{after}` |" for (before, event), after in moves.items()]
    return "\n".join(
        [
            f"## {name}",
            "",
            "```mermaid",
            "stateDiagram-v2",
            f"    [*] --> {begins}",
            *lines,
            *(f"    {state} --> [*]" for state in ends),
            "```",
            "",
            "| from | what happens | to |",
            "|---|---|---|",
            *rows,
            "",
        ]
    )


def _room(event: type[Event]) -> str:
    return event.__module__.partition(".")[0]


def _section(event: type[Event]) -> str:
    fields = dataclasses.fields(event)
    # Events are values without behaviour, so one made of its own field names tells their pattern.
    pattern = event(**{field.name: f"<{field.name}>" for field in fields}).subject
    listeners = ", ".join(
        f"`{one.name}`" + (" (outside)" if one.outside else "") for one in registry.listeners(event)
    )
    return "\n".join(
        [
            f"### `{event.type}`",
            "",
            inspect.getdoc(event) or "",
            "",
            f"- Version {event.version}, subject `{pattern}`",
            f"- Payload: {', '.join(_field(field) for field in fields)}",
            f"- Reactions: {listeners or 'none'}",
            "",
        ]
    )


def _field(field: dataclasses.Field[Any]) -> str:
    required = field.default is dataclasses.MISSING
    kind = inspect.formatannotation(field.type) + ("" if required else ", optional")
    return f"`{field.name}` ({kind})"
