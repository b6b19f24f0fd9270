"""The choices of imports."""

from django.db import models
from django.utils.translation import pgettext_lazy


class Kind(models.TextChoices):
    """What the lines of a file tell of."""

    ORDERS = "orders", pgettext_lazy("kind of import", "Orders")
    PRODUCTS = "products", pgettext_lazy("kind of import", "Products and stock")
    CUSTOMERS = "customers", pgettext_lazy("kind of import", "Customers")
    SHIPMENTS = "shipments", pgettext_lazy("kind of import", "Shipments")
    SCANS = "scans", pgettext_lazy("kind of import", "Tracking events")
    DROP_OFF = "drop_off", pgettext_lazy("kind of import", "Drop-off points")


class State(models.TextChoices):
    """Where an import stands; `checking`, `running` and `undoing` go on by themselves."""

    MAPPING = "mapping", pgettext_lazy("state of an import", "Columns to choose")
    CHECKING = "checking", pgettext_lazy("state of an import", "Being checked")
    CHECKED = "checked", pgettext_lazy("state of an import", "Checked")
    RUNNING = "running", pgettext_lazy("state of an import", "Running")
    DONE = "done", pgettext_lazy("state of an import", "Imported")
    UNDOING = "undoing", pgettext_lazy("state of an import", "Being undone")
    UNDONE = "undone", pgettext_lazy("state of an import", "Undone")
    FAILED = "failed", pgettext_lazy("state of an import", "Failed")


GOING_ON = frozenset({State.CHECKING, State.RUNNING, State.UNDOING})


class Outcome(models.TextChoices):
    """What became of one entry of a file: one line, or the lines of one order."""

    READY = "ready", pgettext_lazy("entry of an import", "Ready")
    REFUSED = "refused", pgettext_lazy("entry of an import", "Not imported")
    CREATED = "created", pgettext_lazy("entry of an import", "New")
    CHANGED = "changed", pgettext_lazy("entry of an import", "Changed")
    UNCHANGED = "unchanged", pgettext_lazy("entry of an import", "Unchanged")
    UNDONE = "undone", pgettext_lazy("entry of an import", "Undone")
    KEPT = "kept", pgettext_lazy("entry of an import", "Kept")


class DateOrder(models.TextChoices):
    """How 03/04/2026 is read; dates that begin with the year need no choice."""

    MONTH_FIRST = "mdy", pgettext_lazy("order of a date", "Month first (11/24/2026)")
    DAY_FIRST = "dmy", pgettext_lazy("order of a date", "Day first (24/11/2026)")
