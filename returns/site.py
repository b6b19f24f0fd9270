"""The shopper's face: a return in three screens and a page to follow it, from a signed link.

Choices travel in the address until the last screen, so nothing is kept of someone who only looked,
the back button works, and the pages need neither cookies nor scripts.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from commerce import links
from commerce import selectors as commerce
from commerce.access import ShopperRequest, shopper_view
from postexp.kernel import clock, ids, signing
from postexp.kernel.money import Money
from returns import selectors, services
from returns.enums import Outcome
from returns.errors import OutOfStock, ReturnsError
from returns.forms import ConfirmForm, OutcomeForm, SentForm, UnitsForm
from returns.models import Return
from returns.rules.commands import Wish
from returns.rules.eligibility import last_days, shared_days
from returns.rules.quotes import Quote
from returns.selectors import Judged, Judgement
from returns.serializers import denials_in_words, shopper_standings, sum_lines
from returns.serializers.stories import tell_return

if TYPE_CHECKING:
    from commerce.models import Order

P = ParamSpec("P")
SCREENS = 3


@dataclass(frozen=True, kw_only=True)
class Visit:
    """A shopper at one order's returns."""

    request: ShopperRequest
    order: Order
    token: str

    def url(self, name: str, *more: str) -> str:
        """Return the address of one of this order's pages, in the language spoken here."""
        path = reverse(f"site:{name}", args=[self.request.merchant.slug, self.token, *more])
        return f"{path}?lang={self.request.locale}"

    def page(self, name: str, status: int = 200, **context: Any) -> HttpResponse:
        """Render a page in the shop's frame."""
        frame = {
            **commerce.site_frame(self.request.merchant),
            "home_url": self._tracking(),
            "locale": self.request.locale,
            "order": self.order,
            "token": self.token,
        }
        return render(
            self.request, f"returns/site/{name}.html", {**frame, **context}, status=status
        )

    def go(self, name: str, *more: str) -> HttpResponse:
        """Send the shopper to another of this order's pages."""
        return HttpResponseRedirect(self.url(name, *more))

    def _tracking(self) -> str:
        return reverse("site:tracking_page", args=[self.request.merchant.slug, self.token])


def of_order(
    view: Callable[Concatenate[Visit, P], HttpResponse],
) -> Callable[..., HttpResponseBase]:
    """Open a page with the signed token of an order, which is all the authority it takes.

    No session and nobody's account is used, so a forged request has nothing to spend.
    """

    @csrf_exempt
    @shopper_view
    def inner(request: Any, /, token: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            order = commerce.access_order(links.order_of_token(token))
        except signing.BadToken:
            raise Http404 from None
        visit = Visit(request=request, order=order, token=token)
        response = view(visit, *args, **kwargs)
        # The token is in the address: nothing is kept on the way, and no referrer goes to anyone.
        response["Referrer-Policy"] = "no-referrer"
        response["Cache-Control"] = "private, no-store"
        return response

    return wraps(view)(inner)


@require_safe
def returns_home(request: HttpRequest, slug: str) -> HttpResponse:
    """The address a shop links to: a return begins with finding the order."""
    return HttpResponseRedirect(reverse("site:lookup", args=[slug]))


@require_safe
@of_order
def return_start(visit: Visit) -> HttpResponse:
    """The returns of an order, and the first screen of a new one: what, and why."""
    judgement = selectors.judge(visit.order, at=clock.now())
    services.remember_deadlines(judgement)
    form = UnitsForm(None, judgement=judgement, locale=visit.request.locale)
    return _start(visit, judgement, form)


def _start(
    visit: Visit, judgement: Judgement, form: UnitsForm, *, status: int = 200
) -> HttpResponse:
    locale = visit.request.locale
    shared = shared_days([one.decision for one in judgement.lines])
    return visit.page(
        "start",
        status,
        form=form,
        rows=[
            (
                {**_shown(one), "windows": () if shared else last_days([one.decision])},
                quantity,
                reason,
            )
            for one, quantity, reason in form.rows()
        ],
        closed=[
            {**_shown(one), "why": denials_in_words(one.decision.denials, locale)}
            for one in judgement.lines
            if not one.decision.returnable
        ],
        windows=shared,
        send_within=judgement.policy.send_within,
        cases=shopper_standings(selectors.list_returns_of_order(visit.order)),
        next_url=visit.url("return_outcome"),
        screens=SCREENS,
    )


def _shown(one: Judged) -> dict[str, Any]:
    image = one.line.product.image if one.line.product else None
    return {
        "title": one.line.title,
        "variant_title": one.line.variant_title,
        "image_url": image.url if image else "",
        "quantity": one.line.quantity,
        "returnable": one.decision.returnable,
        "final_sale": one.line.final_sale,
    }


@require_safe
@of_order
def return_outcome(visit: Visit) -> HttpResponse:
    """The second screen: what for, each choice with its exact sum."""
    judgement = selectors.judge(visit.order, at=clock.now())
    units = UnitsForm(visit.request.GET, judgement=judgement, locale=visit.request.locale)
    if not units.is_valid():
        return _start(visit, judgement, units, status=422)
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
    offers = _offers(judgement, wishes, chosen)
    form = form or OutcomeForm(None, offered=[outcome for outcome, _ in offers], judged=chosen)
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
                "until": until[outcome],
            }
            for outcome, quoted in offers
        ],
        problem=problem,
        kept=_kept(visit),
        next_url=visit.url("return_check"),
        back_url=visit.url("return_start"),
        screens=SCREENS,
    )


def _chosen(judgement: Judgement, wishes: Sequence[Wish]) -> list[Judged]:
    lines = {wish.line for wish in wishes}
    return [one for one in judgement.lines if one.line.public_id in lines]


def _offers(
    judgement: Judgement, wishes: Sequence[Wish], chosen: Sequence[Judged]
) -> list[tuple[Outcome, Quote]]:
    """Return the outcomes open for every chosen line, each with its sum."""
    found = []
    for outcome in Outcome:
        if any(one.decision.offer(outcome) is None for one in chosen):
            continue
        if outcome is Outcome.EXCHANGE:
            if not all(selectors.list_replacements(one.line) for one in chosen):
                continue
            # The sum is the same whichever variant is taken.
            wanted = [_any_variant(judgement, wish) for wish in wishes]
        else:
            wanted = list(wishes)
        try:
            checked = services.check_wishes(judgement, wanted, outcome)
            found.append((outcome, services.quote_wishes(judgement, checked, outcome)))
        except ReturnsError:
            continue
    return found


def _any_variant(judgement: Judgement, wish: Wish) -> Wish:
    judged = judgement.line(wish.line)
    assert judged is not None
    variant = next(
        (
            variant.public_id
            for variant, free in selectors.list_replacements(judged.line)
            if free is None or free >= wish.quantity
        ),
        "",
    )
    return Wish(line=wish.line, quantity=wish.quantity, reason=wish.reason, variant=variant)


@require_http_methods(["GET", "HEAD", "POST"])
@of_order
def return_check(visit: Visit) -> HttpResponse:
    """The third screen: the sum, row by row; sent, it is the request."""
    request = visit.request
    judgement = selectors.judge(visit.order, at=clock.now())
    units = UnitsForm(request.GET, judgement=judgement, locale=request.locale)
    form = ConfirmForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        # A second press of the button comes when the units are no longer free.
        first = selectors.find_request(visit.order, form.cleaned_data["key"])
        if first is not None:
            return visit.go("return_status", first.public_id)
    if not units.is_valid():
        return _start(visit, judgement, units, status=422)
    wishes = units.wishes()
    chosen = _chosen(judgement, wishes)
    offered = [outcome for outcome, _ in _offers(judgement, wishes, chosen)]
    choice = OutcomeForm(request.GET, offered=offered, judged=chosen)
    if not choice.is_valid():
        return _outcome(visit, judgement, wishes, choice)
    wishes = choice.wishes(wishes)
    try:
        checked = services.check_wishes(judgement, wishes, choice.outcome_chosen)
        quoted = services.quote_wishes(judgement, checked, choice.outcome_chosen)
        if request.method == "POST" and form.is_valid():
            case = services.request_return(
                order_id=visit.order.public_id,
                wishes=wishes,
                outcome=choice.outcome_chosen,
                at=clock.now(),
                actor="shopper",
                note=form.cleaned_data["note"],
                locale=request.locale,
                shown_payout=form.cleaned_data["payout"],
                key=form.cleaned_data["key"],
            )
            return visit.go("return_status", case.public_id)
    except OutOfStock as error:
        return _outcome(visit, judgement, wishes, None, problem=str(error.message))
    except ReturnsError as error:
        form.add_error(None, str(error.message))
    return _check(visit, chosen, wishes, quoted, form)


def _check(
    visit: Visit,
    chosen: Sequence[Judged],
    wishes: Sequence[Wish],
    quoted: Quote,
    form: ConfirmForm,
) -> HttpResponse:
    by_line = {one.line.public_id: one for one in chosen}
    fresh = {"payout": quoted.payout, "key": ids.new_id("req")}
    shown = ConfirmForm({**form.data, **fresh} if form.is_bound else None, initial=fresh)
    for error in form.non_field_errors() if form.is_bound else ():
        shown.add_error(None, error)
    return visit.page(
        "check",
        422 if form.is_bound else 200,
        form=shown,
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
            }
            for wish in wishes
        ],
        sum=sum_lines(quoted.to_json(), {one.line.public_id: one.line.title for one in chosen}),
        outcome=quoted.outcome,
        here=visit.request.get_full_path(),
        back_url=visit.url("return_start"),
        screens=SCREENS,
    )


def _variant_title(one: Judged, public_id: str) -> str:
    for variant, _free in selectors.list_replacements(one.line):
        if variant.public_id == public_id:
            return variant.title or variant.sku
    return ""


def _kept(visit: Visit) -> dict[str, str]:
    """Return the choices of the first screen, to be carried on by the second one's form."""
    given = visit.request.GET.dict()
    return {name: str(value) for name, value in given.items() if name[:2] in ("q_", "r_")}


def _case(visit: Visit, return_id: str) -> Return:
    """Return a return of this order; raises Http404 for another one's."""
    case = selectors.access_return(return_id)
    if case.order_id != visit.order.pk:
        raise Http404
    return case


@require_safe
@of_order
def return_status(visit: Visit, return_id: str) -> HttpResponse:
    """How far a return is, what comes next, and what it comes to."""
    return _status(visit, _case(visit, return_id), SentForm())


def _status(
    visit: Visit, case: Return, form: SentForm, *, problem: str = "", status: int = 200
) -> HttpResponse:
    return visit.page(
        "status",
        status,
        story=tell_return(case, locale=visit.request.locale),
        form=form,
        problem=problem,
        cancel_url=visit.url("return_cancel", case.public_id),
        sent_url=visit.url("return_sent", case.public_id),
        start_url=visit.url("return_start"),
    )


@require_POST
@of_order
def return_cancel(visit: Visit, return_id: str) -> HttpResponse:
    """Cancel a return that was not sent yet."""
    case = _case(visit, return_id)
    try:
        services.cancel_return(return_id=case.public_id, at=clock.now(), actor="shopper")
    except ReturnsError as error:
        return _status(visit, case, SentForm(), problem=str(error.message), status=error.status)
    return visit.go("return_status", case.public_id)


@require_POST
@of_order
def return_sent(visit: Visit, return_id: str) -> HttpResponse:
    """Tell the shop that the parcel is on its way."""
    case = _case(visit, return_id)
    form = SentForm(visit.request.POST)
    if not form.is_valid():
        return _status(visit, case, form, status=422)
    try:
        services.mark_sent(
            return_id=case.public_id,
            tracking_number=form.cleaned_data["tracking_number"],
            at=clock.now(),
            actor="shopper",
        )
    except ReturnsError as error:
        return _status(visit, case, form, problem=str(error.message), status=error.status)
    return visit.go("return_status", case.public_id)
