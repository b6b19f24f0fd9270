"""The shopper's face of withdrawal: a statement in two steps, acknowledged at once.

No log-in and no scripts. The steps are posted, since a name and an address do not belong in the
address of a page; nothing is kept before the second step, and nothing typed is lost.
"""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from commerce import selectors as commerce
from commerce.access import ShopperRequest, shopper_view
from postexp.kernel import clock, signing
from returns.forms.withdrawals import StatementForm
from returns.selectors.withdrawals import access_withdrawal, is_mailed
from returns.serializers.withdrawals import (
    answer_words,
    receipt_token,
    withdrawal_of_token,
    write_statement,
)
from returns.services.withdrawals import Statement, receive_withdrawal


# No session and nobody's authority is used, so there is nothing a forged request could spend.
@csrf_exempt
@shopper_view
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: ShopperRequest) -> HttpResponse:
    """State the withdrawal; `step` is `review` to read it, `change` to go back, `confirm`."""
    if request.method != "POST":
        number = request.GET.get("order", "")[:60]
        return _page(request, "withdraw", form=StatementForm(initial={"contract": number}))
    form = StatementForm(request.POST)
    step = request.POST.get("step", "")
    if not form.is_valid():
        return _page(request, "withdraw", 422, form=form)
    if step == "change":
        return _page(request, "withdraw", form=StatementForm(initial=form.cleaned_data))
    words = write_statement(request.merchant, **form.told, locale=request.locale)
    if step != "confirm":
        return _page(request, "withdraw_confirm", form=form, told=form.cleaned_data, words=words)
    withdrawal = receive_withdrawal(
        Statement(**form.told, words=words, locale=request.locale),
        key=form.cleaned_data["key"],
        at=clock.now(),
    )
    parts = [request.merchant.slug, receipt_token(withdrawal)]
    path = reverse("site:withdrawal_receipt", args=parts)
    return _private(HttpResponseRedirect(f"{path}?lang={request.locale}"))


@shopper_view
@require_safe
def withdrawal_receipt(request: ShopperRequest, token: str) -> HttpResponse:
    """The acknowledgement: what was stated, and when it came."""
    try:
        withdrawal = access_withdrawal(withdrawal_of_token(token))
    except signing.BadToken:
        raise Http404 from None
    return _page(
        request,
        "withdrawal",
        withdrawal=withdrawal,
        zone=withdrawal.received_at.astimezone(request.merchant.zone).tzname(),
        answer=answer_words(withdrawal, request.locale),
        mailed=is_mailed(withdrawal),
    )


def _page(request: ShopperRequest, name: str, status: int = 200, **context: Any) -> HttpResponse:
    frame = {
        **commerce.site_frame(request.merchant),
        "home_url": reverse("site:lookup", args=[request.merchant.slug]),
        "locale": request.locale,
    }
    page = render(request, f"returns/site/{name}.html", {**frame, **context}, status=status)
    return _private(page)


def _private(response: HttpResponse) -> HttpResponse:
    response["Referrer-Policy"] = "no-referrer"
    response["Cache-Control"] = "private, no-store"
    return response
