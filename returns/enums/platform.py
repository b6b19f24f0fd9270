"""Returns that were opened on the platform of an order."""

from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy


class PlatformReturnState(TextChoices):
    """Where a return stands there."""

    REQUESTED = "requested", pgettext_lazy("state of a return on the platform", "Asked for")
    OPEN = "open", pgettext_lazy("state of a return on the platform", "Under way")
    CLOSED = "closed", pgettext_lazy("state of a return on the platform", "Closed")
    DECLINED = "declined", pgettext_lazy("state of a return on the platform", "Declined")
    CANCELLED = "cancelled", pgettext_lazy("state of a return on the platform", "Cancelled")


UNDER_WAY = (PlatformReturnState.REQUESTED, PlatformReturnState.OPEN)
