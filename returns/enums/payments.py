"""Where pages stand on which shoppers pay."""

from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy


class PaymentPageState(TextChoices):
    """Where a page stands on which something is paid at once."""

    OPEN = "open", pgettext_lazy("payment page", "Not paid yet")
    CLOSED = "closed", pgettext_lazy("payment page", "Closed")
    PAID = "paid", pgettext_lazy("payment page", "Paid")
    RETURNED = "returned", pgettext_lazy("payment page", "Given back")
