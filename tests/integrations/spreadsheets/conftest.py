"""Imports to try: files in memory, brought through check and run by the real services."""

import io
from collections.abc import Callable
from datetime import timedelta
from itertools import count

import pytest
from django.core.files import File

from commerce.models import Merchant, User
from integrations.spreadsheets import services, steps
from integrations.spreadsheets.enums import Kind
from integrations.spreadsheets.models import Import
from postexp.kernel import clock

Bring = Callable[..., Import]


def work_off(batch: Import) -> Import:
    """Work until nothing is left, one chunk a step, so that every step begins anew."""
    for _step in count():
        if not steps.work(batch.public_id, until=clock.now() - timedelta(1), now=clock.now):
            break
    batch.refresh_from_db()
    return batch


@pytest.fixture
def upload(scope: Merchant, owner: User) -> Bring:
    """Upload a file of text or bytes."""

    def bring(kind: str, content: str | bytes, name: str = "file.csv") -> Import:
        raw = content.encode() if isinstance(content, str) else content
        return services.upload(
            kind=Kind(kind),
            file=File(io.BytesIO(raw), name=name),
            by=owner,
            locale="en",
            at=clock.now(),
        )

    return bring


@pytest.fixture
def check(upload: Bring) -> Bring:
    """Upload a file and check it with the columns as they were guessed."""

    def bring(kind: str, content: str | bytes, name: str = "file.csv") -> Import:
        batch = upload(kind, content, name)
        services.choose_columns(
            batch, columns=batch.columns, date_order=batch.date_order, at=clock.now()
        )
        return work_off(batch)

    return bring


@pytest.fixture
def run(check: Bring, owner: User) -> Bring:
    """Check a file and let it run."""

    def bring(kind: str, content: str | bytes, name: str = "file.csv") -> Import:
        batch = check(kind, content, name)
        services.start(batch, by=owner, at=clock.now())
        return work_off(batch)

    return bring


@pytest.fixture
def undo(owner: User) -> Callable[[Import], Import]:
    """Take an import back."""

    def back(batch: Import) -> Import:
        services.begin_undo(batch, by=owner, at=clock.now())
        return work_off(batch)

    return back
