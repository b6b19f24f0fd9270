"""Test shops opened before they followed their shops are brought up to date by a migration."""

from __future__ import annotations

import importlib
from datetime import datetime, timedelta

from django.apps import apps
from django.db import connection

from commerce.enums import Role
from commerce.models import Membership, Merchant, User
from commerce.services.merchants import add_member
from commerce.services.sandboxes import open_sandbox


def test_one_opened_before_loses_who_left_and_keeps_who_was_invited_to_it(
    scope: Merchant, owner: User, at: datetime
) -> None:
    agent = User.objects.create_user("agent@komorebi.example", "a long password")
    add_member(merchant=scope, user=agent, role=Role.AGENT, by=owner, at=at)
    twin = open_sandbox(merchant=scope, by=owner, at=at)
    guest = User.objects.create_user("guest@komorebi.example", "a long password")
    Membership.objects.create(merchant=twin, user=guest, role=Role.AGENT)
    Membership.objects.filter(merchant=twin, user=guest).update(
        created_at=twin.created_at + timedelta(hours=1)
    )
    Membership.objects.filter(merchant=twin, user=owner).update(role=Role.AGENT)
    Membership.objects.filter(merchant=scope, user=agent).delete()
    Merchant.objects.filter(pk=scope.pk).update(two_factors_required=True)
    step = importlib.import_module("commerce.migrations.0012_test_shops_follow")
    with connection.schema_editor() as editor:
        for operation in step.Migration.operations:
            operation.database_forwards("commerce", editor, apps, apps)
    there = {one.user_id: one.role for one in Membership.objects.filter(merchant=twin)}
    assert there == {owner.pk: Role.OWNER, guest.pk: Role.AGENT}
    twin.refresh_from_db()
    assert twin.two_factors_required
