"""What the style guide shows: the same few things in English and Japanese."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from django import forms

from postexp.design import charts
from postexp.kernel.money import Money

THEMES = ("light", "dark")
LANGUAGES = ("en", "ja")
SPECIMENS = (
    "type",
    "buttons",
    "badges",
    "page_header",
    "tabs_and_filters",
    "table",
    "empty",
    "stats",
    "timeline",
    "steps",
    "facts",
    "form",
    "choices",
    "alerts",
    "overlays",
    "pictures",
    "charts",
    "progress",
)

_AT = datetime(2026, 11, 24, 5, 5, tzinfo=UTC)
_FROM = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)
_UNTIL = datetime(2026, 11, 24, 7, 0, tzinfo=UTC)
_NAMES = {
    "en": ("Hanako Sato", "Ren Suzuki", "Grace Lee", "Omar Haddad"),
    "ja": ("佐藤 花子", "鈴木 蓮", "リー・グレース", "山本 さくら"),
}
_STATES = {
    "en": (
        ("good", "Delivered"),
        ("information", "On its way"),
        ("attention", "Late"),
        ("problem", "Lost"),
        ("neutral", "Draft"),
        ("accent", "New"),
    ),
    "ja": (
        ("good", "配達完了"),
        ("information", "配送中"),
        ("attention", "遅れ"),
        ("problem", "紛失"),
        ("neutral", "下書き"),
        ("accent", "新着"),
    ),
}
_STEPS = {
    "en": ("Ordered", "Shipped", "On its way", "Delivered"),
    "ja": ("ご注文", "発送", "配送中", "お届け"),
}
_STORY = {
    "en": (
        ("good", "circle-check", "Delivered", "Left at the front door."),
        ("information", "truck", "Out for delivery", "Shinagawa depot"),
        ("attention", "clock", "Delayed by snow", "The carrier expects one more day."),
        ("neutral", "package", "Parcel handed over", ""),
    ),
    "ja": (
        ("good", "circle-check", "お届けしました", "玄関前に置きました。"),
        ("information", "truck", "配達に出ています", "品川営業所"),
        ("attention", "clock", "大雪のため遅れています", "1日ほど遅れる見込みです。"),
        ("neutral", "package", "荷物を引き渡しました", ""),
    ),
}
_WEEK = {"en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"), "ja": tuple("月火水木金土日")}


class SampleForm(forms.Form):
    """Each kind of field once."""

    email = forms.EmailField(label="E-mail", help_text="We write here when something changes.")
    kind = forms.ChoiceField(label="Kind", choices=[("a", "Standard"), ("b", "Express")])
    note = forms.CharField(label="Note", required=False, widget=forms.Textarea)
    day = forms.DateField(label="Day", widget=forms.DateInput(attrs={"type": "date"}))
    agreed = forms.BooleanField(label="Send a copy to me", required=False)
    how = forms.ChoiceField(
        label="How", widget=forms.RadioSelect, choices=[("m", "By mail"), ("s", "In the shop")]
    )


class SampleFormJa(SampleForm):
    """The same form as a Japanese merchant would word it."""

    email = forms.EmailField(label="メールアドレス", help_text="変更があればここにお知らせします。")
    kind = forms.ChoiceField(label="種類", choices=[("a", "通常便"), ("b", "速達")])
    note = forms.CharField(label="メモ", required=False, widget=forms.Textarea)
    day = forms.DateField(label="日付", widget=forms.DateInput(attrs={"type": "date"}))
    agreed = forms.BooleanField(label="控えを自分にも送る", required=False)
    how = forms.ChoiceField(
        label="方法", widget=forms.RadioSelect, choices=[("m", "郵送"), ("s", "店頭")]
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One specimen's cell: a language, a theme, and what the components are fed with."""

    language: str
    theme: str
    words: dict[str, Any]


def cells() -> list[Cell]:
    """Return the four cells: English and Japanese, light and dark."""
    return [
        Cell(language=language, theme=theme, words=words(language, theme))
        for language in LANGUAGES
        for theme in THEMES
    ]


def words(language: str, theme: str) -> dict[str, Any]:
    """Return what the components show in one language; ids carry the theme, to stay unique."""
    form_class = SampleFormJa if language == "ja" else SampleForm
    prefix = f"{language}-{theme}"
    names, states = _NAMES[language], _STATES[language]
    return {
        "id": prefix,
        "names": names,
        "states": states,
        "at": _AT,
        "from": _FROM,
        "until": _UNTIL,
        "first": date(2026, 11, 24),
        "last": date(2026, 11, 26),
        "yen": Money(1980, "JPY"),
        "dollars": Money(-1050, "USD"),
        "form": form_class({f"{prefix}-email": "hanako@"}, prefix=prefix),
        "fresh": form_class(prefix=f"{prefix}-fresh"),
        "tabs": [
            {"url": "#table", "label": label, "active": at == 1, "count": count}
            for at, (label, count) in enumerate(
                zip((states[0][1], states[1][1], states[2][1]), (128, 24, None), strict=True)
            )
        ],
        "chips": [
            {"url": "#table", "label": states[2][1], "active": True},
            {"url": "#table", "label": states[4][1], "active": False},
        ],
        "rows": [
            {
                "number": f"#{1042 + at}",
                "name": name,
                "state": state,
                "at": _AT.replace(day=24 - at),
                "total": Money(1980 * (at + 1) ** 3, "JPY"),
            }
            for at, (name, state) in enumerate(zip(names, states, strict=False))
        ],
        "timeline": [
            {"tone": tone, "icon": icon, "title": title, "text": text, "at": _AT}
            for tone, icon, title, text in _STORY[language]
        ],
        "steps": [
            {"tone": tone, "steps": _steps(language, reached)}
            for tone, reached in (("", 2), ("good", 3), ("attention", 2), ("problem", 1))
        ],
        "sum": [
            {"label": states[0][1], "amount": Money(5940, "JPY")},
            {"label": states[4][1], "amount": Money(-500, "JPY")},
            {
                "label": "Total" if language == "en" else "合計",
                "amount": Money(5440, "JPY"),
                "total": True,
            },
        ],
        "trend": [3, 5, 4, 8, 6, 9, 12, 11, 15],
        "charts": _charts(language),
    }


def _steps(language: str, reached: int) -> list[dict[str, str]]:
    states = ["done" if at < reached else "now" if at == reached else "next" for at in range(4)]
    return [
        {"label": label, "state": state}
        for label, state in zip(_STEPS[language], states, strict=True)
    ]


def _charts(language: str) -> list[charts.Chart]:
    ja = language == "ja"
    week, steps = _WEEK[language], _STEPS[language]
    points = [
        charts.Point(name=name, value=value)
        for name, value in zip(week, (12, 31, 24, 27, 38, 19, 9), strict=True)
    ]
    earlier = [charts.Point(name=name, value=20 - at) for at, name in enumerate(week)]
    reasons = [
        charts.Point(name="サイズが合わない" if ja else "Does not fit", value=48, text="48 %"),
        charts.Point(name="イメージと違う" if ja else "Not as pictured", value=31, text="31 %"),
        charts.Point(
            name="破損していた" if ja else "Arrived damaged", value=9, text="9 %", tone="problem"
        ),
    ]
    remaining = [
        charts.Point(name=name, value=value)
        for name, value in zip(steps, (812, 790, 640, 588), strict=True)
    ]
    value = "件数" if ja else "Count"
    share = "割合" if ja else "Share"
    day = "曜日" if ja else "Day"
    return [
        charts.Line(
            title="金曜日が最も多い" if ja else "Friday is the busiest day",
            head=(day, value, "前週" if ja else "Week before"),
            points=points,
            before=earlier,
        ),
        charts.Bars(
            title="半分近くはサイズが理由" if ja else "Almost half come back for their size",
            head=("理由" if ja else "Reason", share),
            points=reasons,
        ),
        charts.Columns(
            title="週末は静か" if ja else "Weekends are quiet", head=(day, value), points=points
        ),
        charts.Funnel(
            title="7割が届いている" if ja else "Seven in ten have arrived",
            head=("段階" if ja else "Step", value, share),
            points=remaining,
        ),
        charts.Heat(
            title="夕方の受け取りが多い" if ja else "Most are taken in the evening",
            head=(day, *(f"{hour}" for hour in range(8, 22, 2))),
            names=week,
            cells=[[(row * 3 + column * column) % 17 for column in range(7)] for row in range(7)],
        ),
    ]
