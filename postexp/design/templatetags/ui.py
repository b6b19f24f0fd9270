"""The tags and filters of the design system: `{% load ui %}`. docs/design.md shows each in use.

Icons and charts escape what they write themselves, so their markup is marked safe here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import Any

from django import template
from django.forms import BaseForm, BoundField, CheckboxInput, CheckboxSelectMultiple, RadioSelect
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from postexp.design import charts, formats, icons
from postexp.kernel import clock
from postexp.kernel.money import Money

register = template.Library()

Values = dict[str, Any]
Rows = Sequence[Any]

# Meaning is never colour alone: each tone has the icon that stands before the word.
TONE_ICONS = {
    "neutral": "circle",
    "accent": "circle-dot",
    "good": "circle-check",
    "attention": "triangle-alert",
    "problem": "octagon-alert",
    "information": "info",
}


@register.simple_tag
def icon(name: str, size: int = 16, css: str = "", label: str = "") -> SafeString:
    """`{% icon "truck" %}`: an inline SVG, hidden from assistive technology unless labelled."""
    return SafeString(icons.svg(name, size, css, str(label)))


@register.simple_tag
def badge(tone: str, label: str, icon: str = "") -> SafeString:
    """`{% badge "good" label %}`: a status as icon and word. Raises KeyError for another tone."""
    picture = TONE_ICONS[tone]
    return format_html(
        '<span class="badge badge-{}">{}{}</span>',
        tone,
        SafeString(icons.svg(icon or picture)),
        label,
    )


@register.simple_tag
def money_cell(value: Money | None) -> SafeString:
    """`{% money_cell order.total %}`: a table cell with a right-aligned amount, or a dash."""
    written = formats.money(value) if value is not None else "–"
    return format_html('<td class="number money">{}</td>', written)


@register.filter
def money(value: Money | int | None, currency: str = "") -> str:
    """`{{ order.total|money }}` or `{{ 1980|money:"JPY" }}`: `¥1,980`. Nothing stays nothing."""
    if value is None:
        return ""
    return formats.money(value if isinstance(value, Money) else Money(value, currency))


@register.filter
def number(value: float) -> str:
    """`{{ 12345|number }}`: `12,345`."""
    return formats.number(value)


@register.filter
def shop_date(value: date | None, style: str = "short") -> str:
    """`{{ at|shop_date }}`: `Tue 24 Nov`, `11月24日(火)`; styles `year`, `long`, `auto`."""
    return formats.day(value, style) if value else ""


@register.filter
def shop_time(value: datetime | time | None) -> str:
    """`{{ at|shop_time }}`: `14:05`."""
    return formats.hour(value) if value is not None else ""


@register.filter
def shop_datetime(value: datetime | None, style: str = "short") -> str:
    """`{{ at|shop_datetime }}`: `Tue 24 Nov, 14:05`, `11月24日(火) 14:05`."""
    return formats.moment(value, style) if value else ""


@register.filter
def shop_time_range(start: datetime | time, end: datetime | time) -> str:
    """`{{ from|shop_time_range:until }}`: `14:00–16:00`, `14時〜16時`."""
    return formats.hours(start, end)


@register.filter
def shop_date_range(start: date, end: date) -> str:
    """`{{ first|shop_date_range:last }}`: `Tue 24 – Thu 26 Nov`, `11月24日(火)〜26日(木)`."""
    return formats.days(start, end)


@register.filter
def honorific(name: str | None, kind: str = "person") -> str:
    """`{{ name|honorific }}`: `佐藤 花子 様`; `honorific:"company"` gives 御中."""
    return formats.honorific(name or "", kind)


@register.filter
def initial(name: str | None) -> str:
    """`{{ name|initial }}`: the first letter, for an avatar."""
    return (name or "").strip()[:1].upper() or "·"


@register.simple_tag
def when(value: date | None, style: str = "datetime") -> SafeString:
    """`{% when at %}`: a `<time>` element that machines can read.

    Styles: `datetime` (year added unless this year), `date`, `time`, and `ago` (with the exact
    moment as its title; for pages that are made anew for each reader).
    """
    if value is None:
        return SafeString("–")
    if not isinstance(value, datetime):
        return format_html('<time datetime="{}">{}</time>', value, formats.day(value, "auto"))
    exact = timezone.localtime(value)
    full = formats.moment(value, "auto")
    shown = {
        "datetime": lambda: full,
        "date": lambda: formats.day(value, "auto"),
        "time": lambda: formats.hour(value),
        "ago": lambda: formats.ago(value, clock.now()),
    }[style]()
    return format_html('<time datetime="{}" title="{}">{}</time>', exact.isoformat(), full, shown)


@register.simple_tag
def chart(picture: charts.Chart, note: str = "", heading: int = 2) -> SafeString:
    """`{% chart value %}`: the finding, the picture and the data table behind it."""
    values = {"chart": picture, "svg": SafeString(picture.svg()), "note": note, "heading": heading}
    return render_to_string("components/chart.html", values)


@register.simple_tag
def spark(values: Sequence[float], label: str) -> SafeString:
    """`{% spark values label %}`: a small line for a stat card."""
    return SafeString(charts.spark(values, str(label)))


@register.simple_tag(takes_context=True)
def query(context: template.Context, **changes: Any) -> str:
    """`{% query status="open" cursor=None %}`: the address's query with some parts changed.

    None takes a part out. Used for chips, tabs and sorting, so that each state has its address.
    """
    params = context["request"].GET.copy()
    for name, value in changes.items():
        if value is None:
            params.pop(name, None)
        else:
            params[name] = str(value)
    return f"?{params.urlencode()}"


def _block(part: str, content: str, values: Mapping[str, Any]) -> SafeString:
    return render_to_string(f"components/{part}.html", {**values, "content": content})


@register.simple_block_tag(end_name="end_card")
def card(
    content: str, title: str = "", id: str = "", action: str = "", href: str = "", css: str = ""
) -> SafeString:
    """`{% card title=… %}…{% end_card %}`; `css="flush"` lets a table touch the edges."""
    values = {"title": title, "id": id, "action": action, "href": href, "css": css}
    return _block("card", content, values)


@register.simple_block_tag(end_name="end_page_header")
def page_header(
    content: str,
    title: str = "",
    count: int | None = None,
    sub: str = "",
    back: str = "",
    back_label: str = "",
) -> SafeString:
    """`{% page_header title=… count=… %}primary action{% end_page_header %}`."""
    values = {"title": title, "count": count, "sub": sub, "back": back, "back_label": back_label}
    return _block("page_header", content, values)


@register.simple_block_tag(end_name="end_alert")
def alert(content: str, tone: str = "information", title: str = "", role: str = "") -> SafeString:
    """`{% alert "attention" title=… %}…{% end_alert %}`. Raises KeyError for another tone."""
    values = {"tone": tone, "icon": TONE_ICONS[tone], "title": title, "role": role}
    return _block("alert", content, values)


@register.simple_block_tag(end_name="end_dialog")
def dialog(content: str, id: str = "", title: str = "", css: str = "") -> SafeString:
    """`{% dialog id=… title=… %}…{% end_dialog %}`; opened by `data-dialog="<id>"`."""
    return _block("dialog", content, {"id": id, "title": title, "css": css})


@register.inclusion_tag("components/button.html")
def button(
    label: str,
    variant: str = "",
    *,
    icon: str = "",
    href: str = "",
    key: str = "",
    type: str = "submit",
    name: str = "",
    value: str = "",
    dialog: str = "",
    css: str = "",
    disabled: bool = False,
) -> Values:
    """`{% button label "primary" icon="check" key="a" %}`; a link when it has an href.

    Variants: primary, danger, quiet, link. A `type="button"` with `dialog="id"` opens a dialog.
    """
    return {
        **{"label": label, "variant": variant, "icon": icon, "href": href, "key": key},
        **{"type": "button" if dialog else type, "name": name, "value": value},
        **{"dialog": dialog, "css": css, "disabled": disabled},
    }


@register.inclusion_tag("components/field.html")
def field(bound: BoundField, label: str = "", help: str = "", css: str = "") -> Values:
    """`{% field form.email %}`: label, control, help and error, tied together for every reader."""
    widget = bound.field.widget
    return {
        "field": bound,
        "label": label or bound.label,
        "help": help or bound.help_text,
        "css": css,
        "single_check": isinstance(widget, CheckboxInput),
        "group": isinstance(widget, (RadioSelect, CheckboxSelectMultiple)),
    }


@register.inclusion_tag("components/form_errors.html")
def form_errors(*forms: BaseForm) -> Values:
    """`{% form_errors form %}`: what is wrong, summed up on top with links to the fields.

    Several forms of one page are summed up together.
    """
    wrong = [form for form in forms if form and form.errors]
    return {"forms": wrong, "count": sum(len(form.errors) for form in wrong)}


@register.inclusion_tag("components/tabs.html")
def tabs(tabs: Rows, label: str = "") -> Values:
    """`{% tabs views %}`: saved views, each `{url, label, active, count}` (count may be None).

    One that is `rare` stands in a menu after the others while it is not the active one.
    """
    rare = [tab for tab in tabs if tab.get("rare") and not tab["active"]]
    return {"tabs": [tab for tab in tabs if tab not in rare], "rare": rare, "label": label}


@register.inclusion_tag("components/chips.html")
def chips(chips: Rows, clear: str = "") -> Values:
    """`{% chips filters clear=url %}`: each `{url, label, active}`; pressing follows its url."""
    return {"chips": chips, "clear": clear}


@register.inclusion_tag("components/search.html")
def search(
    label: str,
    value: str = "",
    *,
    name: str = "q",
    action: str = "",
    target: str = "",
    keep: Mapping[str, str] | None = None,
) -> Values:
    """`{% search label q target="#rows" %}`: a GET form; with a target it searches as one types.

    `keep` holds the other parts of the query (the view in force) as hidden inputs.
    """
    return {
        **{"label": label, "value": value, "name": name, "action": action},
        **{"target": target, "keep": keep or {}},
    }


@register.inclusion_tag("components/empty.html")
def empty(
    title: str,
    text: str = "",
    *,
    icon: str = "inbox",
    href: str = "",
    action: str = "",
    variant: str = "primary",
) -> Values:
    """`{% empty title text icon="package" href=url action=label %}`: one sentence, one action."""
    return {
        **{"title": title, "text": text, "icon": icon},
        **{"href": href, "action": action, "variant": variant},
    }


@register.inclusion_tag("components/timeline.html")
def timeline(entries: Rows) -> Values:
    """`{% timeline entries %}`: newest first; each `{title, at or when, text, tone, icon}`."""
    return {"entries": entries}


@register.inclusion_tag("components/steps.html")
def steps(steps: Rows, tone: str = "", label: str = "") -> Values:
    """`{% steps steps tone="attention" %}`: each `{label, state: done|now|next, when}`.

    The tone colours the step reached: empty for on its way, good, attention (late, attempted,
    waiting for pick-up) or problem (returning, lost).
    """
    return {"steps": steps, "tone": tone, "label": label}


@register.inclusion_tag("components/stat.html")
def stat(
    label: str,
    value: str | float,
    *,
    note: str = "",
    tone: str = "",
    icon: str = "",
    href: str = "",
    trend: Sequence[float] = (),
) -> Values:
    """`{% stat label value note=… tone="good" href=url trend=numbers %}`: one figure."""
    return {
        **{"label": label, "value": value, "note": note, "tone": tone},
        **{"icon": icon, "href": href, "trend": trend},
    }


@register.inclusion_tag("components/facts.html")
def facts(facts: Rows, css: str = "") -> Values:
    """`{% facts rows %}`: a definition list; each `{label, value, number}`."""
    return {"facts": facts, "css": css}


@register.inclusion_tag("components/sum.html")
def sum_of(lines: Rows) -> Values:
    """`{% sum_of lines %}`: a sum one can read; each `{label, amount: Money, note, total}`."""
    return {"lines": lines}


@register.inclusion_tag("components/thumb.html")
def thumb(src: str = "", alt: str = "", size: str = "") -> Values:
    """`{% thumb product.image_url %}`: a product's picture or its place; size small or large.

    Leave `alt` empty where the product's name stands beside it.
    """
    return {"src": src, "alt": alt, "size": size, "px": {"small": 28, "large": 64}.get(size, 40)}


@register.inclusion_tag("components/avatar.html")
def avatar(name: str) -> Values:
    """`{% avatar name %}`: the first letter in a circle."""
    return {"name": name}


@register.inclusion_tag("components/kbd.html")
def kbd(key: str) -> Values:
    """`{% kbd "a" %}`: the key that does the same."""
    return {"key": key}


@register.inclusion_tag("components/pagination.html")
def pagination(previous: str = "", next: str = "", shown: str = "", label: str = "") -> Values:
    """`{% pagination previous next %}`: the addresses of the pages beside this one, or empty."""
    return {"previous": previous, "next": next, "shown": shown, "label": label}


@register.inclusion_tag("components/smileys.html")
def smileys(label: str, name: str = "rating") -> Values:
    """`{% smileys label name="rating" %}`: five faces, values 1 to 5."""
    return {"label": label, "name": name}


@register.inclusion_tag("components/progress.html")
def progress(step: int, of: int) -> Values:
    """`{% progress 2 4 %}`: which screen of a form this is."""
    return {"step": step, "of": of, "marks": range(1, of + 1)}
