"""How a shop deals with returns, over REST: each page of settings, read and set whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from commerce.selectors import get_merchant
from commerce.serializers import money
from commerce.serializers.fields import (
    CountField,
    FlagField,
    MoneyField,
    StrictSerializer,
    TextField,
)
from postexp.kernel import clock
from postexp.kernel.money import Money
from returns.api.base import ReturnsView
from returns.enums import Exemption, Grade, ReturnMethod
from returns.enums.exchanges import ExchangeTiming
from returns.enums.receiving import Disposition, RefusedChoice
from returns.rules.cancellations import CancelTerms
from returns.rules.clocks import DeskTimes
from returns.rules.policy import LANGUAGES
from returns.rules.receiving import ReceivingTerms
from returns.selectors.cancellations import cancel_terms
from returns.selectors.credit_notes import issuer_of_notes
from returns.selectors.desk import desk_times
from returns.selectors.exchanges import exchange_terms
from returns.selectors.exemptions import exempt_tags
from returns.selectors.parcels import sending_settings
from returns.selectors.receiving import receiving_settings
from returns.selectors.withdrawals import is_offered
from returns.services.cancellations import set_cancel_terms
from returns.services.clocks import set_desk_times
from returns.services.credit_notes import change_issuer
from returns.services.exchange_terms import set_exchange_terms
from returns.services.parcels import change_sending
from returns.services.receiving import set_receiving
from returns.services.withdrawals import change_withdrawal

LONGEST_CATEGORY = 120


class DeskTimesWire(StrictSerializer):
    """Working hours to decide on a return, working days to inspect it and to pay for it.

    Your shop works from the hour `opens` until the hour `closes` of its own day.
    """

    decide_hours = CountField(min_value=1, max_value=200)
    inspect_days = CountField(min_value=0, max_value=30)
    refund_days = CountField(min_value=0, max_value=30)
    opens = CountField(min_value=0, max_value=23)
    closes = CountField(min_value=1, max_value=24)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse a day that ends before it begins."""
        if attrs["opens"] >= attrs["closes"]:
            raise serializers.ValidationError({"closes": [_("Work must end after it begins.")]})
        return attrs


class ReceivingWire(StrictSerializer):
    """How your shop receives: counted blind, where goods go, what a refused one costs.

    `matrix` says by category and grade what becomes of goods; "" stands for every other category. A
    second person looks at goods worth more than `hold_above`, null where one is enough. Without a
    `send_back_fee` the return postage of your policy is asked for.
    """

    blind_count = FlagField()
    hold_above = MoneyField(allow_null=True)
    matrix = serializers.DictField(
        child=serializers.DictField(child=serializers.ChoiceField(choices=Disposition.choices))
    )
    send_back_fee = MoneyField(allow_null=True)
    answer_days = CountField(min_value=1, max_value=90)
    without_answer = serializers.ChoiceField(choices=RefusedChoice.choices)

    def validate_matrix(self, matrix: Mapping[str, Any]) -> Mapping[str, Any]:
        """Refuse grades there are none of, and names that are too long."""
        known = {grade.value for grade in Grade}
        if any(
            len(name) > LONGEST_CATEGORY or "\x00" in name or set(row) - known
            for name, row in matrix.items()
        ):
            text = _("Name each category in at most 120 characters, and these grades: %s.")
            raise serializers.ValidationError(text % ", ".join(sorted(known)))
        return matrix


class ExchangeTermsWire(StrictSerializer):
    """When a replacement is sent, whether shoppers may have it at once, and choose another product.

    At once is offered up to a price of `instant_cap`, null for any; the original is then to be sent
    within `return_days`.
    """

    ship_on = serializers.ChoiceField(
        choices=[
            (one.value, one.label) for one in (ExchangeTiming.ON_RECEIPT, ExchangeTiming.ON_SCAN)
        ]
    )
    instant = FlagField()
    instant_cap = MoneyField(allow_null=True)
    return_days = CountField(min_value=3, max_value=60)
    shop_now = FlagField()


class CancelTermsWire(StrictSerializer):
    """For how many `minutes` shoppers may cancel, null until it is picked, 0 for never.

    With `review` staff decide on each.
    """

    minutes = CountField(min_value=0, max_value=43_200, allow_null=True)
    review = FlagField()


class WithdrawalWire(StrictSerializer):
    """Whether shopper pages lead to the withdrawal, and the tags of products the law exempts.

    `exempt_tags` is by exemption; an order's line may name its exemption itself.
    """

    offered = FlagField()
    exempt_tags = serializers.DictField(
        child=serializers.ListField(
            child=serializers.CharField(max_length=80), max_length=200, allow_empty=False
        )
    )

    def validate_exempt_tags(self, tags: Mapping[str, Any]) -> Mapping[str, Any]:
        """Refuse exemptions there are none of, and tags that say two things."""
        known = [one for one in Exemption.values if one != Exemption.NONE]
        if set(tags) - set(known):
            text = _("Name these exemptions alone: %s.") % ", ".join(known)
            raise serializers.ValidationError(text)
        named = [tag.casefold() for one in tags.values() for tag in one]
        if len(set(named)) < len(named):
            raise serializers.ValidationError(_("Name each tag once."))
        return tags


class IssuerWire(StrictSerializer):
    """Who credit notes are from.

    Without a `name` your shop’s stands there. `registration_number` is T and 13 digits, for a
    business registered in Japan; `prefix` stands before the number, CN- where it is empty.
    """

    name = TextField(max_length=200)
    address = TextField(max_length=500)
    registration_number = TextField(max_length=14)
    prefix = TextField(max_length=12)


class SendingWire(StrictSerializer):
    """The ways a shopper may choose from, what you say about each, and what a usual parcel is like.

    `words` is by way and language. `weight` is in grams, the sides are in millimetres, 0 where that
    is not said.
    """

    methods = serializers.ListField(
        child=serializers.ChoiceField(choices=ReturnMethod.choices), allow_empty=False
    )
    words = serializers.DictField(
        child=serializers.DictField(child=serializers.CharField(max_length=500))
    )
    weight = CountField(min_value=1, max_value=70_000)
    length = CountField(min_value=0, max_value=5_000)
    width = CountField(min_value=0, max_value=5_000)
    height = CountField(min_value=0, max_value=5_000)

    def validate_words(self, words: Mapping[str, Any]) -> Mapping[str, Any]:
        """Refuse ways and languages there are none of."""
        if set(words) - set(ReturnMethod.values) or any(
            set(said) - set(LANGUAGES) for said in words.values()
        ):
            text = _("Name ways and languages there are: %s.")
            raise serializers.ValidationError(text % ", ".join([*ReturnMethod.values, *LANGUAGES]))
        return words


def _minor(data: Mapping[str, Any], *names: str) -> dict[str, int | None]:
    """Return amounts in minor units of the shop's currency; raises ValidationError for another."""
    currency, found = get_merchant().currency, {}
    for name in names:
        told: Money | None = data[name]
        if told is not None and told.currency != currency:
            raise serializers.ValidationError({name: [_("Your shop is in %s.") % currency]})
        found[name] = None if told is None else told.amount
    return found


def _amount(minor: int | None) -> dict[str, str] | None:
    return None if minor is None else money(minor, get_merchant().currency)


class DeskView(ReturnsView):
    """How soon your shop means to deal with returns."""

    @extend_schema(
        operation_id="get_desk_settings",
        tags=["Returns"],
        summary="Get the times of the desk",
        responses={200: DeskTimesWire},
    )
    def get(self, request: Request) -> Response:
        """Return how soon your shop means to deal with returns."""
        return Response(asdict(desk_times()))

    @extend_schema(
        operation_id="put_desk_settings",
        tags=["Returns"],
        summary="Set the times of the desk",
        request=DeskTimesWire,
        responses={200: DeskTimesWire},
    )
    def put(self, request: Request) -> Response:
        """Say how soon your shop means to deal with returns, from their next step on."""
        times = DeskTimes(**self.read(DeskTimesWire).validated_data)

        def keep() -> Response:
            set_desk_times(times, at=clock.now(), actor=self.actor)
            return Response(asdict(desk_times()))

        return self.command(keep)


class ReceivingView(ReturnsView):
    """How your shop receives."""

    @extend_schema(
        operation_id="get_receiving_settings",
        tags=["Returns"],
        summary="Get how your shop receives",
        responses={200: ReceivingWire},
    )
    def get(self, request: Request) -> Response:
        """Return how your shop receives."""
        return Response(_receiving())

    @extend_schema(
        operation_id="put_receiving_settings",
        tags=["Returns"],
        summary="Set how your shop receives",
        request=ReceivingWire,
        responses={200: ReceivingWire},
    )
    def put(self, request: Request) -> Response:
        """Say how your shop receives, from now on."""
        data = self.read(ReceivingWire).validated_data
        terms = ReceivingTerms(
            **{
                **data,
                **_minor(data, "hold_above", "send_back_fee"),
                "without_answer": RefusedChoice(data["without_answer"]),
            }
        )

        def keep() -> Response:
            set_receiving(terms, at=clock.now(), actor=self.actor)
            return Response(_receiving())

        return self.command(keep)


def _receiving() -> dict[str, Any]:
    kept = receiving_settings()
    return {
        "blind_count": kept.blind_count,
        "hold_above": _amount(kept.hold_above),
        "matrix": kept.matrix,
        "send_back_fee": _amount(kept.send_back_fee),
        "answer_days": kept.answer_days,
        "without_answer": str(kept.without_answer),
    }


class ExchangesView(ReturnsView):
    """How your shop carries out exchanges."""

    @extend_schema(
        operation_id="get_exchange_settings",
        tags=["Returns"],
        summary="Get how your shop carries out exchanges",
        responses={200: ExchangeTermsWire},
    )
    def get(self, request: Request) -> Response:
        """Return how your shop carries out exchanges."""
        return Response(_exchanges())

    @extend_schema(
        operation_id="put_exchange_settings",
        tags=["Returns"],
        summary="Set how your shop carries out exchanges",
        request=ExchangeTermsWire,
        responses={200: ExchangeTermsWire},
    )
    def put(self, request: Request) -> Response:
        """Say how exchanges are carried out, from now on."""
        data = self.read(ExchangeTermsWire).validated_data
        terms = {**data, **_minor(data, "instant_cap")}

        def keep() -> Response:
            set_exchange_terms(**terms, at=clock.now(), actor=self.actor)
            return Response(_exchanges())

        return self.command(keep)


def _exchanges() -> dict[str, Any]:
    terms = exchange_terms()
    return {
        "ship_on": str(terms.ship_on),
        "instant": terms.instant,
        "instant_cap": _amount(terms.instant_cap),
        "return_days": terms.return_days,
        "shop_now": terms.shop_now,
    }


class CancellationView(ReturnsView):
    """When shoppers may cancel."""

    @extend_schema(
        operation_id="get_cancellation_settings",
        tags=["Cancellations"],
        summary="Get when shoppers may cancel",
        responses={200: CancelTermsWire},
    )
    def get(self, request: Request) -> Response:
        """Return when shoppers may cancel."""
        return Response(asdict(cancel_terms()))

    @extend_schema(
        operation_id="put_cancellation_settings",
        tags=["Cancellations"],
        summary="Set when shoppers may cancel",
        request=CancelTermsWire,
        responses={200: CancelTermsWire},
    )
    def put(self, request: Request) -> Response:
        """Say when shoppers may cancel, from now on."""
        terms = CancelTerms(**self.read(CancelTermsWire).validated_data)

        def keep() -> Response:
            set_cancel_terms(terms, at=clock.now(), actor=self.actor)
            return Response(asdict(cancel_terms()))

        return self.command(keep)


class WithdrawalView(ReturnsView):
    """How withdrawal from contracts is dealt with."""

    @extend_schema(
        operation_id="get_withdrawal_settings",
        tags=["Withdrawals"],
        summary="Get how withdrawal is dealt with",
        responses={200: WithdrawalWire},
    )
    def get(self, request: Request) -> Response:
        """Return whether shopper pages lead there, and which tags mark exempt goods."""
        return Response(_withdrawal())

    @extend_schema(
        operation_id="put_withdrawal_settings",
        tags=["Withdrawals"],
        summary="Set how withdrawal is dealt with",
        request=WithdrawalWire,
        responses={200: WithdrawalWire},
    )
    def put(self, request: Request) -> Response:
        """Say whether shopper pages lead there, and which tags mark exempt goods, from now on."""
        data = self.read(WithdrawalWire).validated_data

        def keep() -> Response:
            change_withdrawal(**data, at=clock.now(), actor=self.actor)
            return Response(_withdrawal())

        return self.command(keep)


def _withdrawal() -> dict[str, Any]:
    return {"offered": is_offered(), "exempt_tags": exempt_tags()}


class CreditNotesView(ReturnsView):
    """Who credit notes are from."""

    @extend_schema(
        operation_id="get_credit_note_settings",
        tags=["Returns"],
        summary="Get who credit notes are from",
        responses={200: IssuerWire},
    )
    def get(self, request: Request) -> Response:
        """Return who credit notes are from; empty while nothing was said."""
        return Response(_issuer())

    @extend_schema(
        operation_id="put_credit_note_settings",
        tags=["Returns"],
        summary="Set who credit notes are from",
        request=IssuerWire,
        responses={200: IssuerWire},
    )
    def put(self, request: Request) -> Response:
        """Say who credit notes are from, from the next one on; those that are written stay.

        422 `invalid_registration_number` for one whose check digit is wrong.
        """
        data = self.read(IssuerWire).validated_data

        def keep() -> Response:
            number = data["registration_number"].upper()
            change_issuer(
                **{**data, "registration_number": number}, at=clock.now(), actor=self.actor
            )
            return Response(_issuer())

        return self.command(keep)


def _issuer() -> dict[str, str]:
    kept = issuer_of_notes()
    return {
        name: getattr(kept, name) for name in ("name", "address", "registration_number", "prefix")
    }


class SendingBackView(ReturnsView):
    """How goods may be sent back."""

    @extend_schema(
        operation_id="get_sending_settings",
        tags=["Returns"],
        summary="Get how goods may be sent back",
        responses={200: SendingWire},
    )
    def get(self, request: Request) -> Response:
        """Return the ways a shopper may choose from, and what is said about each."""
        return Response(_sending())

    @extend_schema(
        operation_id="put_sending_settings",
        tags=["Returns"],
        summary="Set how goods may be sent back",
        request=SendingWire,
        responses={200: SendingWire},
    )
    def put(self, request: Request) -> Response:
        """Say how goods may be sent back, from now on; ways stand in their usual order."""
        data = self.read(SendingWire).validated_data
        methods = [one for one in ReturnMethod.values if one in data["methods"]]

        def keep() -> Response:
            change_sending(**{**data, "methods": methods}, at=clock.now(), actor=self.actor)
            return Response(_sending())

        return self.command(keep)


def _sending() -> dict[str, Any]:
    kept = sending_settings()
    return {
        name: getattr(kept, name)
        for name in ("methods", "words", "weight", "length", "width", "height")
    }
