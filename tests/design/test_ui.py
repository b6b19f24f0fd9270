"""The template tags: what each component writes."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
import time_machine
from django import forms
from django.template import Context, Template
from django.test import RequestFactory
from django.utils.translation import override

from postexp.kernel.money import Money

AT = datetime(2026, 11, 24, 5, 5, tzinfo=UTC)


def render(source: str, **values: Any) -> str:
    """Render a template that has the tags loaded."""
    return Template("{% load ui %}" + source).render(Context(values)).strip()


class Question(forms.Form):
    """One field of each kind."""

    email = forms.EmailField(help_text="Where we write")
    note = forms.CharField(required=False)
    agreed = forms.BooleanField()
    how = forms.ChoiceField(widget=forms.RadioSelect, choices=[("m", "Mail"), ("s", "Shop")])
    hidden = forms.CharField(widget=forms.HiddenInput, required=False)

    def clean(self) -> None:
        """Refuse the whole."""
        raise forms.ValidationError("Not together")


def test_a_button_is_a_button_or_a_link() -> None:
    assert render('{% button "Save" "primary" %}').startswith(
        '<button class="button button-primary" type="submit">'
    )
    link = render('{% button "Open" href="/x" icon="truck" %}')
    assert link.startswith('<a class="button" href="/x">')
    assert "<svg" in link


def test_a_button_names_its_key_and_opens_its_dialog() -> None:
    button = render('{% button "Ask" key="a" dialog="ask" %}')
    assert 'type="button"' in button
    assert 'data-dialog="ask"' in button
    assert 'data-key="a"' in button
    assert ">A</kbd>" in button


def test_labels_are_escaped() -> None:
    for tag in ("{% button x %}", '{% badge "good" x %}', "{% empty x %}", "{% stat x x %}"):
        assert "<b>" not in render(tag, x="<b>")
    assert "<b>" not in render("{% card title=x %}{{ x }}{% end_card %}", x="<b>")


@pytest.mark.parametrize("tone", ["good", "attention", "problem", "information", "neutral"])
def test_a_badge_is_colour_icon_and_word(tone: str) -> None:
    badge = render("{% badge tone label %}", tone=tone, label="Late")
    assert f"badge-{tone}" in badge
    assert "<svg" in badge
    assert badge.endswith("Late</span>")


def test_an_unknown_tone_is_an_error() -> None:
    with pytest.raises(KeyError):
        render('{% badge "pink" "x" %}')
    with pytest.raises(KeyError):
        render('{% alert "pink" %}{% end_alert %}')


def test_money_in_text_and_cells() -> None:
    assert render("{{ total|money }}", total=Money(1980, "JPY")) == "¥1,980"
    assert render('{{ 1050|money:"USD" }}') == "$10.50"
    assert render("{{ nothing|money }}", nothing=None) == ""
    assert render("{% money_cell total %}", total=Money(5, "USD")) == (
        '<td class="number money">$0.05</td>'
    )
    assert "–" in render("{% money_cell total %}", total=None)


def test_the_filters_write_days_hours_and_names() -> None:
    values = {"at": AT, "on": date(2026, 11, 24), "to": date(2026, 11, 26), "none": None}
    with override("ja"):
        assert render("{{ at|shop_datetime }}", **values) == "11月24日(火) 05:05"
        assert render("{{ on|shop_date }}", **values) == "11月24日(火)"
        assert render("{{ on|shop_date_range:to }}", **values) == "11月24日(火)〜26日(木)"
        assert render("{{ f|shop_time_range:t }}", f=time(14), t=time(16)) == "14時〜16時"
        assert render('{{ n|honorific:"company" }}', n="みどり") == "みどり 御中"
    with override("en"):
        assert render("{{ at|shop_time }}", **values) == "05:05"
        assert render("{{ n|number }}", n=12345) == "12,345"
    for name in ("shop_date", "shop_time", "shop_datetime"):
        assert render("{{ none|" + name + " }}", **values) == ""
    assert render("{{ none|initial }}", **values) == "·"
    assert render("{{ n|initial }}", n=" sato") == "S"


def test_a_moment_can_be_read_by_machines() -> None:
    with override("en"), time_machine.travel(AT + timedelta(minutes=5)):
        assert render("{% when at %}", at=AT) == (
            '<time datetime="2026-11-24T05:05:00+00:00" title="Tue 24 Nov, 05:05">'
            "Tue 24 Nov, 05:05</time>"
        )
        assert ">5 minutes ago</time>" in render('{% when at "ago" %}', at=AT)
        assert ">Tue 24 Nov</time>" in render('{% when at "date" %}', at=AT)
        assert ">05:05</time>" in render('{% when at "time" %}', at=AT)
        assert render("{% when on %}", on=date(2026, 11, 24)) == (
            '<time datetime="2026-11-24">Tue 24 Nov</time>'
        )
    assert render("{% when at %}", at=None) == "–"


def test_a_field_ties_label_help_and_error_to_its_control() -> None:
    form = Question({"email": "nobody"})
    field = render("{% field form.email %}", form=form)
    assert '<label for="id_email">' in field
    assert 'id="id_email_helptext"' in field
    assert 'id="id_email_error"' in field
    assert 'aria-describedby="id_email_helptext id_email_error"' in field
    assert 'aria-invalid="true"' in field


def test_optional_fields_say_so() -> None:
    assert "field-optional" in render("{% field form.note %}", form=Question())
    assert "field-optional" not in render("{% field form.email %}", form=Question())
    assert "Other" in render('{% field form.note label="Other" %}', form=Question())


def test_choices_form_a_group_and_a_box_stands_before_its_label() -> None:
    group = render("{% field form.how %}", form=Question())
    assert group.startswith("<fieldset")
    assert group.count('<label class="choice"') == 2
    box = render("{% field form.agreed %}", form=Question())
    assert box.index("<input") < box.index("<label")


def test_the_summary_links_to_each_error() -> None:
    summary = render("{% form_errors form %}", form=Question({}))
    assert 'role="alert"' in summary
    assert 'href="#id_email"' in summary
    assert 'href="#id_how"' in summary
    assert "Not together" in summary
    assert render("{% form_errors form %}", form=Question()) == ""


def test_all_fields_at_once() -> None:
    page = render('{% include "components/form.html" %}', form=Question())
    assert page.count('class="field"') == 4
    assert 'type="hidden"' in page


def test_the_query_changes_only_what_is_named() -> None:
    request = RequestFactory().get("/", {"q": "mug", "status": "open", "cursor": "x"})
    changed = render('{% query status="closed" cursor=None %}', request=request)
    assert changed.replace("&amp;", "&") == "?q=mug&status=closed"


def test_page_header_card_and_dialog_hold_what_is_put_into_them() -> None:
    header = render(
        '{% page_header title="Orders" count=1284 back="/" back_label="Home" %}<b>x</b>'
        "{% end_page_header %}"
    )
    assert '<span class="count">1,284</span>' in header
    assert "<b>x</b>" in header
    assert "page-header-actions" not in render(
        '{% page_header title="Orders" %}{% end_page_header %}'
    )
    assert "card-flush" in render('{% card css="flush" %}x{% end_card %}')
    dialog = render('{% dialog id="ask" title="Sure?" %}x{% end_dialog %}')
    assert 'aria-labelledby="ask-title"' in dialog
    assert "data-close" in dialog


@pytest.mark.parametrize(("active", "menu"), [(False, 1), (True, 0)])
def test_rare_tabs_stand_in_a_menu_until_one_looks_at_them(*, active: bool, menu: int) -> None:
    rows = [
        {"url": "?a", "label": "All", "active": not active, "count": None},
        {"url": "?b", "label": "Done", "active": active, "count": 7, "rare": True},
    ]
    tabs = render("{% tabs rows %}", rows=rows)
    assert tabs.count("<a ") == 2
    assert tabs.count("<details") == tabs.count('class="menu-item" href="?b"') == menu


def test_tabs_and_chips_are_links() -> None:
    rows = [
        {"url": "?a", "label": "All", "active": True, "count": 0},
        {"url": "?b", "label": "Late", "active": False, "count": None},
    ]
    tabs = render("{% tabs rows %}", rows=rows)
    assert tabs.count("<a ") == 2
    assert tabs.count('aria-current="page"') == 1
    assert tabs.count('class="count"') == 1
    assert "<details" not in tabs
    chips = render('{% chips rows clear="?" %}', rows=rows)
    assert "chip chip-on" in chips
    assert chips.count("<a ") == 3
    assert render("{% chips rows %}", rows=[]) == ""


def test_the_search_box_keeps_the_view() -> None:
    box = render('{% search "Search" "mug" keep=keep %}', keep={"status": "open"})
    assert 'value="mug"' in box
    assert '<input type="hidden" name="status" value="open">' in box
    assert "hx-get" not in box
    assert "hx-get" in render('{% search "Search" target="#rows" action="/d/" %}')


def test_the_step_reached_is_marked_and_late_is_said_with_an_icon() -> None:
    rows = [
        {"label": "Shipped", "state": "done", "when": "24 Nov"},
        {"label": "On its way", "state": "now"},
        {"label": "Delivered", "state": "next"},
    ]
    bar = render('{% steps rows tone="attention" label="Parcel" %}', rows=rows)
    assert bar.count('aria-current="step"') == 1
    assert bar.count("<svg") == 2
    assert 'aria-label="Parcel"' in bar
    assert "24 Nov" in bar


def test_a_timeline_gives_each_entry_its_tone_and_time() -> None:
    entries = [
        {"title": "Delivered", "at": AT, "tone": "good", "icon": "check", "text": "At the door"},
        {"title": "Handed over", "when": "24 Nov"},
    ]
    with override("en"):
        story = render("{% timeline entries %}", entries=entries)
    assert "timeline-good" in story
    assert "timeline-neutral" in story
    assert story.count("<time") == 1
    assert "24 Nov</span>" in story


def test_small_components() -> None:
    assert 'aria-hidden="true"' in render('{% kbd "a" %}')
    assert 'width="64"' in render('{% thumb "/p.png" "" "large" %}')
    assert "<img" not in render("{% thumb %}")
    assert ">M</span>" in render('{% avatar "midori" %}')
    assert render("{% pagination %}") == ""
    assert 'rel="next"' in render('{% pagination next="?c=2" %}')
    assert render('{% smileys "How?" %}').count('type="radio"') == 5
    assert render("{% progress 2 4 %}").count("progress-done") == 2
    facts = render("{% facts rows %}", rows=[{"label": "Weight", "value": None}])
    assert "–" in facts
    total = [{"label": "Total", "amount": Money(5440, "JPY"), "total": True}]
    assert "¥5,440" in render("{% sum_of lines %}", lines=total)
    card = render('{% stat "Orders" 12 trend=t href="/o" tone="good" note="ok" %}', t=[1, 2])
    assert card.startswith('<a class="stat" href="/o">')
    assert "chart-spark" in card
    assert "chart-spark" in render('{% spark t "Orders" %}', t=[1, 2, 3])
