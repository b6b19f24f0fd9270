"""Photos of what arrived, over REST: kept, named by a finding, shown, and forgotten."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from commerce.enums import Scope
from commerce.models import Merchant, Order, User
from commerce.services.keys import create_key
from postexp.kernel.files import private_files
from returns.models import Inspection, ReceivingPhoto, RefusedUnits, Return
from returns.selectors import list_lines_of
from returns.services.decisions import approve_return
from returns.tasks import forget_evidence
from tests.facts import order_facts
from tests.returns.conftest import STAFF, arrive, ask, sent_order
from tests.returns.photos import picture
from tests.returns.test_api import NOW, Call, call, refused, today

__all__ = ("call", "today")

Upload = Callable[..., Any]


@pytest.fixture
def upload(scope: Merchant, owner: User) -> Upload:
    """Send a photo with a key that may do everything."""
    secret = create_key(merchant=scope, name="WMS", scopes=list(Scope), by=owner, at=NOW).secret

    def send(body: bytes, key: str = "k") -> Any:
        return Client().post(
            "/api/v1/receiving-photos",
            {"file": SimpleUploadedFile("worn.jpg", body)},
            headers={"authorization": f"Bearer {secret}", "idempotency-key": key},
        )

    return send


def arrived(order: Order) -> Return:
    case = ask(order, NOW, (0, 1, "too_small"))
    approve_return(return_id=case.public_id, at=NOW, actor=STAFF)
    arrive(case, NOW)
    return case


def worn(call: Call, case: Return, photo_id: str) -> Any:
    [line] = list_lines_of(case)
    finding = {"line_id": line.public_id, "grade": "c", "quantity": 1, "accepted": False}
    body = {"findings": [{**finding, "photo_id": photo_id}]}
    return call("POST", f"returns/{case.public_id}/inspect", body)


def test_a_photo_is_named_by_a_finding_and_shown(
    call: Call, upload: Upload, bought: Order, scope: Merchant
) -> None:
    case = arrived(bought)
    first, again = (upload(picture()) for _press in range(2))
    assert first.status_code == 201, first.content
    assert first.json() == again.json()
    kept = ReceivingPhoto.objects.get()
    assert first.json() == {"id": kept.public_id, "added_at": "2026-11-21T03:00:00Z"}
    told = worn(call, case, kept.public_id)
    assert told.status_code == 200, told.content
    [units] = told.json()["refused_units"]
    shown = call("GET", f"refused-units/{units['id']}/photo", accept="image/*")
    assert (shown.status_code, shown["Content-Type"]) == (200, "image/jpeg")
    with private_files().open(kept.path) as file:
        assert shown.content == file.read()
    # The camera said where it was.
    assert shown.content != picture()
    other = arrived(sent_order(scope, order_facts(external_id="2", number="#1002")))
    assert refused(worn(call, other, kept.public_id)) == (422, "unknown_photo")
    assert Inspection.objects.count() == 1


def test_what_is_no_photo_is_refused(call: Call, upload: Upload, bought: Order) -> None:
    assert refused(upload(b"no photo at all")) == (422, "bad_photo")
    assert refused(worn(call, arrived(bought), "pho_none")) == (422, "unknown_photo")


def test_units_without_a_photo_have_none(call: Call, bought: Order) -> None:
    assert worn(call, arrived(bought), "").status_code == 200
    units = RefusedUnits.objects.get()
    assert refused(call("GET", f"refused-units/{units.public_id}/photo")) == (404, "not_found")


def test_photos_that_nothing_names_are_thrown_away(
    call: Call,
    upload: Upload,
    bought: Order,
    django_capture_on_commit_callbacks: Callable[..., Any],
) -> None:
    used, unused = (upload(picture(), key).json()["id"] for key in ("a", "b"))
    assert worn(call, arrived(bought), used).status_code == 200
    gone = ReceivingPhoto.objects.get(public_id=unused)
    for waited, photos in ((timedelta(days=2), 2), (timedelta(days=2, seconds=1), 1)):
        later = NOW + waited
        with (
            time_machine.travel(later, tick=False),
            django_capture_on_commit_callbacks(execute=True),
        ):
            forget_evidence()
        assert ReceivingPhoto.objects.count() == photos
    assert ReceivingPhoto.objects.get().public_id == used
    assert not private_files().exists(gone.path)
