"""What can go wrong with a message, in words for staff."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class WordsBroken(Exception):
    """A message's template is not valid MJML."""

    def __init__(self, template: str, cause: str) -> None:
        self.cause = cause
        super().__init__(f"The words in {template} cannot be laid out: {cause}")


class TestShopStaysDry(Exception):
    """A test shop's messages cannot go live: what is tried there reaches nobody."""


class NotWaitingForStaff(Exception):
    """Someone asked to resend or close a message that needs neither (any more)."""


class FlowRefused(Exception):
    """How a message should be sent cannot be kept; `message` says why, and `field` of what."""

    def __init__(self, message: StrOrPromise, *, field: str = "") -> None:
        super().__init__(str(message))
        self.message, self.field = message, field


class WordingRefused(Exception):
    """A shop's own words cannot be kept; `findings` say what is wrong, each for people to read."""

    def __init__(self, findings: tuple[Any, ...]) -> None:
        super().__init__(f"{len(findings)} things are wrong with these words.")
        self.findings = findings
