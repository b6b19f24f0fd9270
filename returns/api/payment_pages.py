"""Pages on which shoppers pay a difference or a fee, opened over REST."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from commerce import links
from commerce.api_base import Problem
from commerce.selectors import get_merchant
from postexp.kernel import clock
from returns.api.base import ReturnsView, told
from returns.ports import PaymentRefused, PaymentUnclear
from returns.selectors.exchanges import access_exchange
from returns.selectors.gifts import return_token
from returns.selectors.receiving import access_refused
from returns.serializers.refused import decide_url
from returns.serializers.wire_in import EmptyIn
from returns.serializers.wire_out import Shape
from returns.services.exchanges import open_payment_page
from returns.services.refused_fees import open_fee_page


class PaymentPageOut(Shape):
    """A page of the payment provider; from there shoppers come back to the page of their return."""

    pay_url = serializers.CharField()


class OpensPage(ReturnsView):
    """A command that opens a page to pay on. The page that is open is given again, key or not."""

    def open(self, open_page: Callable[[], str]) -> Response:
        """Answer with the page.

        Providers are asked outside of transactions, so that no key is looked up here.
        """
        self.read(EmptyIn)
        try:
            return Response({"pay_url": told(open_page)})
        except PaymentRefused as refusal:
            text = str(refusal) or _("The payment provider opened no page.")
            raise Problem(409, "payment_refused", text) from refusal
        except PaymentUnclear as unclear:
            text = _("The payment provider did not answer. Ask again in a moment.")
            raise Problem(503, "payment_unclear", text) from unclear


class ExchangePaymentPage(OpensPage):
    """The page of an exchange."""

    @extend_schema(
        operation_id="open_exchange_payment_page",
        tags=["Returns"],
        summary="Open the page on which what is due for an exchange is paid or held",
        request=EmptyIn,
        responses={200: PaymentPageOut},
    )
    def post(self, request: Request, exchange_id: str) -> Response:
        """Return the address to lead the shopper to; the page that is open is given again.

        409 `nothing_due`, `no_payment_provider` where you take the money yourself, or
        `payment_refused`; 503 `payment_unclear` where the provider did not answer.
        """
        exchange = access_exchange(exchange_id)
        case = exchange.case
        home = links.site_url(
            get_merchant(),
            "site:return_status",
            case.locale,
            return_token(case),
            case.public_id,
        )
        return self.open(
            lambda: open_payment_page(exchange_id=exchange.public_id, home=home, at=clock.now())
        )


class FeePaymentPage(OpensPage):
    """The page of a fee."""

    @extend_schema(
        operation_id="open_send_back_fee_page",
        tags=["Receiving"],
        summary="Open the page on which the fee for sending back is paid",
        request=EmptyIn,
        responses={200: PaymentPageOut},
    )
    def post(self, request: Request, refused_id: str) -> Response:
        """Return the address to lead the shopper to; the page that is open is given again.

        409 `nothing_due`, `no_payment_provider` where you take the money yourself, or
        `payment_refused`; 503 `payment_unclear` where the provider did not answer.
        """
        refused = access_refused(refused_id)
        home = decide_url(refused, refused.case.locale)
        return self.open(
            lambda: open_fee_page(refused_id=refused.public_id, home=home, at=clock.now())
        )
