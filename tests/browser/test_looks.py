"""Contrast is judged of every look that words have, and of each but once."""

import pytest

from tests.browser.conftest import Looks, Open, violations

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PAGE = '<html lang="en"><title>T</title><body><main><h1>Words</h1>{}</main></body></html>'
PALE = '<p style="color: #ccc; background: white{}">Hardly to be read</p>'
ON_PALE = '<div style="background: #555"><p>Well to be read on white</p></div>'


def test_a_look_is_judged_where_it_is_first_shown(open_page: Open) -> None:
    page = open_page(axe=True)
    looks = Looks()

    def found(words: str) -> list[str]:
        page.set_content(PAGE.format(words))
        return [line.partition(":")[0] for line in violations(page, looks=looks)]

    assert found("<p>Well to be read on white</p>") == []
    assert found(PALE.format("; visibility: hidden")) == []
    assert found(PALE.format("") * 3) == ["color-contrast"]
    assert found(PALE.format("")) == [], "It is known already."
    assert found(PALE.format("; font-weight: 700")) == ["color-contrast"]
    assert found(ON_PALE) == ["color-contrast"], "The same words stand on something else."
