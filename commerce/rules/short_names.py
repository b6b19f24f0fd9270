"""The short name that the addresses of a shop are made of."""

from __future__ import annotations

import re
import unicodedata

LONGEST_SHORT_NAME = 40
SHORT_NAME = r"^[a-z0-9]([a-z0-9_-]*[a-z0-9])?\Z"
# One made of a name leaves room for a number behind it.
_LONGEST_MADE = 32


def short_name(name: str) -> str:
    """Return what can stand in an address of a shop's name: `Harbor & Pine` is `harbor-pine`.

    Empty where the name has no Latin letter, as most Japanese ones: then a person has to choose.
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "-", plain.replace("'", ""))[:_LONGEST_MADE].strip("-")
    return words if re.search("[a-z]", words) else ""
