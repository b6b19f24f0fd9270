"""Two people change the draft at the same moment."""

from datetime import datetime

import pytest

from commerce.models import Merchant
from postexp.kernel.tenancy import merchant_scope
from returns.errors import DraftMovedOn
from returns.rules.policy import Rule
from returns.selectors import drafts
from returns.services.drafts import change_rules
from tests.parallel import overlap
from tests.returns.rules.policy_samples import rule

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("begun", [False, True])
def test_who_is_second_is_told_so(merchant: Merchant, at: datetime, begun: bool) -> None:
    mine, theirs = (rule(name, {"all": []}, review=True) for name in ("mine", "theirs"))
    with merchant_scope(merchant.pk):
        if begun:
            change_rules(rules=[], revision="v0", at=at, actor="staff:0")
        revision = drafts.editing().revision

    def change(one: Rule) -> None:
        change_rules(rules=[one], revision=revision, at=at, actor="staff:0")

    def late() -> None:
        with pytest.raises(DraftMovedOn):
            change(theirs)

    overlap(merchant, lambda: change(mine), late)
    with merchant_scope(merchant.pk):
        assert drafts.editing().policy.rules == (mine,)
