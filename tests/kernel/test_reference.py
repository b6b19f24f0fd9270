"""The reference of events says of each what it is, carries and leads to."""

from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from postexp.kernel import reference
from postexp.kernel.events import Subscription, registry
from tests.kernel.conftest import Ping

Planted = list[Subscription[Any]]


def test_an_event_is_told_with_pattern_payload_and_reactions(subscriptions: Planted) -> None:
    for name, outside in (("test.count", False), ("test.send", True)):
        one = Subscription(
            name=name, event=Ping, handler=lambda event, delivery: None, outside=outside
        )
        registry.add(one)
        subscriptions.append(one)
    page = reference.events_page([Ping])
    assert page.startswith("# Events\n")
    assert page.endswith(
        "## Tests\n"
        "\n"
        "### `test.ping`\n"
        "\n"
        "Something happened to a thing.\n"
        "\n"
        "- Version 1, subject `thing:<thing>`\n"
        "- Payload: `thing` (str), `number` (int, optional)\n"
        "- Reactions: `test.count`, `test.send` (outside)\n"
    )


def test_an_event_nobody_listens_to_says_so() -> None:
    assert "- Reactions: none" in reference.events_page([Ping])


def test_our_own_events_are_those_of_the_rooms() -> None:
    types = {event.type for event in reference.our_events()}
    assert "order.placed" in types
    assert "test.ping" not in types


def test_a_machine_is_drawn_from_its_table() -> None:
    moves = {("new", "send"): "sent", ("sent", "lose"): "new", ("sent", "arrive"): "done"}
    page = reference.states_page({"Parcel": moves})
    assert page.startswith("# State machines\n")
    assert page.endswith(
        "## Parcel\n"
        "\n"
        "```mermaid\n"
        "stateDiagram-v2\n"
        "    [*] --> new\n"
        "    new --> sent: send\n"
        "    sent --> new: lose\n"
        "    sent --> done: arrive\n"
        "    done --> [*]\n"
        "```\n"
        "\n"
        "| from | what happens | to |\n"
        "|---|---|---|\n"
        "| `new` | `send` | `sent` |\n"
        "| `sent` | `lose` | `new` |\n"
        "| `sent` | `arrive` | `done` |\n"
    )


def test_our_machines_are_the_tables_of_the_rooms() -> None:
    machines = reference.our_machines()
    assert {"Return", "Refund", "Cancellation"} <= set(machines)
    assert machines["Refund"]["failed", "retry"] == "pending"


def test_the_command_writes_the_pages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(reference, "reference_folder", lambda: tmp_path / "reference")
    call_command("write_reference")
    told = capsys.readouterr().out
    for name, page in reference.reference_pages().items():
        file = tmp_path / "reference" / name
        assert file.read_text() == page
        assert f"Wrote {file}.\n" in told


def test_the_pages_have_their_place_in_the_documentation() -> None:
    assert reference.reference_folder().parts[-2:] == ("docs", "reference")
