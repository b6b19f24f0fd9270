"""Imports, and what became of each entry of their files."""

from typing import ClassVar

from django.db import models

from integrations.spreadsheets.enums import GOING_ON, DateOrder, Kind, Outcome, State
from postexp.kernel import ids
from postexp.kernel.tenancy import MerchantModel


def import_id() -> str:
    """A new public id of an import."""
    return ids.new_id("imp")


class Import(MerchantModel):
    """One file and its way in. `path` is the upload, `plain_path` the same as plain CSV.

    `columns` names the place of each field among the columns; `position` is how far the plain file
    was read, in bytes, and `line` in lines. `digest` tells the same file uploaded again. `claim`
    names the worker that is at it, which was last heard of at `beat_at`; `tries` counts the workers
    in a row that came no further.
    """

    public_id = models.CharField(max_length=40, unique=True, default=import_id)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    state = models.CharField(max_length=12, choices=State.choices, default=State.MAPPING)
    file_name = models.CharField(max_length=200)
    path = models.CharField(max_length=200, blank=True)
    plain_path = models.CharField(max_length=200, blank=True)
    digest = models.CharField(max_length=64)
    size = models.BigIntegerField()
    encoding = models.CharField(max_length=20)
    delimiter = models.CharField(max_length=1, blank=True)
    header = models.JSONField(default=list)
    sample = models.JSONField(default=list)
    columns = models.JSONField(default=dict)
    date_order = models.CharField(
        max_length=3, choices=DateOrder.choices, default=DateOrder.MONTH_FIRST
    )
    locale = models.CharField(max_length=5)
    asked_by = models.ForeignKey(
        "commerce.User", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    lines = models.PositiveIntegerField(default=0)
    line = models.PositiveIntegerField(default=0)
    position = models.BigIntegerField(default=0)
    entries = models.PositiveIntegerField(default=0)
    known = models.PositiveIntegerField(default=0)
    same = models.PositiveIntegerField(default=0)
    created = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    undone = models.PositiveIntegerField(default=0)
    kept = models.PositiveIntegerField(default=0)
    problem = models.TextField(blank=True)
    uploaded_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)
    beat_at = models.DateTimeField(null=True)
    claim = models.CharField(max_length=40, default="", db_default="")
    tries = models.PositiveSmallIntegerField(default=0, db_default=0)

    class Meta(MerchantModel.Meta):
        indexes: ClassVar = [
            models.Index(fields=["merchant_id", "-id"], name="import_list"),
            models.Index(
                fields=["beat_at"],
                name="import_going_on",
                condition=models.Q(state__in=[state.value for state in sorted(GOING_ON)]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} from {self.file_name}"

    @property
    def actor(self) -> str:
        """How the event log names what this import does."""
        return f"import:{self.public_id}"

    @property
    def is_going_on(self) -> bool:
        """Whether a worker is at it, or will be."""
        return self.state in GOING_ON

    @property
    def done_entries(self) -> int:
        """How many entries the run has dealt with."""
        return self.created + self.changed + self.unchanged

    @property
    def percent(self) -> int:
        """How far the work that goes on now has come."""
        done, whole = {
            State.CHECKING.value: (self.line, self.lines),
            State.RUNNING.value: (self.done_entries, self.entries),
            State.UNDOING.value: (self.undone + self.kept, self.created + self.changed),
        }.get(self.state, (1, 1))
        return min(100, done * 100 // whole) if whole else 0


class ImportItem(MerchantModel):
    """One entry of a file: where it stands, and what became of it.

    `position` and `lines` find it in the plain file. `key` is what it is known by here, and
    `fingerprint` what it told, so that the same told again changes nothing. `before` is what undo
    puts back. `cells` keeps the lines of a refused one, to be mended.
    """

    batch = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="items")
    kind = models.CharField(max_length=12)
    line = models.PositiveIntegerField()
    lines = models.PositiveSmallIntegerField(default=1)
    position = models.BigIntegerField()
    key = models.CharField(max_length=200, blank=True)
    fingerprint = models.CharField(max_length=32, blank=True)
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    object_id = models.CharField(max_length=40, blank=True)
    before = models.JSONField(null=True)
    reason = models.TextField(blank=True)
    cells = models.JSONField(null=True)

    class Meta(MerchantModel.Meta):
        indexes: ClassVar = [
            models.Index(fields=["batch", "outcome", "id"], name="import_item_work"),
            models.Index(fields=["merchant_id", "kind", "key", "-id"], name="import_item_known"),
        ]

    def __str__(self) -> str:
        return f"line {self.line}: {self.outcome}"

    @property
    def span(self) -> str:
        """The lines of the entry, as people name them."""
        return str(self.line) if self.lines == 1 else f"{self.line}–{self.line + self.lines - 1}"
