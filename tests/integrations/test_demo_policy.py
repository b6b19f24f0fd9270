"""The rules of the demo shops are such as the editor would publish."""

from dataclasses import replace
from datetime import date

import pytest

from integrations.demo.policy import SENDING, shop_rules
from returns.rules.defaults import DEFAULT_POLICY
from returns.rules.policy.lint import lint


@pytest.mark.parametrize(
    ("currency", "country", "language"), [("JPY", "JP", "ja"), ("USD", "US", "en")]
)
def test_the_linter_finds_nothing_odd(currency: str, country: str, language: str) -> None:
    rules = shop_rules(currency, date(2026, 11, 22), language)
    policy = replace(DEFAULT_POLICY, rules=rules, instructions=SENDING)
    # Staff read what their rules are for in the language of their shop.
    assert all((rule.note.isascii()) is (language == "en") for rule in rules)
    assert len(policy.rules) == 3
    assert lint(policy, countries=[country, "DE"], currencies=[currency]) == []
