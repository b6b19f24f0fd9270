"""Saved texts to shoppers: what stands in braces is filled in from the return."""

import re
from collections.abc import Mapping

VARIABLES = ("return_number", "order_number", "items", "amount", "send_by", "shop")
"""What a text may name in braces."""

LONGEST_SUBJECT, LONGEST_TEXT = 150, 5000

_IN_BRACES = re.compile(r"\{\s*(\w+)\s*\}")


def fill(text: str, values: Mapping[str, str]) -> str:
    """Return a text with what is named in braces filled in; what has no value stays as written."""
    return _IN_BRACES.sub(lambda found: values.get(found[1], found[0]), text)


def unknown_in(text: str) -> list[str]:
    """Return what a text names in braces that is no variable, each once, in order."""
    return [name for name in dict.fromkeys(_IN_BRACES.findall(text)) if name not in VARIABLES]
