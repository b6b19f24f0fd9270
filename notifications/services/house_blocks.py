"""Our own words as blocks, for a shop to edit from something: what our template says of the
sample.

A template is taken apart, not rendered: its conditions are decided by the sample, its variables
stay variables, and the parts it includes become blocks of facts. What our words depend on becomes a
case, so that the edited words go out where they say the same thing as ours did.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from django.template import Context, Template, engines
from django.utils import timezone, translation

from notifications.ports import MessageKind
from notifications.rules.blocks import Block, Body, When, offered
from notifications.rules.variables import VariableFault, check_known, value_at, variables_of

_PARTS = {
    "_items": ("items", "lines"),
    "_sum": ("sum", "total"),
    "_paid_to": ("paid_to", "parts"),
    "_address": ("address", "lines"),
}
_OWN_BLOCKS = frozenset({*_PARTS, "_facts", "_delay"})
"""The parts of our templates that a block shows; any other is taken apart in its place."""
_ROW = re.compile(r"<td[^>]*>(?P<label>.*?)</td>\s*<td[^>]*>(?P<value>.*?)</td>", re.DOTALL)
_TABLE = re.compile(r"<mj-table>(?P<rows>.*?)</mj-table>", re.DOTALL)
_INCLUDE = re.compile(r"""\{% include "(?P<path>[^"]+)"(?: with (?P<given>.*?))? %\}""")
_LOOP = re.compile(r"<p>\{% for \w+ in (?P<path>[\w.]+) %\}.*?\{% endfor %\}</p>", re.DOTALL)
_VARIABLE = re.compile(r"\{\{.*?\}\}")
_COMMENT = re.compile(r"\{% comment %\}.*?\{% endcomment %\}", re.DOTALL)
_CONDITION = re.compile(r"\{% (?:el)?if (?P<what>.*?) %\}")
_EQUALITY = re.compile(r'(?P<path>[a-z_]+(?:\.[a-z_]+)+|[a-z_]+) [!=]= "')
_COUNT = re.compile(r"(?P<path>[a-z_]+(?:\.[a-z_]+)*)\|length > 1")
_TURN = re.compile(r"(?P<path>[a-z_]+(?:\.[a-z_]+)*) > 1")
_PATH = re.compile(r"(?<![\w.\"])[a-z_]+(?:\.[a-z_]+)*(?![\w\"])")
_BODY = re.compile(
    r"<mj-text(?P<given>[^>]*)>(?P<text>.*?)</mj-text>"
    r'|<mj-button href="(?P<link>.*?)">(?P<button>.*?)</mj-button>'
    r"|\ue000part(?P<part>\d+)\ue001",
    re.DOTALL,
)
# Filters of our templates that a shop's words do not need.
_OURS_ALONE = re.compile(r"\|(linebreaksbr|truncatechars:\d+)")
_MARK = re.compile(r"\ue000(\d+)\ue001")


def house_body(
    kind: MessageKind[Any], sample: Mapping[str, Any], *, locale: str, zone: Any
) -> Body:
    """Return our words of a kind as a body whose variables all stand in the sample."""
    engine = engines["django"].engine  # type: ignore[attr-defined]
    source = _with_parts(engine.get_template(f"{kind.template}.{locale}.mjml").source)
    subject = engine.get_template(f"{kind.template}.{locale}.subject.txt").source
    with translation.override(locale), timezone.override(zone):
        heading, parts = _pieces(source, "heading"), _Parts(sample)
        blocks = [Block(kind="heading", text=_line(heading, sample))]
        blocks += parts.blocks(_pieces(source, "body"))
        return Body(
            subject=_line(subject, sample),
            preheader=_line(_pieces(source, "preheader"), sample),
            blocks=tuple(block for block in blocks if _is_known(block, sample)),
            cases=tuple(_cases(heading + subject, source, sample)),
        )


def _with_parts(source: str) -> str:
    """Return a template with the parts in it that no block shows: their tables as lines of text,
    and what they are given under the names it has outside.
    """
    engine = engines["django"].engine  # type: ignore[attr-defined]

    def taken_in(include: re.Match[str]) -> str:
        if _part_name(include["path"]) in _OWN_BLOCKS:
            return include[0]
        part: str = _COMMENT.sub("", engine.get_template(include["path"]).source)
        part = _TABLE.sub(_as_lines, re.sub(r"\{% load .*? %\}", "", part))
        given = (include["given"] or "").removesuffix("only").strip()
        for name, value in re.findall(r"(\w+)=([\w.]+)", given):
            part = re.sub(rf"(?<=\{{\{{ ){name}(?=[ |.])", value, part)
        return f"{{% with {given} %}}{part}{{% endwith %}}" if given else part

    while (whole := _INCLUDE.sub(taken_in, source)) != source:
        source = whole
    return source


def _as_lines(table: re.Match[str]) -> str:
    rows = _ROW.sub(r"<p>\g<label>: \g<value></p>", table["rows"])
    return f"<mj-text>{re.sub(r'</?tr>', '', rows)}</mj-text>"


def _part_name(path: str) -> str:
    return path.rsplit("/", 1)[-1].split(".")[0]


class _Parts:
    """Takes the body of a template apart."""

    def __init__(self, sample: Mapping[str, Any]) -> None:
        self.sample = sample
        self.shown = offered(sample)
        self.found: list[Block | None] = []

    def blocks(self, source: str) -> Iterator[Block]:
        """Yield the blocks of a body in their order."""
        marked = _LOOP.sub(self._mark_list, _COMMENT.sub("", source))
        marked = _INCLUDE.sub(self._mark, marked)
        for piece in _BODY.finditer(_decided(marked, self.sample)):
            if piece["part"]:
                block = self.found[int(piece["part"])]
            elif piece["link"]:
                block = Block(kind="button", text=_tidy(piece["button"]), link=_tidy(piece["link"]))
            else:
                block = _text(piece["given"] or "", piece["text"] or "")
            if block is not None:
                yield block

    def _mark(self, include: re.Match[str]) -> str:
        return self._put(self._part(include["path"], include["given"] or ""))

    def _mark_list(self, loop: re.Match[str]) -> str:
        """Mark a paragraph that lists sentences, which stands between the texts around it."""
        shown = loop["path"] in self.shown["list"]
        block = Block(kind="list", of=loop["path"]) if shown else None
        return f"</mj-text>{self._put(block)}<mj-text>"

    def _put(self, block: Block | None) -> str:
        self.found.append(block)
        return f"\ue000part{len(self.found) - 1}\ue001"

    def _part(self, path: str, given: str) -> Block | None:
        """Return the block that shows what a part of ours shows, or None where there is none."""
        name = _part_name(path)
        if name == "_facts":
            return self._first("parcel")
        if name == "_delay":
            return self._first("delay")
        kind, wanted = _PARTS[name]
        values = dict(re.findall(r'(\w+)=("[^"]*"|[^\s]+)', given))
        of = values.get(wanted, "").split("|")[0]
        if kind == "sum":
            of = of.removesuffix(".total")
        if of not in self.shown[kind] and f"{of}.lines" in self.shown[kind]:
            of = f"{of}.lines"
        if of not in self.shown[kind]:
            return None
        return Block(kind=kind, of=of, label=values.get("label", "").strip('"'))

    def _first(self, kind: str) -> Block | None:
        paths = self.shown[kind]
        return Block(kind=kind, of=paths[0]) if paths else None


def _text(given: str, inside: str) -> Block | None:
    """Return a text as staff would write it: plain where it holds no list, else its HTML."""
    style = "label" if '"label"' in given else "small" if '"note"' in given else "usual"
    words = re.sub(r"</?span[^>]*>", "", inside)
    words = re.sub(r'\s(style|class)="[^"]*"', "", words)
    if "<ul" in words or "<ol" in words:
        words = re.sub(r"\s*\n\s*", "\n", words).strip()
    else:
        words = re.sub(r"\s+", " ", words)
        words = re.sub(r"\s*<br ?/?>\s*", "\n", words)
        words = re.sub(r"\s*</?p>\s*", "\n\n", words)
        words = re.sub(r"\n{3,}", "\n\n", words).strip()
    return Block(kind="text", text=words, style=style) if words else None


def _pieces(source: str, block: str) -> str:
    found = re.search(rf"{{% block {block} %}}(.*?){{% endblock %}}", source, re.DOTALL)
    return found[1] if found else ""


def _line(source: str, sample: Mapping[str, Any]) -> str:
    """Return a line of ours, or "" where a shop's words could not say it."""
    line = _tidy(_decided(source, sample))
    return line if _is_known(Block(kind="heading", text=line), sample) else ""


def _tidy(words: str) -> str:
    return " ".join(words.split())


def _decided(source: str, sample: Mapping[str, Any]) -> str:
    """Return a piece of a template with its conditions decided and its variables left standing."""
    variables: list[str] = []

    def keep(variable: re.Match[str]) -> str:
        written = _OURS_ALONE.sub("", variable[0])
        if _is_empty(written, sample):
            return ""
        variables.append(written)
        return f"\ue000{len(variables) - 1}\ue001"

    marked = _VARIABLE.sub(keep, re.sub(r"\{% load .*? %\}", "", source))
    template = Template(marked, engine=engines["django"].engine)  # type: ignore[attr-defined]
    rendered = template.render(Context(dict(sample), autoescape=False))
    return _MARK.sub(lambda found: variables[int(found[1])], rendered)


def _is_empty(written: str, sample: Mapping[str, Any]) -> bool:
    """Whether a variable has nothing to say of the sample."""
    try:
        [variable] = variables_of(written)
        return value_at(variable.path, sample) in (None, "")
    except VariableFault:
        return False


def _cases(said: str, source: str, sample: Mapping[str, Any]) -> Iterator[When]:
    """Yield what our words depend on: every fact that is compared, and every one that the heading
    or the subject asks for.
    """
    compared = [found["path"] for found in _EQUALITY.finditer(source + said)]
    asked = [
        path
        for condition in _CONDITION.finditer(said)
        for path in _PATH.findall(re.sub(r'"[^"]*"', '""', condition["what"]))
        if path not in {"and", "or", "not", "in"}
    ]
    turns = {found["path"] for found in _TURN.finditer(source + said)}
    counted = {found["path"] for found in _COUNT.finditer(source + said)}
    for path in dict.fromkeys(compared + asked):
        if path.split(".")[0] not in sample:
            continue
        value = value_at(path, sample)
        if path in compared and isinstance(value, str) and value:
            yield When(path=path, test="is", value=value)
        elif path in counted and value:
            yield When(path=path, test="several" if len(value) > 1 else "one")
        elif path in turns and value:
            yield When(path=path, test="is" if value == 1 else "is_not", value="1")
        else:
            yield When(path=path, test="filled" if value else "empty")


def _is_known(block: Block, sample: Mapping[str, Any]) -> bool:
    """Whether every variable of a block stands in the sample; one of a loop does not."""
    try:
        for text in (block.text, block.link):
            for variable in variables_of(text):
                check_known(variable, sample)
    except VariableFault:
        return False
    return True
