"""One full shop for all tests of a file."""

import pytest
from django.template.backends.django import Template
from django.utils.safestring import SafeString

from tests.standing import db, full_shop, merchant, other_merchant, owner, standing

__all__ = ("db", "full_shop", "merchant", "other_merchant", "owner", "standing")


@pytest.fixture
def wordless(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave pages empty where only their status counts: to write them takes half their time."""
    monkeypatch.setattr(Template, "render", lambda *_, **__: SafeString())
