"""What carriers answer when they are asked about parcels that are known."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from postexp.kernel.locks import lock_all
from tracking.models import Shipment
from tracking.rules import NormalisedShipment, number_key
from tracking.rules.polling import choose_told
from tracking.selectors.polling import ASKED
from tracking.services.ingest import ingest_reports


@dataclass(frozen=True, kw_only=True)
class _Asked:
    """What has to be known of a parcel to tell whether an answer is about it."""

    pk: int
    public_id: str
    begun_at: datetime


def take_in_answers(
    answers: Sequence[Iterable[NormalisedShipment]],
    *,
    carriers: Collection[str],
    at: datetime,
    actor: str = "system",
) -> list[list[str]]:
    """Take in what a carrier answers about its parcels; return, for each answer, whom it is about.

    Those are public ids. `carriers` are the slugs it goes by. A parcel nobody told of is not made,
    and one whose journey is over, or that is with another carrier by now, stays as it is. Of
    several parcels with one number in an answer each of ours takes the one that can be its own.

    Publishes what `ingest_reports` publishes.
    """
    told = [_by_number(answer) for answer in answers]
    keys = sorted({key for answer in told for key in answer})
    with transaction.atomic():
        # In line with everybody else who tells of these numbers, as in `take_in_report`.
        lock_all(f"parcels_numbered:{key}" for key in keys)
        asked = _asked_about(keys, carriers)
        chosen = [
            [
                (parcel, one)
                for key, those in answer.items()
                for parcel in asked.get(key, ())
                if (one := choose_told(those, begun_at=parcel.begun_at)) is not None
            ]
            for answer in told
        ]
        ingest_reports(
            [(parcel.pk, one) for answer in chosen for parcel, one in answer], at=at, actor=actor
        )
    return [[parcel.public_id for parcel, _ in answer] for answer in chosen]


def _by_number(answer: Iterable[NormalisedShipment]) -> dict[str, list[NormalisedShipment]]:
    found: defaultdict[str, list[NormalisedShipment]] = defaultdict(list)
    for one in answer:
        if key := number_key(one.tracking_number):
            found[key].append(one)
    return dict(found)


def _asked_about(keys: Collection[str], carriers: Collection[str]) -> dict[str, list[_Asked]]:
    """Return the parcels of a carrier that are on their way, by their number."""
    found: defaultdict[str, list[_Asked]] = defaultdict(list)
    rows = Shipment.objects.filter(
        number_key__in=keys, carrier__in=carriers, status__in=ASKED
    ).order_by("pk")
    for pk, public_id, key, sent_at, created_at in rows.values_list(
        "pk", "public_id", "number_key", "dispatched_at", "created_at"
    ):
        found[key].append(_Asked(pk=pk, public_id=public_id, begun_at=sent_at or created_at))
    return dict(found)
