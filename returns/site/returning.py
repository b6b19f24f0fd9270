"""The shopper's face: asking for a return in three screens, from a signed link.

Choices travel in the address until the last screen, so nothing is kept of someone who only looked,
the back button works, and the pages need neither cookies nor scripts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from postexp.kernel import ids
from postexp.kernel.money import Money
from returns import selectors, services
from returns.enums import Outcome, ReturnMethod
from returns.errors import OutOfStock, ReturnsError
from returns.forms import ConfirmForm, OutcomeForm, UnitsForm
from returns.forms.exchanges import ExchangeChoiceForm
from returns.rules.commands import Wish
from returns.rules.eligibility import last_days, shared_days
from returns.rules.policy import Offer
from returns.rules.quotes import Quote
from returns.selectors import Judged, Judgement
from returns.selectors.eligibility import first_replacement
from returns.selectors.evidence import list_waiting_evidence
from returns.selectors.exchanges import (
    chosen_for_rest,
    exchange_terms,
    may_be_instant,
    rest_choices,
    wanted_variant,
)
from returns.selectors.parcels import ways_to_send
from returns.selectors.policy_pages import policy_path
from returns.selectors.withdrawals import withdrawal_path
from returns.serializers import denials_in_words, shopper_standings, sum_in_words, sum_lines
from returns.serializers.closed import closed_of_choice, closed_of_line
from returns.serializers.exchanges import hold_words, title_instead
from returns.serializers.last_days import last_moment
from returns.serializers.promises import may_keep, promises_ahead, promises_together
from returns.serializers.words import signed
from returns.services.exchange_offers import value_of_wish
from returns.site.asking import (
    CHANGE,
    ask,
    changed_case,
    first_choices,
    judged,
    may_change,
    units_form,
    url,
)
from returns.site.drop_off import point_before, points_url
from returns.site.sending import method_choices
from returns.site.visits import Visit, of_sale

SCREENS = 3


@require_safe
def returns_home(request: HttpRequest, slug: str) -> HttpResponse:
    """The address a shop links to: a return begins with finding the order."""
    query = {"for": "return", **({"lang": request.GET["lang"]} if "lang" in request.GET else {})}
    return HttpResponseRedirect(f"{reverse('site:lookup', args=[slug])}?{urlencode(query)}")


@require_safe
@of_sale
def return_start(visit: Visit) -> HttpResponse:
    """The returns of an order, and the first screen of a new one: what, and why."""
    case = changed_case(visit)
    if case is not None and not may_change(case):
        return visit.go("return_status", case.public_id)
    judgement = judged(visit)
    services.remember_deadlines(judgement)
    return show_start(
        visit, judgement, units_form(visit, judgement, None, chosen=first_choices(visit))
    )


def show_start(
    visit: Visit, judgement: Judgement, form: UnitsForm, *, status: int = 200
) -> HttpResponse:
    """Show the first screen; where a reason asks for photos, its form sends them along."""
    locale = visit.request.locale
    shared = shared_days([one.decision for one in judgement.lines])
    over = {
        one.line.pk: closed_of_line(one, locale, visit.order.country)
        for one in judgement.lines
        if one.decision.returnable
    }
    first = next(iter(over.values()), [])
    all_over = [one for one in first if shared and all(one in told for told in over.values())]
    changed = changed_case(visit)
    kept: dict[int | None, list[dict[str, str]]] = {}
    for photo in list_waiting_evidence(visit.order):
        shown = {"id": photo.public_id, "url": visit.url("return_photo", photo.public_id)}
        kept.setdefault(photo.order_line_id, []).append(shown)
    return visit.page(
        "start",
        status,
        form=form,
        rows=[
            (
                {
                    **_shown(one),
                    "windows": [] if shared else _windows(visit, last_days([one.decision])),
                    "over": [told for told in over[one.line.pk] if told not in all_over],
                },
                quantity,
                reason,
                photos,
                kept.get(one.line.pk, ()),
            )
            for one, quantity, reason, photos in form.rows()
        ],
        photos_url=url(visit, "return_photos") if form.asks_photos else "",
        changed=changed,
        closed=[
            {
                **_shown(one),
                "why": denials_in_words(one.decision.denials, locale, country=visit.order.country),
            }
            for one in judgement.lines
            if not one.decision.returnable
        ],
        windows=_windows(visit, shared),
        over=all_over,
        send_within=judgement.policy.send_within,
        keeps_all=all(may_keep(one) for one in judgement.lines if one.decision.returnable),
        cases=()
        if changed
        else shopper_standings(selectors.list_returns_of_order(visit.order, for_buyer=True)),
        next_url=visit.url("return_outcome"),
        policy_url=f"{policy_path(visit.order)}?lang={locale}",
        withdraw_url=withdrawal_path(visit.order, locale=locale, at=judgement.at),
        screens=SCREENS,
    )


def _windows(visit: Visit, offers: Sequence[Offer]) -> list[dict[str, str]]:
    return [
        {"outcome": offer.outcome.value, "until": last_moment(offer.until, visit.order.country)}
        for offer in offers
    ]


def _shown(one: Judged) -> dict[str, Any]:
    image = one.line.product.image if one.line.product else None
    return {
        "title": one.line.title,
        "variant_title": one.line.variant_title,
        "image_url": image.url if image else "",
        "quantity": one.line.quantity,
        "returnable": one.decision.returnable,
        "final_sale": one.line.final_sale,
        "may_keep": may_keep(one) if one.decision.returnable else False,
    }


@require_safe
@of_sale
def return_outcome(visit: Visit) -> HttpResponse:
    """The second screen: what for, each choice with its exact sum."""
    judgement = judged(visit)
    units = units_form(visit, judgement, visit.request.GET)
    if not units.is_valid():
        return show_start(visit, judgement, units, status=422)
    services.remember_deadlines(judgement)
    return _outcome(visit, judgement, units.wishes(), None)


def _outcome(
    visit: Visit,
    judgement: Judgement,
    wishes: Sequence[Wish],
    form: OutcomeForm | None,
    *,
    problem: str = "",
) -> HttpResponse:
    chosen = _chosen(judgement, wishes)
    offers = _offers(judgement, wishes, chosen, visit.request.GET)
    differences = _differences(judgement, wishes)
    form = form or OutcomeForm(
        None,
        offered=[outcome for outcome, _ in offers],
        judged=chosen,
        initial=visit.request.GET.dict(),
        differences=differences,
    )
    is_open = any(not visit.request.GET.get(f"v_{wish.line}") for wish in wishes)
    until = {offer.outcome: offer.until for offer in last_days([one.decision for one in chosen])}
    return visit.page(
        "outcome",
        422 if form.is_bound or problem else 200,
        form=form,
        offers=[
            {
                "outcome": outcome,
                "payout": Money(quoted.payout, quoted.currency),
                "bonus": Money(quoted.bonus, quoted.currency) if quoted.bonus else None,
                "due": Money(quoted.due, quoted.currency) if quoted.due else None,
                "rest": Money(quoted.rest, quoted.currency) if quoted.rest else None,
                "words": sum_in_words(quoted.to_json()),
                "until": last_moment(until[outcome], visit.order.country),
                "promises": promises_together(judgement, wishes, outcome, visit.request.locale),
            }
            for outcome, quoted in offers
        ],
        problem=problem,
        costs_differ=is_open and any(differences.values()),
        closed=closed_of_choice(
            judgement, wishes, [outcome for outcome, _quoted in offers], visit.request.locale
        ),
        **_exchanging(visit, judgement, wishes, offers),
        kept=_kept(visit),
        next_url=visit.url("return_check"),
        back_url=_back(visit, "return_start"),
        screens=SCREENS,
    )


def _differences(judgement: Judgement, wishes: Sequence[Wish]) -> dict[str, dict[str, str]]:
    """Return what each replacement of a line costs more or less, where it does."""
    found: dict[str, dict[str, str]] = {}
    for wish in wishes:
        try:
            worth = value_of_wish(judgement, wish)
        except ReturnsError:
            continue
        variants = [variant for variant, _free in selectors.list_replacements(worth.line)]
        costs = {one.public_id: worth.cost_of(one) - worth.credit for one in variants}
        found[wish.line] = {
            variant: signed(Money(cost, judgement.order.currency))
            for variant, cost in costs.items()
            if cost
        }
    return found


def _exchanging(
    visit: Visit,
    judgement: Judgement,
    wishes: Sequence[Wish],
    offers: Sequence[tuple[Outcome, Quote]],
) -> dict[str, Any]:
    """Return what is asked of who wants something else: what if it is not possible, and when.

    Where nothing of the same product is left, another one may still be chosen.
    """
    quoted = next((one for outcome, one in offers if outcome is Outcome.EXCHANGE), None)
    shop_urls = _shop_urls(visit, judgement, wishes)
    if quoted is None:
        return {"shop_urls": shop_urls}
    return {
        "exchange_form": _exchange_form(visit, [one for one, _ in offers], quoted),
        "shop_urls": shop_urls,
    }


def _shop_urls(visit: Visit, judgement: Judgement, wishes: Sequence[Wish]) -> list[tuple[str, str]]:
    """Return where another product is chosen for each line, if all of them may be exchanged."""
    chosen = _chosen(judgement, wishes)
    if not exchange_terms().shop_now or not all(
        one.decision.offer(Outcome.EXCHANGE) for one in chosen
    ):
        return []
    given = _carried(visit)
    return [
        (one.line.title, f"{visit.url('exchange_shop', one.line.public_id)}&{given}")
        for one in chosen
    ]


def _exchange_form(visit: Visit, offered: Sequence[Outcome], quoted: Quote) -> ExchangeChoiceForm:
    """Return the form of how an exchange is carried out, filled from the address."""
    return ExchangeChoiceForm(
        visit.request.GET,
        offered=[one for one in offered if one is not Outcome.EXCHANGE],
        may_be_instant=may_be_instant(visit.order, quoted),
        costs_more=bool(quoted.due),
    )


def _chosen(judgement: Judgement, wishes: Sequence[Wish]) -> list[Judged]:
    lines = {wish.line for wish in wishes}
    return [one for one in judgement.lines if one.line.public_id in lines]


def _offers(
    judgement: Judgement,
    wishes: Sequence[Wish],
    chosen: Sequence[Judged],
    given: Mapping[str, str],
) -> list[tuple[Outcome, Quote]]:
    """Return the outcomes open for every chosen line, each with its sum.

    That of an exchange is for the variants that are `given`, else for any.
    """
    found = []
    for outcome in Outcome:
        if any(one.decision.offer(outcome) is None for one in chosen):
            continue
        if outcome is Outcome.EXCHANGE:
            wanted = [_with_variant(judgement, wish, given) for wish in wishes]
        else:
            wanted = list(wishes)
        try:
            checked = services.check_wishes(judgement, wanted, outcome)
            found.append((outcome, services.quote_wishes(judgement, checked, outcome)))
        except ReturnsError:
            continue
    return found


def _with_variant(judgement: Judgement, wish: Wish, given: Mapping[str, str]) -> Wish:
    judged = judgement.line(wish.line)
    assert judged is not None
    picked = given.get(f"v_{wish.line}", "")
    found = wanted_variant(judged.line, picked) if picked else None
    if found is not None and (found[1] is None or found[1] >= wish.quantity):
        return replace(wish, variant=picked)
    return replace(wish, variant=first_replacement(judged.line, wish.quantity))


@require_http_methods(["GET", "HEAD", "POST"])
@of_sale
def return_check(visit: Visit) -> HttpResponse:
    """The third screen: the sum, row by row; sent, it is the request."""
    request = visit.request
    judgement = judged(visit)
    units = units_form(visit, judgement, request.GET)
    form = ConfirmForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        # A second press of the button comes when the units are no longer free.
        first = selectors.find_request(visit.order, form.cleaned_data["key"])
        if first is not None:
            return visit.go("return_status", first.public_id)
    if not units.is_valid():
        return show_start(visit, judgement, units, status=422)
    wishes = units.wishes()
    chosen = _chosen(judgement, wishes)
    offered = [outcome for outcome, _ in _offers(judgement, wishes, chosen, request.GET)]
    choice = OutcomeForm(
        request.GET,
        offered=offered,
        judged=chosen,
        differences=_differences(judgement, wishes),
    )
    if not choice.is_valid():
        return _outcome(visit, judgement, wishes, choice)
    wishes = choice.wishes(wishes)
    asked = request.GET.get("method", "")
    ways = ways_to_send(judgement, wishes, choice.outcome_chosen, asked=asked)
    try:
        checked = services.check_wishes(ways.judgement, wishes, choice.outcome_chosen)
        rests = _rests(ways.judgement, wishes, choice.outcome_chosen)
        quoted = services.quote_wishes(
            ways.judgement, checked, choice.outcome_chosen, rest_to=rests[0]
        )
        wish = _exchange_form(visit, offered, quoted).wish()
        if request.method == "POST" and form.is_valid():
            wish = replace(wish, rest_to=form.rest_among(rests))
            case = ask(
                visit,
                wishes,
                choice.outcome_chosen,
                form,
                ways.chosen or "",
                wish,
                _named_point(visit, ways.chosen),
            )
            return visit.go("return_status", case.public_id)
    except OutOfStock as error:
        return _outcome(visit, judgement, wishes, None, problem=str(error.message))
    except ReturnsError as error:
        form.add_error(None, str(error.message))
    methods = method_choices(visit, ways, wishes, choice.outcome_chosen)
    promises = promises_ahead(ways.judgement, wishes, choice.outcome_chosen, request.locale)
    is_handed_in = ways.chosen is ReturnMethod.DROP_OFF
    return _check(
        visit,
        chosen,
        wishes,
        quoted,
        form,
        methods,
        promises,
        rests,
        is_handed_in=is_handed_in,
        is_instant=wish.instant,
    )


def _named_point(visit: Visit, method: ReturnMethod | None) -> str:
    """Return the drop-off point that the address names, "" for another way of sending."""
    return visit.request.GET.get("point", "")[:40] if method is ReturnMethod.DROP_OFF else ""


def _check(
    visit: Visit,
    chosen: Sequence[Judged],
    wishes: Sequence[Wish],
    quoted: Quote,
    form: ConfirmForm,
    methods: Sequence[Mapping[str, Any]],
    promises: Sequence[Sequence[str]],
    rests: Sequence[Outcome],
    *,
    is_handed_in: bool,
    is_instant: bool,
) -> HttpResponse:
    by_line = {one.line.public_id: one for one in chosen}
    fresh = {"payout": quoted.payout, "key": ids.new_id("req")}
    may_choose = quoted.rest > 0 and len(rests) > 1
    first = {**fresh, "rest_to": _rest_before(visit, rests)}
    shown = ConfirmForm({**form.data, **fresh} if form.is_bound else None, initial=first)
    for error in form.non_field_errors() if form.is_bound else ():
        shown.add_error(None, error)
    return visit.page(
        "check",
        422 if form.is_bound else 200,
        form=shown,
        changed=changed_case(visit),
        lines=[
            {
                **_shown(by_line[wish.line]),
                "quantity": wish.quantity,
                "reason": next(
                    reason.label[visit.request.locale]
                    for reason in by_line[wish.line].decision.reasons
                    if reason.code == wish.reason
                ),
                "exchange_for": _variant_title(by_line[wish.line], wish.variant),
                "promises": told,
            }
            for wish, told in zip(wishes, promises, strict=True)
        ],
        sum=sum_lines(
            quoted.to_json(),
            {one.line.public_id: one.line.title for one in chosen},
            rest_label=gettext("Left for you") if may_choose else "",
        ),
        rest=Money(quoted.rest, quoted.currency) if may_choose else None,
        rests=rests,
        is_due=quoted.due > 0 and not is_instant,
        hold=hold_words(quoted) if is_instant else [],
        photos_missing=any(
            by_line[wish.line].decision.photos(wish.reason) > wish.photos for wish in wishes
        ),
        methods=methods,
        drop_off=point_before(visit) if is_handed_in else None,
        points_url=points_url(visit) if is_handed_in else "",
        outcome=quoted.outcome,
        here=visit.request.get_full_path(),
        back_url=_back(visit, "return_outcome"),
        screens=SCREENS,
    )


def _rests(judgement: Judgement, wishes: Sequence[Wish], outcome: Outcome) -> Sequence[Outcome]:
    """Return where what an exchange leaves can go; other outcomes leave nothing."""
    return rest_choices(judgement, wishes) if outcome is Outcome.EXCHANGE else (Outcome.REFUND,)


def _rest_before(visit: Visit, rests: Sequence[Outcome]) -> Outcome:
    """Return what is chosen at first: as before, for a return that is being changed."""
    changed = changed_case(visit)
    before = chosen_for_rest(changed) if changed is not None else rests[0]
    return before if before in rests else rests[0]


def _variant_title(one: Judged, public_id: str) -> str:
    found = wanted_variant(one.line, public_id) if public_id else None
    return title_instead(one.line, found[0]) if found else ""


def _back(visit: Visit, name: str) -> str:
    """Return the address of an earlier screen, with everything that was chosen."""
    return f"{visit.url(name)}&{_carried(visit)}"


def _carried(visit: Visit) -> str:
    """Return what was chosen so far as an address carries it; the language is in it already."""
    return urlencode({name: one for name, one in visit.request.GET.items() if name != "lang"})


def _kept(visit: Visit) -> dict[str, str]:
    """Return the choices of the first screen, to be carried on by the second one's form."""
    given = visit.request.GET.dict()
    carried = ("q_", "r_", CHANGE)
    return {name: str(value) for name, value in given.items() if name.startswith(carried)}
