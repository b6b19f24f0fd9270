"""Photos of what comes back: with the request, asked for later, and seen by staff alone."""

import io
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from PIL import Image

from commerce.models import Merchant, Order
from postexp.kernel.files import private_files
from postexp.kernel.models import EventRecord
from returns import services
from returns.enums import ReturnState, Verdict
from returns.errors import BadPhoto, InvalidTransition, NotReturnable, TooManyPhotos
from returns.models import EvidenceFile, PolicyVersion
from returns.selectors.evidence import evidence_picture, list_evidence, photos_held
from returns.services.evidence import (
    add_evidence,
    ask_for_evidence,
    drop_evidence,
    keep_evidence,
)
from returns.tasks import forget_evidence
from tests.parallel import overlap
from tests.returns.conftest import STAFF, ask, fresh, line_ids, mug_facts, sent_order
from tests.returns.photos import picture
from tests.returns.rules.policy_samples import asks, rule

Publish = Callable[..., PolicyVersion]
NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
PROOF = rule("proof", asks("fault", "is", "merchant"), evidence=1, fees={"waive": True})


@pytest.fixture
def strict(publish: Publish) -> None:
    """Faults need a photo; everything else costs ¥990 and needs nobody's decision."""
    publish(rules=(PROOF,), review=False, restocking=1000, postage={"JPY": 990})


def keep(order: Order, line: int = 0, upload: bytes | None = None) -> EvidenceFile:
    return keep_evidence(
        order_id=order.public_id,
        line_id=line_ids(order)[line],
        upload=upload or picture(),
        at=NOW,
        actor="shopper",
    )


def events(kind: str) -> list[dict[str, Any]]:
    return list(
        EventRecord.objects.filter(type=kind).order_by("id").values_list("payload", flat=True)
    )


def test_only_photos_that_are_here_count(bought: Order, strict: None) -> None:
    unproven = ask(bought, NOW, (0, 1, "defective"), photos=5)
    assert unproven.policy_decision.verdict == Verdict.EVIDENCE_NEEDED
    assert (unproven.state, unproven.evidence_wanted) == (ReturnState.IN_REVIEW, True)
    assert events("return.evidence_asked")[0]["return_id"] == unproven.public_id
    services.cancel_return(return_id=unproven.public_id, at=NOW, actor="shopper")
    photo = keep(bought)
    proven = ask(bought, NOW, (0, 1, "defective"))
    assert proven.state == ReturnState.APPROVED
    assert (proven.quote["postage_fee"], proven.quote["restocking_fee"]) == (0, 0)
    assert [one.public_id for one in list_evidence(proven)] == [photo.public_id]
    assert not photos_held(bought)


def test_a_photo_is_kept_without_its_place(bought: Order) -> None:
    photo = keep(bought, upload=picture(software="Retouch 3"))
    assert (photo.taken_at, photo.software) == ("2026-11-21T09:30:00", "Retouch 3")
    kept = Image.open(io.BytesIO(evidence_picture(photo)))
    assert (kept.format, kept.size, dict(kept.getexif())) == ("JPEG", (400, 300), {})
    small = Image.open(io.BytesIO(evidence_picture(photo, small=True)))
    assert max(small.size) == 240


@pytest.mark.django_db(transaction=True)
def test_the_same_photo_is_one_photo(bought: Order, scope: Merchant) -> None:
    overlap(scope, lambda: keep(bought), lambda: keep(bought))
    assert EvidenceFile.objects.count() == 1
    assert photos_held(bought) == {line_ids(bought)[0]: 1}
    assert private_files().exists(EvidenceFile.objects.get().path)


def test_nobody_fills_the_disk(bought: Order) -> None:
    for shade in range(10):
        keep(bought, upload=picture(f"rgb({shade * 20},0,0)"))
    with pytest.raises(TooManyPhotos):
        keep(bought, upload=picture("white"))
    keep(bought, 1, picture("white"))


def test_nothing_is_decoded_for_which_there_is_no_room(bought: Order) -> None:
    for shade in range(10):
        keep(bought, upload=picture(f"rgb({shade * 20},0,0)"))
    with pytest.raises(TooManyPhotos):
        keep(bought, upload=b"no photo at all")
    case = ask(bought, NOW, (0, 1, "defective"))

    def add(*uploads: bytes) -> None:
        add_evidence(return_id=case.public_id, uploads=uploads, at=NOW, actor="shopper")

    add(*(picture(f"rgb({shade * 20},0,0)") for shade in range(9)))
    with pytest.raises(TooManyPhotos):
        add(b"no photo at all", b"nor this")
    with pytest.raises(BadPhoto):
        add(b"no photo at all")
    # What is here already needs no more room.
    add(picture("rgb(0,0,0)"), picture("white"))
    assert EvidenceFile.objects.count() == 20


@pytest.mark.parametrize("upload", [b"", b"%PDF-1.7", b"GIF89a"])
def test_what_is_no_photo_is_refused(bought: Order, upload: bytes) -> None:
    with pytest.raises(BadPhoto):
        keep_evidence(
            order_id=bought.public_id,
            line_id=line_ids(bought)[0],
            upload=upload,
            at=NOW,
            actor="shopper",
        )
    with pytest.raises(NotReturnable):
        keep_evidence(
            order_id=bought.public_id, line_id="oln_x", upload=picture(), at=NOW, actor="shopper"
        )


def test_a_photo_can_be_taken_back_until_it_is_sent(
    bought: Order, scope: Merchant, django_capture_on_commit_callbacks: Any
) -> None:
    other = sent_order(scope, mug_facts(external_id="other"))
    photo = keep(bought)
    drop_evidence(evidence_id=photo.public_id, order_id=other.public_id)
    assert EvidenceFile.objects.count() == 1
    with django_capture_on_commit_callbacks(execute=True):
        drop_evidence(evidence_id=photo.public_id, order_id=bought.public_id)
    assert not EvidenceFile.objects.exists()
    assert not private_files().exists(photo.path)
    keep(bought)
    case = ask(bought, NOW, (0, 1, "defective"))
    drop_evidence(evidence_id=list_evidence(case)[0].public_id, order_id=bought.public_id)
    assert len(list_evidence(case)) == 1


def test_staff_ask_and_the_shopper_answers(bought: Order) -> None:
    case = ask(bought, NOW, (0, 1, "defective"))
    due = fresh(case).due_at
    asked = ask_for_evidence(return_id=case.public_id, text="Show the crack.", at=NOW, actor=STAFF)
    assert (asked.evidence_wanted, asked.evidence_text) == (True, "Show the crack.")
    assert asked.waiting_since == NOW
    later = NOW + timedelta(days=3)
    answered = add_evidence(
        return_id=case.public_id,
        uploads=[picture(), picture("red")],
        line_id=line_ids(bought)[0],
        note="Here it is.",
        at=later,
        actor="shopper",
    )
    assert (answered.state, answered.evidence_wanted) == (ReturnState.IN_REVIEW, False)
    assert answered.waiting_since is None
    assert due is not None
    assert answered.due_at is not None
    assert answered.due_at > due
    assert events("return.evidence_asked")[0]["asked"] == 1
    [added] = events("return.evidence_added")
    assert (added["count"], added["answers"], added["note"]) == (2, 1, "Here it is.")
    assert [move.event for move in case.transitions.order_by("id")] == [
        "flag",
        "ask_shopper",
        "shopper_replied",
    ]


def test_photos_belong_to_a_return_that_is_under_way(bought: Order) -> None:
    case = ask(bought, NOW, (0, 1, "defective"))
    with pytest.raises(NotReturnable):
        add_evidence(
            return_id=case.public_id,
            uploads=[picture()],
            line_id=line_ids(bought)[1],
            at=NOW,
            actor="shopper",
        )
    services.cancel_return(return_id=case.public_id, at=NOW, actor="shopper")
    with pytest.raises(InvalidTransition):
        add_evidence(return_id=case.public_id, uploads=[picture()], at=NOW, actor="shopper")
    with pytest.raises(InvalidTransition):
        ask_for_evidence(return_id=case.public_id, text="", at=NOW, actor=STAFF)
    assert not EvidenceFile.objects.exists()


def test_photos_of_someone_who_went_away_are_forgotten(
    bought: Order, strict: None, django_capture_on_commit_callbacks: Any
) -> None:
    gone = keep(bought)
    EvidenceFile.objects.update(at=NOW - timedelta(days=30))
    kept = keep(bought, 1)
    with time_machine.travel(NOW), django_capture_on_commit_callbacks(execute=True):
        assert forget_evidence() == 1
    assert not private_files().exists(gone.path)
    assert private_files().exists(kept.path)
