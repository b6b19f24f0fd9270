"""Databases of development versions, whose migrations the first of each room now stands for.

Until 0.1.0 the rooms had many migrations. What they made together is made by the first one, under
the name of the old first one: a database that went through all of them has nothing left to do. Nor
has one that stands in between, as Django sees it; so it is told here.
"""

from collections.abc import Container

_SECOND = ("kernel", "0002_append_only")
_LAST = (
    ("kernel", "0008_requests_about"),
    ("commerce", "0029_scope_of_flows"),
    ("notifications", "0013_passed_over"),
    ("tracking", "0024_uncounted_parcels"),
    ("returns", "0035_return_reminded"),
    ("integrations", "0012_senders"),
    ("outgoing", "0002_no_secrets_in_logs"),
    ("spreadsheets", "0004_drop_off_points"),
)


def missing_from_before(applied: Container[tuple[str, str]]) -> list[str]:
    """Return the last migrations of development versions that a database of theirs never had.

    None are missing from a database that was begun with 0.1.0 or later.
    """
    if _SECOND not in applied:
        return []
    return [".".join(migration) for migration in _LAST if migration not in applied]
