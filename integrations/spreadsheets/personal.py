"""What imports keep of a person: handed out, and forgotten."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from commerce.ports import Person, PersonalDataKeeper
from commerce.serializers import instant
from integrations.spreadsheets.enums import GOING_ON, State
from integrations.spreadsheets.models import Import, ImportItem
from integrations.spreadsheets.services import forget_file


def export(person: Person) -> list[dict[str, Any]]:
    """Return the lines of files that brought the person's data in."""
    objects = [one for one in (person.customer_id, *person.order_ids) if one]
    items = ImportItem.objects.filter(object_id__in=objects).select_related("batch").order_by("id")
    return [
        {
            "file": item.batch.file_name,
            "uploaded_at": instant(item.batch.uploaded_at),
            "line": item.line,
        }
        for item in items
    ]


def erase(person: Person, at: datetime) -> None:
    """Delete every uploaded file, for any may tell of the person; and what undo would put back."""
    objects = [one for one in (person.customer_id, *person.order_ids) if one]
    ImportItem.objects.filter(object_id__in=objects).update(before=None)
    for batch in Import.objects.exclude(path="").select_for_update(no_key=True):
        if batch.state in GOING_ON or batch.state in (State.MAPPING, State.CHECKED):
            batch.state = State.FAILED
            batch.problem = _("A customer’s data was erased meanwhile. Upload the file again.")
            batch.save(update_fields=["state", "problem"])
        forget_file(batch)


KEEPER = PersonalDataKeeper(name="imports", export=export, erase=erase)
