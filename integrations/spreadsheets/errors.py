"""What may be wrong with a file, or with an act on it, each in words for staff."""

from django.utils.translation import gettext_lazy as _


class ImportRefused(Exception):
    """Something about an import that a person can mend; `message` says what."""

    message: object = _("This file cannot be imported.")

    def __init__(self, message: object = None) -> None:
        if message is not None:
            self.message = message
        super().__init__(str(self.message))


class Unreadable(ImportRefused):
    """The file as a whole cannot be read."""


class NotNow(ImportRefused):
    """The import has moved on meanwhile, so this act no longer fits."""

    message = _("This import has moved on meanwhile.")


class Refused(Exception):
    """One entry cannot be imported; `reasons` say why, in words for staff.

    `row` is the place of the one line that is wrong, where the others can come in without it.
    """

    def __init__(self, *reasons: str, row: int | None = None) -> None:
        self.reasons, self.row = reasons, row
        super().__init__("; ".join(reasons))
