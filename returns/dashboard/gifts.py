"""Gift codes of an order: made for what was a present, printed, and ended."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from commerce import selectors as commerce
from commerce.access import StaffRequest, staff_view
from commerce.enums import Right
from postexp.kernel import clock, htmx
from returns.errors import ReturnsError
from returns.forms.gifts import GiftUnitsForm
from returns.models import GiftCode
from returns.selectors.gifts import (
    access_gift,
    gift_url,
    list_gift_units,
    list_gifts,
    spaced_code,
)
from returns.serializers.qr import qr_svg
from returns.services.gifts import end_gift_code, make_gift_code


@staff_view(Right.DECIDE)
@require_http_methods(["GET", "POST"])
def gift_codes(request: StaffRequest, order_id: str) -> HttpResponse:
    """The gift codes of an order, and another one for some of its units."""
    order = commerce.access_order(order_id)
    form = GiftUnitsForm(
        request.POST if request.method == "POST" else None, lines=commerce.list_lines(order)
    )
    if form.is_valid():
        try:
            gift = make_gift_code(
                order_id=order.public_id,
                units=form.units(),
                at=clock.now(),
                actor=request.user.actor,
            )
            return htmx.redirect(request, _url(request, "gift_code", gift.public_id))
        except ReturnsError as error:
            form.add_error(None, str(error.message))
    return htmx.render(
        request,
        page="returns/dashboard/gift_codes.html",
        part="returns/dashboard/_gift_codes.html",
        context={
            "order": order,
            "form": form,
            "gifts": [
                {
                    "gift": one,
                    "url": _url(request, "gift_code", one.public_id),
                    "items": [(unit.order_line.title, unit.quantity) for unit in one.units.all()],
                }
                for one in list_gifts(order)
            ],
        },
        status=422 if form.is_bound else 200,
    )


@staff_view(Right.DECIDE)
@require_GET
def gift_code(request: StaffRequest, gift_id: str) -> HttpResponse:
    """A gift receipt to print: what was given and the code, and no price."""
    gift = access_gift(gift_id)
    return render(request, "returns/dashboard/gift_code.html", _receipt(request, gift))


def _receipt(request: StaffRequest, gift: GiftCode) -> dict[str, Any]:
    locale = gift.order.locale[:2] if gift.order.locale[:2] in ("en", "ja") else "en"
    url = gift_url(request.merchant, gift, locale)
    with override(locale):
        told = {
            "title": _("Gift receipt"),
            "how": _("Would you rather have another one? Scan the code, or type it in at:"),
            "code_label": _("Gift code"),
            "picture": qr_svg(url, _("QR code of the gift")),
        }
    start = url.partition("/gift/")[0] + "/gift/"
    return {
        "gift": gift,
        "order": gift.order,
        "locale": locale,
        "code": spaced_code(gift),
        "url": url,
        "start_url": start,
        "items": [
            {
                "title": one.order_line.title,
                "variant_title": one.order_line.variant_title,
                "quantity": one.quantity,
            }
            for one in list_gift_units(gift)
        ],
        "told": told,
    }


@staff_view(Right.DECIDE)
@require_POST
def gift_code_end(request: StaffRequest, gift_id: str) -> HttpResponse:
    """End a gift code; what was asked for with it goes on."""
    gift = end_gift_code(
        gift_id=access_gift(gift_id).public_id, at=clock.now(), actor=request.user.actor
    )
    messages.success(request, _("The gift code opens nothing any more."))
    return htmx.redirect(
        request,
        reverse("dashboard:order_detail", args=[request.merchant.slug, gift.order.public_id]),
    )


def _url(request: StaffRequest, name: str, part: str) -> str:
    return reverse(f"dashboard:{name}", args=[request.merchant.slug, part])
