"""The shapes of tracking numbers, read once from `tracking/courier_data`.

The files there follow the scheme of tracking_number_data (see the NOTICE beside them): a regular
expression with named groups, a check digit, tables that say what a group means.
"""

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from tracking.rules.carriers import Carrier, carrier_of
from tracking.rules.detection.checksums import CHECKS

_FOLDERS = ("tracking_number_data", "postexp")
_POSTS = "s10"
# Posts that people know by another name than the courier data's, by the country of their numbers.
_KNOWN_POSTS = {
    "AT": "austrian_post",
    "AU": "australia_post",
    "BE": "bpost",
    "CA": "canada_post",
    "CH": "swiss_post",
    "CN": "china_post",
    "DE": "deutsche_post",
    "ES": "correos",
    "FR": "la_poste",
    "GB": "royal_mail",
    "HK": "hongkong_post",
    "IE": "an_post",
    "IT": "poste_italiane",
    "JP": "japan_post",
    "KR": "korea_post",
    "NL": "postnl",
    "NZ": "new_zealand_post",
    "SE": "postnord",
    "SG": "singapore_post",
    "TW": "chunghwa_post",
    "US": "usps",
}
_LONG = 19
_ONE_SIGN = re.compile(r"\((?:\?:)?(\[[A-Z0-9-]+\])\)")
_FIXED_HEAD = re.compile(r"[A-Z0-9]{2}(?!\?)")
"""Two signs that are the same in every number of a format."""


@dataclass(frozen=True, kw_only=True)
class Meaning:
    """What the signs of a group stand for: a row of a table, by the signs or by a pattern."""

    group: str
    by_signs: Mapping[str, Mapping[str, Any]]
    by_pattern: tuple[tuple[re.Pattern[str], Mapping[str, Any]], ...]

    def of(self, signs: str) -> Mapping[str, Any] | None:
        """Return the row of some signs, or None where the table has none."""
        return self.by_signs.get(signs) or next(
            (row for pattern, row in self.by_pattern if pattern.fullmatch(signs)), None
        )


@dataclass(frozen=True, kw_only=True)
class Match:
    """A number that fits a format: whose it is, and for which service where the number says so."""

    format: "NumberFormat"
    carrier: Carrier
    service: str


@dataclass(frozen=True, kw_only=True)
class NumberFormat:
    """One shape of tracking numbers.

    `weight` is how much a fitting number says: much where letters or a fixed beginning name the
    carrier, little where any number of that length would fit. `share` divides the numbers that
    several carriers make alike; `leads` are first digits seen with this carrier. A shape with
    `countries` is looked for where shops send from there, and nowhere else. Where a shape
    `prevails`, nearly every number of it seen in the carrier's countries is of those who make it.
    """

    carrier: Carrier
    name: str
    pattern: re.Pattern[str]
    checksum: Mapping[str, Any] | None
    prefix: tuple[re.Pattern[str], str] | None
    meanings: Mapping[str, Meaning]
    required: tuple[str, ...]
    weight: float
    share: float
    leads: tuple[str, ...]
    countries: tuple[str, ...]
    prevails: bool

    def match(self, number: str) -> Match | None:
        """Return what a number without blanks says in this shape, or None where it does not fit.

        A number fits that has the shape, the right check digit, and a known value wherever the
        format demands one.
        """
        found = self.pattern.fullmatch(number)
        if found is None or not self._checks(found):
            return None
        rows = {name: self._row(name, found) for name in self.meanings}
        if not all(rows[name] for name in self.required):
            return None
        carrier = _post(rows["Courier"]) if "Courier" in rows else self.carrier
        service = rows.get("Service Type") or {}
        return Match(format=self, carrier=carrier, service=service.get("name", ""))

    def is_slip(self, number: str) -> bool:
        """Say whether a number without blanks has the shape, and a wrong check digit for it."""
        found = self.pattern.fullmatch(number)
        return found is not None and not self._checks(found)

    def _checks(self, found: re.Match[str]) -> bool:
        if self.checksum is None:
            return True
        serial = found["SerialNumber"]
        if self.prefix and self.prefix[0].search(serial):
            serial = self.prefix[1] + serial
        return CHECKS[self.checksum["name"]](serial, found["CheckDigit"], self.checksum)

    def _row(self, name: str, found: re.Match[str]) -> Mapping[str, Any] | None:
        meaning = self.meanings[name]
        return meaning.of(found[meaning.group] or "")


def plain(number: str) -> str:
    """Return a number as formats read it: common width, capitals, no blanks, "-" for any dash.

    Points divide numbers as dashes do: German labels print them.
    """
    text = unicodedata.normalize("NFKC", number).upper()
    if text.isascii() and text.isalnum():
        return text
    kept = (sign for sign in text if not sign.isspace() and unicodedata.category(sign) != "Cf")
    return "".join(
        "-" if sign == "." or unicodedata.category(sign) == "Pd" else sign for sign in kept
    )


@cache
def formats() -> tuple[NumberFormat, ...]:
    """Return every format we know, compiled."""
    return tuple(
        _format(courier, told) for courier in couriers() for told in courier["tracking_numbers"]
    )


def couriers() -> Iterator[dict[str, Any]]:
    """Read the courier files, ours last."""
    folder = resources.files("tracking").joinpath("courier_data")
    for name in _FOLDERS:
        files = sorted(folder.joinpath(name).iterdir(), key=lambda file: file.name)
        for file in files:
            told = json.loads(file.read_text(encoding="utf-8"))
            yield from told if isinstance(told, list) else [told]


def _format(courier: Mapping[str, Any], told: Mapping[str, Any]) -> NumberFormat:
    validation = told["validation"]
    prefix = validation.get("serial_number_format", {}).get("prepend_if")
    # Numbers come without blanks here: the places for them, and groups of one sign, cost time only.
    text = "".join(told["regex"]).replace(r"\s*", "").replace("(?<", "(?P<")
    text = _ONE_SIGN.sub(r"\1", text)
    pattern = re.compile(text.replace("(?P<=", "(?<=").replace("(?P<!", "(?<!"))
    return NumberFormat(
        carrier=carrier_of(courier["courier_code"]),
        name=told["name"],
        pattern=pattern,
        checksum=validation.get("checksum"),
        prefix=(re.compile(prefix["matches_regex"]), prefix["content"]) if prefix else None,
        meanings={
            entry["name"]: _meaning(entry)
            for entry in told.get("additional", ())
            if entry["name"] in ("Service Type", "Courier")
        },
        required=tuple(validation.get("additional", {}).get("exists", ())),
        weight=_weight(told, text),
        share=told.get("share", 1.0),
        leads=tuple(told.get("leads", ())),
        countries=tuple(told.get("countries", ())),
        prevails=told.get("prevails", False),
    )


def _meaning(entry: Mapping[str, Any]) -> Meaning:
    return Meaning(
        group=entry["regex_group_name"],
        by_signs={row["matches"]: row for row in entry["lookup"] if "matches" in row},
        by_pattern=tuple(
            (re.compile(row["matches_regex"]), row)
            for row in entry["lookup"]
            if "matches_regex" in row
        ),
    )


def _weight(told: Mapping[str, Any], text: str) -> float:
    """Return how much a fitting number says: most where letters and a check digit agree."""
    is_checked = "checksum" in told["validation"]
    sample = plain(told["test_numbers"]["valid"][0]).replace("-", "")
    # The check sign of a number of digits may be a letter.
    if not sample[:-1].isdigit() or told.get("distinctive"):
        if is_checked:
            return 300.0
        return 100.0 if _FIXED_HEAD.match(text) else 10.0
    if not is_checked:
        return 1.0
    return 50.0 if len(sample) > _LONG else 10.0


def _post(row: Mapping[str, Any] | None) -> Carrier:
    """Return the post that gave out an international number."""
    assert row is not None, "the format demands a known country"
    country, name = row["matches"], row["courier"]
    if country in _KNOWN_POSTS:
        return carrier_of(_KNOWN_POSTS[country])
    ascii_name = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "_", ascii_name).strip("_")
    return Carrier(slug=slug, name=name, countries=(country,))
