"""Carriers' codes that no connector reads, as the API tells and takes them."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from commerce.serializers import instant
from commerce.serializers.fields import StrictSerializer, TextField
from tracking.enums import Status
from tracking.models import CarrierCode

_STATUSES = [(one.value, one.value) for one in Status]


def represent_code(code: CarrierCode, *, scans: int) -> dict[str, Any]:
    """Return a code that came with so many scans, and what staff or an integration said it means.

    `mapped_at` is null while nobody has; then, and for information only, so is `status`.
    """
    return {
        "id": code.public_id,
        "source": code.source,
        "code": code.code,
        "words": code.words,
        "scans": scans,
        "status": code.status or None,
        "substatus": code.substatus,
        "mapped_at": instant(code.mapped_at),
        "first_seen_at": instant(code.first_seen_at),
        "last_seen_at": instant(code.last_seen_at),
    }


class CarrierCodeOut(serializers.Serializer):  # type: ignore[type-arg]
    """What a source calls a kind of scan, where no connector reads it.

    Scans under it are information until it is mapped (`mapped_at`): to a status with its substatus,
    or to none, for information only. `words` are those of its first scan.
    """

    id = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]  # a key of the wire
    code = serializers.CharField()
    words = serializers.CharField()
    scans = serializers.IntegerField()
    status = serializers.ChoiceField(choices=_STATUSES, allow_null=True)
    substatus = serializers.CharField()
    mapped_at = serializers.DateTimeField(allow_null=True)
    first_seen_at = serializers.DateTimeField()
    last_seen_at = serializers.DateTimeField()


class CarrierCodePageOut(serializers.Serializer):  # type: ignore[type-arg]
    """One page of codes; send `next` as `cursor` for the page after."""

    data = CarrierCodeOut(many=True)  # type: ignore[assignment]  # a key of the wire
    next = serializers.CharField(allow_null=True)


class MeaningIn(StrictSerializer):
    """What a code means: a status with a substatus of its own, or null for information only."""

    status = serializers.ChoiceField(choices=_STATUSES, allow_null=True)
    substatus = TextField(max_length=40)
