"""Codes of carriers that no connector reads."""

import re

from tracking.rules.facts import NormalisedEvent

LONGEST_CODE = 200
_MOMENT = re.compile(r"\d{1,2}:\d{2}|\d[年月]")


def is_unmapped(event: NormalisedEvent) -> bool:
    """Say whether nobody has said yet what a scan means.

    A scan known to be information only says so in its substatus; one that tells of a delay has
    said what it had to say.
    """
    return (
        event.status is None
        and not event.substatus
        and event.delay_reason is None
        and bool(code_of(event))
    )


def code_of(event: NormalisedEvent) -> str:
    """Return what tells a kind of scan from others at its source: its code, else its words.

    A code with a day or a time in it is a carrier's whole line, and no two of those are alike.
    """
    is_line = bool(event.raw_description and _MOMENT.search(event.raw_code))
    code = event.raw_description if is_line else event.raw_code or event.raw_description
    return code[:LONGEST_CODE]
