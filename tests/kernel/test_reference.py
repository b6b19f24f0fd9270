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


def test_the_command_writes_the_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "reference" / "events.md"
    monkeypatch.setattr(reference, "event_reference", lambda: file)
    call_command("write_reference")
    assert file.read_text() == reference.events_page(reference.our_events())
    assert capsys.readouterr().out == f"Wrote {file}.\n"


def test_the_page_has_its_place_in_the_documentation() -> None:
    assert reference.event_reference().parts[-3:] == ("docs", "reference", "events.md")
