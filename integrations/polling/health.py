"""What the shop's health page tells of its accounts at carriers."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from integrations.polling.models import CarrierAccount, Pause
from postexp.kernel import doctor

if TYPE_CHECKING:
    from commerce.models import Merchant


def check_carriers(merchant: Merchant, at: datetime) -> doctor.Finding:
    """Every carrier the shop has an account with answers."""
    about = _("Carriers")
    accounts = list(
        CarrierAccount.objects.filter(connection__ended_at=None)
        .select_related("connection")
        .order_by("pk")
    )
    if not accounts:
        return doctor.good(about, _("No carrier is asked about parcels."))
    failing = [
        one.connection.get_service_display()
        for one in accounts
        if one.pause == Pause.REFUSED or one.troubled_since is not None
    ]
    if not failing:
        return doctor.good(about, _("Every carrier answers."))
    return doctor.warning(
        about,
        _("No answers from %(carriers)s.") % {"carriers": ", ".join(failing)},
        _("Its card says why, and what to do."),
        page="dashboard:connection_list",
    )


doctor.register_shop_check(check_carriers, order=65)
