"""The returns of the demo, asked for and worked on through the services."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from commerce.models import User
from integrations.demo.journeys import Wished


def play(wish: Wished, *, owner: User, until: datetime, settle: Callable[[datetime], None]) -> None:
    """Ask for a return and bring it as far as the wish says, never beyond `until`."""
