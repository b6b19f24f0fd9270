"""The rules of the demo shops are such as the editor would publish."""

from dataclasses import replace
from datetime import date

import pytest

from integrations.demo.policy import shop_rules
from returns.rules.defaults import DEFAULT_POLICY
from returns.rules.policy.lint import lint


@pytest.mark.parametrize(("currency", "country"), [("JPY", "JP"), ("USD", "US")])
def test_the_linter_finds_nothing_odd(currency: str, country: str) -> None:
    policy = replace(DEFAULT_POLICY, rules=shop_rules(currency, date(2026, 11, 22)))
    assert len(policy.rules) == 3
    assert lint(policy, countries=[country, "DE"], currencies=[currency]) == []
