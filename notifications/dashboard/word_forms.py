"""The form of a shop's own words: read from what was posted, changed by its buttons, and laid out
for the page.

The whole state is in the form, so nothing is kept before it is saved, and every button works
without JavaScript.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from django.conf import settings
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from notifications.rules.blocks import (
    FACTS,
    FIELDS,
    MOST_BLOCKS,
    STYLES,
    TESTS,
    WIDEST,
    Block,
    Body,
    When,
    list_variables,
    offered,
    walk,
)
from notifications.rules.variables import LONGEST

KINDS = {
    "heading": pgettext_lazy("block of a message", "Heading"),
    "text": pgettext_lazy("block of a message", "Text"),
    "button": pgettext_lazy("block of a message", "Button"),
    "items": pgettext_lazy("block of a message", "Items"),
    "sum": pgettext_lazy("block of a message", "Sum"),
    "parcel": pgettext_lazy("block of a message", "Where the parcel is"),
    "delay": pgettext_lazy("block of a message", "What is known of the delay"),
    "address": pgettext_lazy("block of a message", "Address"),
    "paid_to": pgettext_lazy("block of a message", "Where the money went"),
    "list": pgettext_lazy("block of a message", "List"),
    "image": pgettext_lazy("block of a message", "Picture"),
    "divider": pgettext_lazy("block of a message", "Line between"),
    "contact": pgettext_lazy("block of a message", "How to reach you"),
    "promo": pgettext_lazy("block of a message", "Promo code"),
    "mjml": pgettext_lazy("block of a message", "MJML"),
}
LABELS = {
    "text": pgettext_lazy("field of a block", "Words"),
    "label": pgettext_lazy("field of a block", "Small heading above"),
    "link": pgettext_lazy("field of a block", "Leads to"),
    "of": pgettext_lazy("field of a block", "Shows"),
    "style": pgettext_lazy("field of a block", "Looks like"),
    "offer": _("It is an offer: the whole message becomes advertising"),
    "alt": _("What the picture shows, in words"),
    "picture": pgettext_lazy("field of a block", "Picture"),
}
STYLE_LABELS = {
    "usual": pgettext_lazy("look of a text", "Usual text"),
    "label": pgettext_lazy("look of a text", "Small heading"),
    "small": pgettext_lazy("look of a text", "Small print"),
}
TEST_LABELS = {
    "is": pgettext_lazy("test of a fact", "is"),
    "is_not": pgettext_lazy("test of a fact", "is not"),
    "filled": pgettext_lazy("test of a fact", "is there"),
    "empty": pgettext_lazy("test of a fact", "is not there"),
    "one": pgettext_lazy("test of a fact", "is one alone"),
    "several": pgettext_lazy("test of a fact", "are several"),
}
Options = tuple[tuple[str, object], ...]
_NO_HELP: object = ""
_AREAS = {"text", "contact", "mjml"}
MOST_CASES = 20


@dataclass(frozen=True, kw_only=True)
class Control:
    """One field of the page: `widget` is line, area, select, check, file or hidden."""

    name: str
    label: object
    widget: str
    value: Any
    options: Options = ()
    help: object = _NO_HELP
    rich: bool = False

    @property
    def url(self) -> str:
        """Where a picture is shown from."""
        return f"{settings.MEDIA_URL}{self.value}"


def read_posted(data: QueryDict) -> Body:
    """Return the words as they stand in the form; what is no block or test is left out."""
    blocks = []
    for number in range(MOST_BLOCKS):
        kind = data.get(f"b{number}-kind", "")
        if kind in FIELDS:
            blocks.append(_read_block(data, f"b{number}-", kind))
    cases = (_read_when(data, f"c{number}-") for number in range(MOST_CASES))
    return Body(
        subject=_text(data, "subject")[:300],
        preheader=_text(data, "preheader")[:300],
        short=_text(data, "short")[:1000],
        blocks=tuple(blocks),
        cases=tuple(case for case in cases if case),
    )


def changed(body: Body, what: str, new: str, sample: Mapping[str, Any]) -> Body:
    """Return the words after one of the form's buttons: `up:2`, `remove:0`, `add`, `add-case`."""
    do, _colon, at = what.partition(":")
    blocks, place = list(body.blocks), int(at) if at.isdigit() else -1
    if do == "add" and new in FIELDS and len(blocks) < MOST_BLOCKS:
        shown = offered(sample).get(new, ())
        blocks.append(Block(kind=new, of=shown[0] if shown else ""))
    elif do == "add-case" and len(body.cases) < MOST_CASES:
        return replace(body, cases=(*body.cases, When(path=_paths(sample)[0], test="filled")))
    elif do == "drop-case" and 0 <= place < len(body.cases):
        return replace(body, cases=body.cases[:place] + body.cases[place + 1 :])
    elif 0 <= place < len(blocks):
        block = blocks.pop(place)
        if do == "up":
            blocks.insert(max(place - 1, 0), block)
        elif do == "down":
            blocks.insert(place + 1, block)
        elif do == "copy" and len(blocks) + 2 <= MOST_BLOCKS:
            blocks[place:place] = [block, block]
        elif do != "remove":
            blocks.insert(place, block)
    return replace(body, blocks=tuple(blocks))


def with_picture(body: Body, place: int, *, name: str, width: int) -> Body:
    """Return the words with a picture put into one of their blocks, half as wide as its file."""
    blocks = list(body.blocks)
    blocks[place] = replace(blocks[place], picture=name, width=min(width // 2 or 1, WIDEST))
    return replace(body, blocks=tuple(blocks))


def frame_controls(body: Body) -> list[Control]:
    """Return the fields that no block has."""
    return [
        Control(name="subject", label=_("Subject"), widget="line", value=body.subject),
        Control(
            name="preheader",
            label=_("Preview line"),
            widget="line",
            value=body.preheader,
            help=_("Mail programs show it behind the subject."),
        ),
        Control(
            name="short",
            label=_("Short text"),
            widget="line",
            value=body.short,
            help=_("For SMS and other channels of a few lines. Empty: shop and subject."),
        ),
    ]


def block_rows(body: Body, sample: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the blocks as the page shows them."""
    shown, paths = offered(sample), _paths(sample)
    links = tuple(path for path, value in list_variables(sample) if _is_address(value))
    return [
        {
            "number": number,
            "kind": block.kind,
            "title": KINDS[block.kind],
            "controls": _controls(block, f"b{number}-", shown.get(block.kind, ()), links),
            "when": _when_controls(block.when, f"b{number}-", paths),
            "limited": block.when is not None,
            "is_first": number == 0,
            "is_last": number == len(body.blocks) - 1,
        }
        for number, block in enumerate(body.blocks)
    ]


def case_rows(body: Body, sample: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the cases in which the words are said."""
    paths = _paths(sample)
    return [
        {"number": number, "controls": _when_controls(case, f"c{number}-", paths)}
        for number, case in enumerate(body.cases)
    ]


def kinds_to_add(sample: Mapping[str, Any]) -> list[tuple[str, object]]:
    """Return the blocks that messages with these facts can have."""
    shown = offered(sample)
    return [(kind, label) for kind, label in KINDS.items() if kind not in FACTS or shown[kind]]


def told(body: Body) -> list[str]:
    """Return everything words say, line by line, to be compared with other words."""
    frame = [body.subject, body.preheader, body.short]
    lines = [line for line in frame if line]
    lines += [f"({case.path} {TEST_LABELS[case.test]} {case.value})" for case in body.cases]
    for block in body.blocks:
        lines.append(f"[{KINDS[block.kind]}]")
        values = asdict(block)
        for name in FIELDS[block.kind]:
            if name not in {"style", "width", "offer"} and values[name]:
                lines += str(values[name]).splitlines()
    return lines


def _read_block(data: QueryDict, prefix: str, kind: str) -> Block:
    given = set(FIELDS[kind])
    values: dict[str, Any] = {
        name: _text(data, f"{prefix}{name}") for name in given - {"offer", "width", "style"}
    }
    if "style" in given:
        asked = data.get(f"{prefix}style", "")
        values["style"] = asked if asked in STYLES else "usual"
    if "offer" in given:
        values["offer"] = f"{prefix}offer" in data
    if "width" in given:
        asked = data.get(f"{prefix}width", "")
        values["width"] = min(int(asked), WIDEST) if asked.isdecimal() else WIDEST
    return Block(kind=kind, when=_read_when(data, prefix), **values)


def _read_when(data: QueryDict, prefix: str) -> When | None:
    path, test = data.get(f"{prefix}path", ""), data.get(f"{prefix}test", "")
    if not path or test not in TESTS:
        return None
    return When(path=path, test=test, value=_text(data, f"{prefix}value").strip())


def _text(data: QueryDict, name: str) -> str:
    return data.get(name, "").replace("\r\n", "\n")[:LONGEST]


def _paths(sample: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(path for path, value in walk(sample) if not path.startswith("merchant"))


def _is_address(value: Any) -> bool:
    return isinstance(value, str) and value.startswith(("https://", "http://"))


def _controls(
    block: Block, prefix: str, shown: tuple[str, ...], links: tuple[str, ...]
) -> list[Control]:
    controls = []
    for name in FIELDS[block.kind]:
        value = getattr(block, name)
        label = LABELS.get(name, name)
        widget, help_text = "line", _NO_HELP
        options: Options = ()
        if name == "of":
            widget, options = "select", tuple((path, path) for path in shown)
        elif name == "style":
            widget, options = "select", tuple(STYLE_LABELS.items())
        elif name == "offer":
            widget = "check"
        elif name == "width":
            widget = "hidden"
        elif name == "picture":
            widget = "file"
            help_text = _("PNG, JPEG or WebP, at most 4 MB.")
        elif name == "text" and block.kind in _AREAS:
            widget = "area"
        elif name == "link" and links:
            help_text = _("An https address, or a variable such as %(variable)s.") % {
                "variable": "{{ " + links[0] + " }}"
            }
        if name == "text" and block.kind == "promo":
            label = pgettext_lazy("field of a block", "Code")
        controls.append(
            Control(
                name=f"{prefix}{name}",
                label=label,
                widget=widget,
                value=value,
                options=options,
                help=help_text,
                rich=block.kind in {"text", "contact"} and name == "text",
            )
        )
    return controls


def _when_controls(when: When | None, prefix: str, paths: tuple[str, ...]) -> list[Control]:
    known = paths if when is None or when.path in paths else (when.path, *paths)
    none = () if prefix.startswith("c") else (("", _("in every case")),)
    return [
        Control(
            name=f"{prefix}path",
            label=pgettext_lazy("condition", "Fact"),
            widget="select",
            value=when.path if when else "",
            options=(*none, *((path, path) for path in known)),
        ),
        Control(
            name=f"{prefix}test",
            label=pgettext_lazy("condition", "Test"),
            widget="select",
            value=when.test if when else "filled",
            options=tuple(TEST_LABELS.items()),
        ),
        Control(
            name=f"{prefix}value",
            label=pgettext_lazy("condition", "Value"),
            widget="line",
            value=when.value if when else "",
        ),
    ]
