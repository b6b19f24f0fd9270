"""What coverage counts: the tests of rules and rooms, not the walks through the whole product."""

from collections.abc import Generator

import pytest
from coverage import Coverage

# They open every page there is, which half as much again would make slow and tell of no line.
WALKS = (
    "tests/api/test_schema.py",
    "tests/architecture/",
    "tests/browser/",
    "tests/journeys/",
)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Stop counting while a test walks."""
    counting = Coverage.current()
    if counting is None or not item.nodeid.startswith(WALKS):
        return (yield)
    counting.stop()
    try:
        return (yield)
    finally:
        counting.start()
