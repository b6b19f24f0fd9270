"""What a shopper chooses from: what is left of their order, or a return that they change.

A return that is changed is named in every address on the way, as the choices are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from django.http import Http404

from postexp.kernel import clock
from returns import selectors, services
from returns.enums import Outcome, ReturnMove, ReturnState
from returns.forms import ConfirmForm, UnitsForm
from returns.models import Return
from returns.rules.commands import ExchangeWish, Wish
from returns.rules.states import RETURN_MOVES, possible
from returns.selectors import Judgement, judge
from returns.selectors.changes import judge_change
from returns.selectors.evidence import photos_held
from returns.services.changes import change_return
from returns.site.visits import Visit

CHANGE = "change"


def case_of(visit: Visit, return_id: str) -> Return:
    """Return a return of this order, or the one of a gift that is visited; raises Http404.

    What comes of a gift is not for its buyer to see.
    """
    case = selectors.access_return(return_id)
    if visit.given is not None:
        if case.pk != visit.given.pk:
            raise Http404
    elif case.order_id != visit.order.pk or case.gift_id is not None:
        raise Http404
    return case


def changed_case(visit: Visit) -> Return | None:
    """Return the return that is being changed, None for a new one; raises Http404."""
    return_id = visit.request.GET.get(CHANGE, "")
    return case_of(visit, return_id) if return_id else None


def may_change(case: Return) -> bool:
    """Whether nothing of a return was sent yet."""
    return ReturnMove.CANCEL in possible(RETURN_MOVES, ReturnState(case.state))


def judged(visit: Visit) -> Judgement:
    """Return what can be asked for."""
    case, at = changed_case(visit), clock.now()
    return judge_change(case, at=at) if case else judge(visit.order, at=at)


def url(visit: Visit, name: str) -> str:
    """Return the address of a screen, with the return that is being changed."""
    return_id = visit.request.GET.get(CHANGE, "")
    return visit.url(name) + (f"&{CHANGE}={return_id}" if return_id else "")


def units_form(
    visit: Visit,
    judgement: Judgement,
    data: Any,
    files: Any = None,
    *,
    chosen: Mapping[str, object] | None = None,
) -> UnitsForm:
    """Return the form of the first screen, with the photos that are here already.

    `chosen` fills in a form that was not sent yet.
    """
    return UnitsForm(
        data,
        files,
        initial=chosen,
        judgement=judgement,
        locale=visit.request.locale,
        held=photos_held(visit.order, changed_case(visit)),
    )


def first_choices(visit: Visit) -> dict[str, object]:
    """Return what the first screen begins with: the address's choices, else those to be changed."""
    given = visit.request.GET.dict()
    case = changed_case(visit)
    if case is None or any(name.startswith("q_") for name in given):
        return {**given}
    units, chosen = Counter[str](), dict[str, object]()
    for line in selectors.list_lines_of(case):
        units[line.order_line.public_id] += line.quantity
        chosen[f"r_{line.order_line.public_id}"] = line.reason
    return {**chosen, **{f"q_{line}": count for line, count in units.items()}}


def ask(
    visit: Visit,
    wishes: Sequence[Wish],
    outcome: Outcome,
    form: ConfirmForm,
    method: str,
    exchange: ExchangeWish,
    drop_off: str = "",
) -> Return:
    """Ask for a return, or for this one instead of that which is being changed."""
    asked: dict[str, Any] = {
        "wishes": wishes,
        "outcome": outcome,
        "at": clock.now(),
        "actor": "shopper",
        "note": form.cleaned_data["note"],
        "locale": visit.request.locale,
        "shown_payout": form.cleaned_data["payout"],
        "key": form.cleaned_data["key"],
        "method": method,
        "drop_off": drop_off,
        "exchange": exchange,
    }
    case = changed_case(visit)
    if case is not None:
        return change_return(return_id=case.public_id, **asked)
    return services.request_return(order_id=visit.order.public_id, **asked)
