"""Reasons under headings, and those that only some goods have."""

from collections.abc import Callable
from dataclasses import replace

import pytest
import time_machine
from django.test import Client

from commerce.models import Merchant, Order
from returns.enums import Fault
from returns.errors import InvalidPolicy
from returns.models import PolicyVersion
from returns.rules.defaults import DEFAULT_POLICY
from returns.rules.policy import Reason, read_policy
from tests.returns.conftest import line_ids
from tests.returns.rules.policy_samples import asks, rule
from tests.returns.test_evidence import NOW
from tests.returns.test_site import path

FIT = {"en": "It does not fit", "ja": "サイズが合わない"}
REASONS = (
    Reason(
        code="too_small", fault=Fault.SHOPPER, label={"en": "Too small", "ja": "小さい"}, group=FIT
    ),
    Reason(code="defective", fault=Fault.MERCHANT, label={"en": "Defective", "ja": "不良品"}),
    Reason(
        code="too_large", fault=Fault.SHOPPER, label={"en": "Too large", "ja": "大きい"}, group=FIT
    ),
)


def test_a_policy_without_headings_keeps_its_hash() -> None:
    written = DEFAULT_POLICY.to_json()
    assert {name for reason in written["reasons"] for name in reason} == {"code", "fault", "label"}
    grouped = replace(DEFAULT_POLICY, reasons=REASONS)
    assert read_policy(grouped.to_json()) == grouped
    assert grouped.hash != DEFAULT_POLICY.hash


def test_a_heading_is_said_in_every_language() -> None:
    written = replace(DEFAULT_POLICY, reasons=REASONS).to_json()
    written["reasons"][0]["group"] = {"en": "It does not fit"}
    with pytest.raises(InvalidPolicy, match=r"reasons\[0\]\.group"):
        read_policy(written)


def test_a_shopper_finds_reasons_under_their_headings(
    bought: Order, scope: Merchant, publish: Callable[..., PolicyVersion]
) -> None:
    only_faults = rule("towels", asks("price", "at_most", {"JPY": 2000}), reasons=["defective"])
    publish(reasons=REASONS, rules=(only_faults,))
    mug, towel = line_ids(bought)
    with time_machine.travel(NOW, tick=False):
        page = Client(headers={"accept-language": "en"}).get(path(bought, scope)).content.decode()
    fit = (
        '<optgroup label="It does not fit">\n  <option value="too_small">Too small</option>\n\n'
        '  <option value="too_large">Too large</option>'
    )
    of_mug, _split, of_towel = page.partition(f'name="r_{towel}"')
    assert "".join(fit.split()) in "".join(of_mug.split())
    assert f'name="r_{mug}"' in of_mug
    assert '<option value="defective">Defective</option>' in of_towel
    assert "optgroup" not in of_towel
