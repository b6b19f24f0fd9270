"""The pages of the settings stand in groups, each page once, in a list that works everywhere."""

import pytest
from django.test import Client
from django.utils import translation

from commerce.models import Merchant

SETTINGS = "/d/komorebi/settings/"


def test_every_page_stands_in_one_group(staff: Client, scope: Merchant) -> None:
    context = staff.get(SETTINGS).context
    groups = context["settings_groups"]
    assert [label for label, _entries in groups] == [
        *("General", "Shoppers’ pages", "Messages", "Returns"),
        *("Connected systems", "People and safety", "Data management"),
    ]
    grouped = [entry["url"] for _label, entries in groups for entry in entries]
    assert sorted(grouped) == sorted(entry["url"] for entry in context["settings_tabs"])
    assert len(set(grouped)) == len(grouped)


def test_the_list_leads_to_every_page_and_marks_where_one_is(
    staff: Client, scope: Merchant
) -> None:
    for entry in staff.get(SETTINGS).context["settings_tabs"]:
        answer = staff.get(entry["url"])
        assert answer.status_code == 200, entry["url"]
        page = answer.content.decode()
        # Once in the list at the side, once in the menu of small screens.
        assert page.count(f'<a href="{entry["url"]}" aria-current="page">') == 2, entry["url"]


@pytest.mark.parametrize("language", ["en", "ja"])
def test_no_group_is_called_as_a_page_in_it(language: str, staff: Client, scope: Merchant) -> None:
    groups = staff.get(SETTINGS, headers={"accept-language": language}).context["settings_groups"]
    with translation.override(language):
        for label, entries in groups:
            assert str(label) not in {str(entry["label"]) for entry in entries}
