"""A return is changed until the first scan: both happen, or neither, and no unit twice."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client

from commerce.enums import Scope
from commerce.models import Merchant, Order, User
from commerce.services.keys import create_key
from postexp.kernel.models import EventRecord
from returns import services
from returns.enums import Outcome, ReturnState
from returns.errors import (
    InvalidTransition,
    NotReturnable,
    QuantityExceedsReturnable,
    QuoteChanged,
    ReturnsError,
)
from returns.models import PolicyVersion, Replacement, Return
from returns.selectors import judge
from returns.services.changes import change_return
from tests.parallel import overlap
from tests.returns.conftest import ask, fresh, line_ids
from tests.returns.test_evidence import keep
from tests.returns.test_journey import variant_id
from tests.returns.test_site import chosen, hidden, path, words

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)


def change(
    case: Return,
    *units: tuple[int, int, str],
    outcome: Outcome = Outcome.REFUND,
    at: datetime = NOW,
    shown: int | None = None,
    key: str = "",
    variant: str = "",
) -> Return:
    ids = line_ids(case.order)
    return change_return(
        return_id=case.public_id,
        wishes=[
            services.Wish(line=ids[line], quantity=count, reason=reason, variant=variant)
            for line, count, reason in units
        ],
        outcome=outcome,
        at=at,
        actor="shopper",
        shown_payout=shown,
        key=key,
    )


def free(order: Order) -> list[int]:
    return [one.decision.returnable for one in judge(order, at=NOW).lines]


def test_units_reason_and_outcome_are_changed_with_a_new_sum(bought: Order) -> None:
    case = ask(bought, NOW, (0, 2, "too_small"))
    changed = change(case, (0, 1, "too_large"), (1, 1, "defective"), outcome=Outcome.STORE_CREDIT)
    assert (fresh(case).state, changed.state) == (ReturnState.CANCELLED, ReturnState.IN_REVIEW)
    assert changed.replaces == case
    assert changed.quote["payout"] == 4875
    assert free(bought) == [1, 0]
    kinds = ["return.cancelled", "return.requested", "return.changed"]
    told = EventRecord.objects.filter(type__in=kinds).order_by("id")
    assert [one.type for one in told] == ["return.requested", *kinds]


def test_what_cannot_be_had_changes_nothing(bought: Order) -> None:
    case = ask(bought, NOW, (0, 1, "too_small"))
    for units, shown, error in (
        ((0, 3, "too_small"), None, QuantityExceedsReturnable),
        ((0, 1, "magic"), None, NotReturnable),
        ((0, 2, "too_small"), 1, QuoteChanged),
    ):
        with pytest.raises(error):
            change(case, units, shown=shown)
    assert fresh(case).state == ReturnState.IN_REVIEW
    assert Return.objects.count() == 1
    assert free(bought) == [1, 1]


def test_changing_twice_with_one_form_changes_once(bought: Order) -> None:
    case = ask(bought, NOW, (0, 1, "too_small"))
    first = change(case, (0, 2, "too_small"), key="once_only_1")
    assert change(case, (0, 2, "too_small"), key="once_only_1") == first
    assert Return.objects.count() == 2


def test_nothing_is_changed_after_the_first_scan(
    bought: Order, publish: Callable[..., PolicyVersion]
) -> None:
    publish(review=False)
    case = ask(bought, NOW, (0, 1, "too_small"))
    services.mark_sent(return_id=case.public_id, tracking_number="", at=NOW, actor="shopper")
    with pytest.raises(InvalidTransition):
        change(case, (0, 1, "too_large"))


def test_what_was_asked_in_time_may_be_changed_after_the_last_day(bought: Order) -> None:
    asked = NOW + timedelta(days=30)
    late = NOW + timedelta(days=60)
    case = ask(bought, asked, (0, 1, "too_small"))
    with pytest.raises(ReturnsError):
        ask(bought, late, (1, 1, "too_small"))
    with pytest.raises(QuantityExceedsReturnable):
        change(case, (0, 2, "too_large"), at=late)
    with pytest.raises(QuantityExceedsReturnable):
        change(case, (0, 1, "too_large"), (1, 1, "too_small"), at=late)
    changed = change(case, (0, 1, "too_large"), at=late)
    assert changed.lines.get().reason == "too_large"


def test_the_last_one_is_kept_for_who_holds_it(bought: Order) -> None:
    blue = variant_id(bought, "青")
    case = ask(bought, NOW, (0, 1, "too_small"), outcome=Outcome.EXCHANGE, variant=blue)
    changed = change(case, (0, 1, "too_large"), outcome=Outcome.EXCHANGE, variant=blue)
    states = list(Replacement.objects.order_by("id").values_list("state", flat=True))
    assert states == ["released", "reserved"]
    assert changed.lines.get().variant is not None


def test_photos_come_along(bought: Order) -> None:
    keep(bought)
    case = ask(bought, NOW, (0, 1, "defective"))
    changed = change(case, (0, 1, "wrong_item"))
    assert (case.evidence.count(), changed.evidence.count()) == (0, 1)


@pytest.mark.django_db(transaction=True)
def test_two_changes_at_once_promise_no_unit_twice(bought: Order, scope: Merchant) -> None:
    case = ask(bought, NOW, (0, 1, "too_small"))

    def again() -> None:
        with pytest.raises(InvalidTransition):
            change(case, (0, 2, "too_large"))

    overlap(scope, lambda: change(case, (0, 2, "too_small")), again)
    assert free(bought) == [0, 1]
    assert Return.objects.exclude(state=ReturnState.CANCELLED).count() == 1


def test_a_shopper_changes_it_on_the_way_they_asked(bought: Order, scope: Merchant) -> None:
    with time_machine.travel(NOW, tick=False):
        shopper = Client(headers={"accept-language": "en"}, enforce_csrf_checks=True)
        case = ask(bought, NOW, (0, 2, "too_small"))
        status = shopper.get(path(bought, scope, f"{case.public_id}/"))
        assert "You asked for this return" in words(status)
        assert "Next: our answer" in words(status)
        assert f"change={case.public_id}" in status.content.decode()
        start = shopper.get(path(bought, scope), {"change": case.public_id})
        assert f"What would you like to change in {case.number}?" in words(start)
        assert '<option value="2" selected>' in start.content.decode()
        assert '<option value="too_small" selected>' in start.content.decode()
        choice = chosen(bought, (0, 1, "too_large"), change=case.public_id, outcome="refund")
        outcome = shopper.get(path(bought, scope, "outcome/"), choice)
        assert hidden(outcome, "change") == case.public_id
        check = shopper.get(path(bought, scope, "check/"), choice)
        assert "Change my return" in words(check)
        url = f"{path(bought, scope, 'check/')}?{check.request['QUERY_STRING']}"
        sent = {"payout": hidden(check, "payout"), "key": hidden(check, "key")}
        first, second = shopper.post(url, sent), shopper.post(url, sent)
        assert first.headers["Location"] == second.headers["Location"]
        changed = Return.objects.get(replaces=case)
        assert changed.public_id in first.headers["Location"]
        assert changed.lines.get().quantity == 1
        old = shopper.get(path(bought, scope, f"{case.public_id}/"))
        assert "See what it is now" in words(old)
        assert "You changed this return" in words(old)
        over = shopper.get(path(bought, scope), {"change": case.public_id})
        assert over.headers["Location"].startswith(path(bought, scope, case.public_id))


def test_it_is_changed_over_rest(bought: Order, scope: Merchant, owner: User) -> None:
    secret = create_key(merchant=scope, name="ERP", scopes=list(Scope), by=owner, at=NOW).secret
    api = Client(headers={"authorization": f"Bearer {secret}"})
    with time_machine.travel(NOW, tick=False):
        case = ask(bought, NOW, (0, 1, "too_small"))
        line = {"line_id": line_ids(bought)[0], "quantity": 2, "reason": "too_large"}
        answers = [
            api.post(
                f"/api/v1/returns/{case.public_id}/change",
                {"outcome": "refund", "lines": [line]},
                content_type="application/json",
            )
            for _ in range(2)
        ]
    assert answers[0].status_code == 201, answers[0].content
    assert answers[0].json()["lines"][0]["quantity"] == 2
    assert (answers[1].status_code, answers[1].json()["code"]) == (409, "invalid_transition")
