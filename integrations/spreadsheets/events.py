"""What happens to imports."""

from dataclasses import dataclass
from typing import ClassVar

from commerce.events import MerchantEvent


@dataclass(frozen=True, kw_only=True)
class ImportEvent(MerchantEvent):
    """Something about one import; `detail` is the name of its file."""

    import_id: str
    kind: str


@dataclass(frozen=True, kw_only=True)
class ImportStarted(ImportEvent):
    """A member of staff let an import run."""

    type: ClassVar[str] = "import.started"


@dataclass(frozen=True, kw_only=True)
class ImportFinished(ImportEvent):
    """An import has gone through its file, or was stopped."""

    type: ClassVar[str] = "import.finished"
    created: int
    changed: int
    unchanged: int
    refused: int


@dataclass(frozen=True, kw_only=True)
class ImportUndoStarted(ImportEvent):
    """A member of staff took an import back."""

    type: ClassVar[str] = "import.undo_started"


@dataclass(frozen=True, kw_only=True)
class ImportUndone(ImportEvent):
    """What an import had brought was taken back, but for what was `kept`."""

    type: ClassVar[str] = "import.undone"
    undone: int
    kept: int
