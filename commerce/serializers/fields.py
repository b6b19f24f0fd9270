"""Fields of API input: money, rates and names, read strictly."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from postexp.kernel.money import Money, MoneyError

MONEY_SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["amount", "currency"],
    "additionalProperties": False,
    "properties": {
        "amount": {"type": "string", "pattern": r"^-?\d{1,15}(\.\d{1,4})?$", "example": "10.00"},
        "currency": {"type": "string", "pattern": "^[A-Z]{3}$", "example": "USD"},
    },
}


@extend_schema_field(MONEY_SCHEMA)
class MoneyField(serializers.Field):  # type: ignore[type-arg]
    """`{"amount": "10.00", "currency": "USD"}`, never below zero; a JSON number is refused (M1)."""

    default_error_messages: ClassVar = {
        # Doubled braces: the framework formats its messages.
        "invalid_money_format": _(
            'Send {{"amount": "10.00", "currency": "USD"}}: text, with at most the decimals the '
            "currency has, and not below zero."
        )
    }

    def to_internal_value(self, data: Any) -> Money:
        if (
            not isinstance(data, dict)
            or set(data) != {"amount", "currency"}
            or not isinstance(data["amount"], str)
            or not isinstance(data["currency"], str)
        ):
            self.fail("invalid_money_format")
        try:
            money = Money.parse(data["amount"], data["currency"])
        except MoneyError:
            self.fail("invalid_money_format")
        if money.amount < 0:
            self.fail("invalid_money_format")
        return money

    def to_representation(self, value: Money) -> dict[str, str]:
        return value.to_wire()


RATE_SCHEMA = {"type": "string", "pattern": r"^\d(\.\d{1,6})?$", "example": "0.08875"}


@extend_schema_field(RATE_SCHEMA)
class RateField(serializers.Field):  # type: ignore[type-arg]
    """A tax rate as text, such as "0.1"; kept in parts per million."""

    default_error_messages: ClassVar = {
        "invalid": _('Send the rate as text, such as "0.1" for 10 %.')
    }

    def to_internal_value(self, data: Any) -> int:
        if not isinstance(data, str) or not re.fullmatch(r"\d(\.\d{1,6})?", data, re.ASCII):
            self.fail("invalid")
        try:
            return int(Decimal(data) * 1_000_000)
        except InvalidOperation:
            self.fail("invalid")

    def to_representation(self, value: int) -> str:
        return str(Decimal(value) / 1_000_000)


class TextField(serializers.CharField):
    """Text that may be empty; numbers are not text."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("required", False)
        options.setdefault("allow_blank", True)
        options.setdefault("default", "")
        if options["required"]:
            del options["default"]
        super().__init__(**options)

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class CountField(serializers.IntegerField):
    """A whole JSON number; text is not a number."""

    def to_internal_value(self, data: Any) -> int:
        if type(data) is not int:
            self.fail("invalid")
        return super().to_internal_value(data)


class FlagField(serializers.BooleanField):
    """A JSON true or false, nothing that merely resembles it."""

    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return data


class StrictSerializer(serializers.Serializer):  # type: ignore[type-arg]
    """Refuses keys it does not know, so that a misspelt one is not silently lost."""

    def to_internal_value(self, data: Any) -> Any:
        unknown = sorted(set(data) - set(self.fields)) if isinstance(data, dict) else []
        known = _("There is no such field. There are: %s.") % ", ".join(self.fields)
        errors: dict[str, Any] = {name: [known] for name in unknown}
        try:
            read = super().to_internal_value(data)
        except serializers.ValidationError as wrong:
            # Told together, so that a body can be mended in one go.
            found: Any = wrong.detail
            raise serializers.ValidationError({**found, **errors}) from wrong
        if errors:
            raise serializers.ValidationError(errors)
        return read
