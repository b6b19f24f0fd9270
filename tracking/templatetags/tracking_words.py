"""The words of tracking, for templates: `{% load tracking_words %}`."""

from __future__ import annotations

from django import template

from postexp.design import formats
from tracking import enums
from tracking.rules import Headline
from tracking.serializers import words

register = template.Library()

register.filter("sentence", words.sentence)
register.filter("advice", words.advice)


@register.filter
def status_label(status: str) -> str:
    """`{{ shipment.status|status_label }}`: `In transit`, `輸送中`."""
    return enums.status_label(status, formats.language())


@register.filter
def status_tone(status: str) -> str:
    """`{{ shipment.status|status_tone }}`: the tone of its badge."""
    return words.TONES[enums.Status(status)]


@register.filter
def delay_label(reason: str) -> str:
    """`{{ shipment.delay_reason|delay_label }}`: why a parcel is late."""
    return enums.delay_reason_label(reason, formats.language())


@register.filter
def first_promised(headline: Headline) -> str:
    """`{{ parcel.headline|first_promised }}`: the day first promised, where it has moved."""
    return formats.day(headline.first_day) if headline.first_day else ""
