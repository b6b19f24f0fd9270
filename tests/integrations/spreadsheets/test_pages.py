"""The pages of an import, from the upload to undo, as staff go through them."""

import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from commerce.models import Customer, Merchant, User
from integrations.spreadsheets.enums import State
from integrations.spreadsheets.models import Import
from tests.integrations.spreadsheets.conftest import work_off

ROOT = "/d/komorebi/settings/import/"
BAD = "Mail,Vorname,Last Name\na@example.com,Ann,Lee\nnobody,Bo,Ek\n"


@pytest.fixture
def staff(scope: Merchant, owner: User, client: Client) -> Client:
    client.force_login(owner)
    return client


def send(staff: Client, text: bytes, kind: str = "customers") -> Any:
    file = SimpleUploadedFile("顧客.csv", text)
    return staff.post(ROOT, {"kind": kind, "file": file})


def test_a_file_goes_the_whole_way(staff: Client) -> None:
    answer = send(staff, BAD.encode())
    batch = Import.objects.get()
    here = f"{ROOT}{batch.public_id}/"
    assert answer["Location"] == here
    page = staff.get(here).content.decode()
    assert "顧客.csv" in page
    assert batch.columns == {"email": 0, "family_name": 2}
    columns = {"email": "0", "given_name": "1", "family_name": "2", "date_order": "mdy"}
    assert staff.post(here, columns).status_code == 302
    assert b"progress-bar" in staff.get(here).content
    assert staff.get(f"{here}progress/", headers={"HX-Request": "true"}).status_code == 200
    work_off(batch)
    page = staff.get(here).content.decode()
    assert "Import 1 entry" in page
    assert "is no e-mail address" in page
    lines = b"".join(staff.get(f"{here}lines.csv").streaming_content).decode("utf-8-sig")  # type: ignore[arg-type]
    assert lines.splitlines()[0] == "Line,Reason,Mail,Vorname,Last Name"
    assert lines.splitlines()[1].startswith("3,")
    staff.post(f"{here}start/")
    work_off(batch)
    assert Customer.objects.get().given_name == "Ann"
    assert b"Undo this import" in staff.get(here).content
    assert staff.get(f"{here}undo/").status_code == 200
    staff.post(f"{here}undo/")
    work_off(batch)
    assert (batch.state, Customer.objects.count()) == (State.UNDONE, 0)
    done = staff.get(f"{here}progress/", headers={"HX-Request": "true"})
    assert done["HX-Redirect"] == here
    assert staff.get(ROOT).status_code == 200


def test_a_file_that_cannot_be_read_is_refused_at_its_field(staff: Client) -> None:
    answer = send(staff, b"")
    assert answer.status_code == 422
    assert b"The file is empty." in answer.content
    answer = send(staff, bytes.fromhex("d0cf11e0a1b11ae1") + b"x")
    assert answer.status_code == 422
    assert b"old or protected" in answer.content


def test_required_columns_are_asked_for(staff: Client) -> None:
    send(staff, b"A,B\n1,2\n", "orders")
    batch = Import.objects.get()
    answer = staff.post(f"{ROOT}{batch.public_id}/", {"date_order": "mdy"})
    assert answer.status_code == 422
    assert batch.state == State.MAPPING


def test_an_act_that_no_longer_fits_changes_nothing(staff: Client) -> None:
    send(staff, BAD.encode())
    batch = Import.objects.get()
    for act in ("start", "stop", "undo"):
        assert staff.post(f"{ROOT}{batch.public_id}/{act}/").status_code == 302
    batch.refresh_from_db()
    assert batch.state == State.MAPPING


def test_a_stopped_run_ends_with_what_it_did(staff: Client) -> None:
    send(staff, BAD.encode())
    batch = Import.objects.get()
    here = f"{ROOT}{batch.public_id}/"
    staff.post(here, {"email": "0", "date_order": "mdy"})
    staff.post(f"{here}stop/")
    batch.refresh_from_db()
    assert batch.state == State.MAPPING
    staff.post(here, {"email": "0", "date_order": "mdy"})
    work_off(batch)
    staff.post(f"{here}start/")
    staff.post(f"{here}stop/")
    work_off(batch)
    assert (batch.state, Customer.objects.count()) == (State.DONE, 0)


@pytest.mark.parametrize("kind", ["orders", "products", "customers", "shipments"])
def test_samples_are_there_to_begin_from(staff: Client, kind: str) -> None:
    answer = staff.get(f"{ROOT}samples/{kind}.csv")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[arg-type]
    assert len(io.StringIO(text).readlines()) == 4
    assert staff.get(f"{ROOT}samples/nothing.csv").status_code == 404


def test_who_counts_the_stock_is_chosen(staff: Client) -> None:
    from commerce.selectors import stock_owner

    staff.post(f"{ROOT}stock/", {"owner": "postexp"})
    assert stock_owner() == "postexp"
    staff.post(f"{ROOT}stock/", {"owner": "nobody"})
    assert stock_owner() == "postexp"


def test_only_those_who_configure_import(
    staff: Client, warehouse_worker: User, client: Client
) -> None:
    client.force_login(warehouse_worker)
    assert client.get(ROOT).status_code == 403
