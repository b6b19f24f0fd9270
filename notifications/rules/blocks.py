"""What a shop's own words are built of: a closed list of blocks, each with a few plain fields.

A block says one thing: a heading, a text, a button, the items of an order. Which facts it shows is
named by a path in its `of`; what is written in it may hold variables (see `rules.variables`). A
block may be limited to messages whose facts fit a condition, its `when`. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any, Literal

from notifications.rules.variables import (
    EMPTY,
    Variable,
    VariableFault,
    check_known,
    value_at,
    variables_of,
)

FIELDS: dict[str, tuple[str, ...]] = {
    "heading": ("text",),
    "text": ("text", "style"),
    "button": ("text", "link", "offer"),
    "items": ("of", "label"),
    "sum": ("of", "label"),
    "parcel": ("of",),
    "delay": ("of",),
    "address": ("of", "label"),
    "paid_to": ("of", "label"),
    "list": ("of", "label"),
    "promo": ("label", "text"),
    "image": ("picture", "width", "alt", "link", "offer"),
    "divider": (),
    "contact": ("text",),
    "mjml": ("text", "offer"),
}
"""Every kind of block, and the fields it has beside its condition."""

FACTS = ("items", "sum", "parcel", "delay", "address", "paid_to", "list")
"""The blocks that show facts; each names with its `of` which."""

NEEDED: dict[str, tuple[str, ...]] = {
    "heading": ("text",),
    "text": ("text",),
    "button": ("text", "link"),
    "promo": ("text",),
    "image": ("picture", "alt"),
    "mjml": ("text",),
    **dict.fromkeys(FACTS, ("of",)),
}
STYLES = ("usual", "label", "small")
TESTS = ("is", "is_not", "filled", "empty", "one", "several")
"""What a condition can ask of a fact; only the first two ask for a value."""

_INTERNAL = ("id", "slug", "time_zone")
"""What no shopper wants to read: it stays unsaid in the list of variables."""

MOST_BLOCKS = 40

WIDEST = 504
"""Pixels a picture can be wide beside the margins of a mail."""


class BlockFault(Exception):
    """A block that is not one: `place` counts from 0, `field` names what is wrong in it."""

    def __init__(self, fault: str, place: int, field: str = "", detail: str = "") -> None:
        super().__init__(f"{fault} in block {place}: {field} {detail}")
        self.fault, self.place, self.field, self.detail = fault, place, field, detail


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """That something is said only where the fact at `path` fits."""

    path: str
    test: str
    value: str = ""

    def holds(self, facts: Mapping[str, Any]) -> bool:
        """Whether the facts of a message fit; a fact that is not there is empty."""
        try:
            found = value_at(self.path, facts)
        except VariableFault:
            found = None
        empty = found in (None, "", False, [], {})
        if self.test == "filled":
            return not empty
        if self.test == "empty":
            return empty
        if self.test in {"one", "several"}:
            return not empty and (isinstance(found, list) and len(found) > 1) is (
                self.test == "several"
            )
        return (not empty and str(found) == self.value) is (self.test == "is")

    def kept(self) -> dict[str, str]:
        """Return it as it is kept."""
        return {"path": self.path, "test": self.test, "value": self.value}


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One block. Only the fields that FIELDS names for its kind mean anything."""

    kind: str
    text: str = ""
    label: str = ""
    link: str = ""
    of: str = ""
    style: str = "usual"
    picture: str = ""
    width: int = WIDEST
    alt: str = ""
    offer: bool = False
    when: When | None = None

    @property
    def is_promotional(self) -> bool:
        """Whether it offers something to buy, which makes its whole message advertising."""
        return self.kind == "promo" or self.offer

    def kept(self) -> dict[str, Any]:
        """Return it as it is kept: its kind, the fields it has, and its condition."""
        kept: dict[str, Any] = {"kind": self.kind}
        kept |= {name: getattr(self, name) for name in FIELDS[self.kind]}
        return kept | ({"when": self.when.kept()} if self.when else {})


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """All that a shop says in place of our words, for one kind in one language.

    It says it only where each of the `cases` holds; in every other case our own words go out.
    """

    subject: str
    blocks: tuple[Block, ...]
    preheader: str = ""
    short: str = ""
    cases: tuple[When, ...] = ()

    @property
    def is_promotional(self) -> bool:
        """Whether it makes its message advertising."""
        return any(block.is_promotional for block in self.blocks)

    def fits(self, facts: Mapping[str, Any]) -> bool:
        """Whether it may be said of some facts."""
        return all(case.holds(facts) for case in self.cases)

    def written(self) -> Iterator[tuple[int | None, str, str]]:
        """Yield everything with variables in it: the block's place (None for the frame), the field,
        and what stands there.
        """
        for name in ("subject", "preheader", "short"):
            yield None, name, getattr(self, name)
        for place, block in enumerate(self.blocks):
            for name in ("text", "label", "link", "alt"):
                if name in FIELDS[block.kind]:
                    yield place, name, getattr(block, name)

    def can_be_said(self, facts: Mapping[str, Any]) -> bool:
        """Whether it fits some facts, and no variable of what is shown lacks a value there."""
        if not self.fits(facts):
            return False
        for place, _field, text in self.written():
            when = None if place is None else self.blocks[place].when
            if (when is None or when.holds(facts)) and any(_gaps(text, facts)):
                return False
        return True

    def mentions(self, path: str) -> bool:
        """Whether a variable or a block says the fact at a path, or a part of it."""
        said = [block.of for block in self.blocks if block.kind in FACTS]
        for _place, _field, text in self.written():
            try:
                said += [variable.path for variable in variables_of(text)]
            except VariableFault:
                continue
        return any(one == path or one.startswith(f"{path}.") for one in said)


def _gaps(text: str, facts: Mapping[str, Any]) -> Iterator[Variable]:
    """Yield the variables of a text that have neither a value nor a default."""
    try:
        for variable in variables_of(text):
            if variable.default is None and value_at(variable.path, facts) in EMPTY:
                yield variable
    except VariableFault:
        # A mistake in the words is told by itself, whatever they are shown with.
        return


def read_body(kept: Mapping[str, Any]) -> Body:
    """Return what is kept as a Body. Raises BlockFault."""
    return Body(
        subject=kept["subject"],
        preheader=kept["preheader"],
        short=kept["short"],
        blocks=read_blocks(kept["blocks"]),
        cases=tuple(read_when(one, place=-1) for one in kept["cases"]),
    )


def read_blocks(kept: Iterable[Mapping[str, Any]]) -> tuple[Block, ...]:
    """Return blocks as they are kept. Raises BlockFault for what is none."""
    blocks = tuple(_read(one, place) for place, one in enumerate(kept))
    if len(blocks) > MOST_BLOCKS:
        raise BlockFault("too_many", MOST_BLOCKS)
    return blocks


def read_when(kept: Mapping[str, Any], *, place: int) -> When:
    """Return a condition as it is kept. Raises BlockFault."""
    if kept["test"] not in TESTS:
        raise BlockFault("unknown_test", place, "when", str(kept["test"]))
    return When(path=str(kept["path"]), test=kept["test"], value=str(kept.get("value", "")))


def check_needed(blocks: Iterable[Block]) -> Iterator[BlockFault]:
    """Yield what blocks lack that cannot do without."""
    for place, block in enumerate(blocks):
        for name in NEEDED.get(block.kind, ()):
            if not getattr(block, name).strip():
                yield BlockFault("needed", place, name)


def offered(facts: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """Return which facts of a sample each block can show, by the block's kind."""
    found: dict[str, list[str]] = {kind: [] for kind in FACTS}
    for path, value in walk(facts):
        kind = _shown_by(path, value)
        if kind:
            found[kind].append(path)
    if "order" in facts:
        found["sum"].insert(0, "order")
    return {kind: tuple(paths) for kind, paths in found.items()}


def list_variables(facts: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """Return every variable of a sample that can be said in words, with its value there."""
    said = []
    for path, value in walk(facts):
        if path.split(".")[-1] in _INTERNAL:
            continue
        if (isinstance(value, str | int) and not isinstance(value, bool)) or (
            isinstance(value, Mapping) and filter_of(value)
        ):
            said.append((path, value))
    inner = tuple(f"{path}." for path, value in said if isinstance(value, Mapping))
    return [(path, value) for path, value in said if not path.startswith(inner)]


def filter_of(value: Any) -> str:
    """Return the filter that turns a value of a sample into words, or ""."""
    if isinstance(value, Mapping):
        if set(value) == {"amount", "currency"}:
            return "money"
        return "estimate" if {"date", "until"} <= set(value) else ""
    if isinstance(value, str) and len(value) >= 10 and value[4:5] == value[7:8] == "-":
        return "day" if len(value) == 10 else "moment"
    return ""


def walk(facts: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Yield every path through mappings of a sample with its value; lists are not entered."""
    for name, value in facts.items():
        path = f"{prefix}{name}"
        yield path, value
        if isinstance(value, Mapping):
            yield from walk(value, f"{path}.")


def check_facts(blocks: Iterable[Block], sample: Mapping[str, Any]) -> Iterator[BlockFault]:
    """Yield the blocks that show a fact messages of this kind do not have."""
    shown = offered(sample)
    for place, block in enumerate(blocks):
        if block.kind in FACTS and block.of and block.of not in shown[block.kind]:
            yield BlockFault("unknown_fact", place, "of", ", ".join(shown[block.kind]))


def check_variables(
    body: Body, sample: Mapping[str, Any]
) -> Iterator[tuple[int | None, VariableFault]]:
    """Yield what is wrong with variables, with the block's place (None for the frame)."""
    for place, _field, text in body.written():
        try:
            for variable in variables_of(text):
                check_known(variable, sample)
        except VariableFault as fault:
            yield place, fault


def _read(kept: Mapping[str, Any], place: int) -> Block:
    kind = kept.get("kind", "")
    if kind not in FIELDS:
        raise BlockFault("unknown_block", place, "kind", str(kind))
    known = {field.name for field in fields(Block)} & set(FIELDS[kind])
    values: dict[str, Any] = {name: str(kept.get(name, "")) for name in known}
    if "width" in known:
        values["width"] = min(int(kept.get("width") or WIDEST), WIDEST)
    if "offer" in known:
        values["offer"] = bool(kept.get("offer"))
    if "style" in known:
        values["style"] = kept.get("style") or "usual"
        if values["style"] not in STYLES:
            raise BlockFault("unknown_style", place, "style", str(values["style"]))
    when = read_when(kept["when"], place=place) if kept.get("when") else None
    return Block(kind=kind, when=when, **values)


def _shown_by(
    path: str, value: Any
) -> Literal["items", "sum", "parcel", "delay", "address", "paid_to", "list", ""]:
    """Return which block shows the value at a path of a sample."""
    if isinstance(value, Mapping):
        if "rows" in value and "total" in value:
            return "sum"
        if "tracking_number" in value and "carrier_name" in value:
            return "parcel"
        if "sureness" in value:
            return "delay"
        return "address" if "address1" in value else ""
    if not isinstance(value, list):
        return ""
    if not value:
        # What is still to leave: nothing in a sample, whose parcel has everything.
        return "items" if path == "to_follow" else ""
    first = value[0]
    if isinstance(first, Mapping):
        if "tracking_number" in first and "carrier_name" in first:
            return "parcel"
        if (
            "title" in first
            and "quantity" in first
            and "code" not in first
            and "price" not in first
        ):
            return "items"
        return "paid_to" if "tender" in first else ""
    if isinstance(first, str):
        return "address" if path.endswith("address_lines") else "list"
    return ""
