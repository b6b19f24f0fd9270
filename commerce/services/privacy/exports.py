"""Everything a shop has, as one zip: a file of JSON lines for each table, and its pictures."""

from __future__ import annotations

import base64
import json
import logging
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

from django.apps import apps
from django.core.files import File
from django.core.files.storage import default_storage
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction

from commerce.enums import ExportState
from commerce.events import ShopExported
from commerce.models import DataExport, Merchant, User
from commerce.selectors.data import is_idle
from postexp.kernel.events import append
from postexp.kernel.files import private_files
from postexp.kernel.secrets import EncryptedTextField
from postexp.kernel.tenancy import current_merchant_id

logger = logging.getLogger(__name__)

KEEP = timedelta(days=30)
CHUNK = 1000
BEAT_ROWS = 10_000
# Hashes of keys open nothing and mean nothing elsewhere.
SECRETS = frozenset({"key_hash", "secret_hash"})
README = """Everything {shop} has in Postexp, as of {at:%Y-%m-%d %H:%M} UTC.

tables/<room>.<kind>.jsonl   one JSON object a line, one line a row; names end in _id where they
                             point to the "id" of another row. Money is in minor units (cents; yen).
files/                       pictures of products and the logo.

Secrets (keys and tokens of connections) are left out. Not part of it: accounts of staff beyond
their role in this shop, which is in tables/commerce.membership.jsonl.
"""


def folder_of() -> str:
    """Return the folder of the scope's merchant in the private storage."""
    return f"m{current_merchant_id()}"


def ask_for_shop_export(*, merchant: Merchant, by: User, at: datetime) -> DataExport:
    """Ask for the zip; one that is being made is returned instead. Publishes ShopExported.

    The caller hands it to a worker after the commit.
    """
    with transaction.atomic():
        Merchant.objects.select_for_update(no_key=True).get(pk=merchant.pk)
        waiting = DataExport.objects.filter(
            customer=None, request=None, state=ExportState.WAITING
        ).first()
        if waiting is not None:
            return waiting
        made = DataExport.objects.create(asked_by=by, asked_at=at, total=len(_kinds()))
        append(
            ShopExported(merchant_public_id=merchant.public_id, export_id=made.public_id),
            at=at,
            actor=by.actor,
        )
    return made


def make_shop_export(*, merchant: Merchant, export_id: str, now: Callable[[], datetime]) -> bool:
    """Make the zip, row by row in bounded memory; return whether it was made here.

    One that another worker is making, heard of within three minutes, is left to it; one that was
    interrupted is begun anew.
    """
    if not _claim(export_id, now()):
        return False
    made: DataExport = DataExport.objects.get(public_id=export_id)
    with tempfile.TemporaryFile() as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=4) as archive:
            text = README.format(shop=merchant.name_in("en"), at=now())
            archive.writestr("README.txt", text)
            for place, model in enumerate(_kinds()):
                _write_table(archive, model, merchant, made, now)
                made.done = place + 1
            _write_pictures(archive, merchant)
        made.size = file.tell()
        file.seek(0)
        made.path = private_files().save(f"{folder_of()}/exports/{made.public_id}.zip", File(file))
    at = now()
    made.state, made.finished_at, made.expires_at = ExportState.DONE, at, at + KEEP
    made.save()
    return True


def _claim(export_id: str, at: datetime) -> bool:
    waiting = DataExport.objects.filter(is_idle(at), public_id=export_id, state=ExportState.WAITING)
    return bool(waiting.update(beat_at=at, done=0, rows=0))


def _kinds() -> list[type[models.Model]]:
    """Return every kind of row that names its merchant, and the merchant."""
    named = [
        model
        for model in apps.get_models()
        if any(field.attname == "merchant_id" for field in model._meta.concrete_fields)
        and model not in (DataExport,)
    ]
    return [Merchant, *named]


def _rows_of(model: type[models.Model], merchant: Merchant) -> models.QuerySet[Any]:
    if model is Merchant:
        return Merchant.objects.filter(pk=merchant.pk)
    manager = getattr(model, "every_merchant", model._default_manager)
    rows: models.QuerySet[Any] = manager.filter(merchant_id=merchant.pk).order_by("pk")
    return rows


def _write_table(
    archive: zipfile.ZipFile,
    model: type[models.Model],
    merchant: Merchant,
    made: DataExport,
    now: Callable[[], datetime],
) -> None:
    fields = [
        field.attname
        for field in model._meta.concrete_fields
        if not isinstance(field, EncryptedTextField) and field.attname not in SECRETS
    ]
    name = f"tables/{model._meta.app_label}.{model._meta.model_name}.jsonl"
    with archive.open(name, "w", force_zip64=True) as out:
        for row in _values(_rows_of(model, merchant), fields):
            text = json.dumps(row, ensure_ascii=False, cls=_Encoder)
            out.write(f"{text}\n".encode())
            made.rows += 1
            if made.rows % BEAT_ROWS == 0:
                _beat(made, now())
    _beat(made, now())


def _values(rows: models.QuerySet[Any], fields: list[str]) -> Iterator[dict[str, Any]]:
    # A cursor of the server's: the rows never are in memory together.
    with transaction.atomic():
        yield from rows.values(*fields).iterator(chunk_size=CHUNK)


def _beat(made: DataExport, at: datetime) -> None:
    DataExport.objects.filter(pk=made.pk).update(beat_at=at, done=made.done, rows=made.rows)


def _write_pictures(archive: zipfile.ZipFile, merchant: Merchant) -> None:
    for path in picture_paths(merchant):
        if default_storage.exists(path):
            with default_storage.open(path) as picture:
                archive.writestr(f"files/{path}", picture.read())


def picture_paths(merchant: Merchant) -> Iterator[str]:
    """Return the names of the shop's pictures in the public storage."""
    for model in _kinds():
        for field in model._meta.concrete_fields:
            if isinstance(field, models.FileField):
                rows = _rows_of(model, merchant).exclude(**{field.name: ""})
                yield from rows.values_list(field.name, flat=True).iterator(chunk_size=CHUNK)


class _Encoder(DjangoJSONEncoder):
    def default(self, value: Any) -> Any:
        if isinstance(value, (bytes, memoryview)):
            raw = bytes(value)
            try:
                return raw.decode()
            except UnicodeDecodeError:
                return {"base64": base64.b64encode(raw).decode()}
        return super().default(value)


def forget_old_exports(*, at: datetime) -> int:
    """Delete the files whose time is over, of every merchant; return how many."""
    old = DataExport.every_merchant.filter(state=ExportState.DONE, expires_at__lt=at)
    for made in old:
        private_files().delete(made.path)
        DataExport.every_merchant.filter(pk=made.pk).update(state=ExportState.GONE, path="")
    return len(old)
