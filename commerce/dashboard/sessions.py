"""Where a person is signed in: each session with its device and times."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast
from zoneinfo import ZoneInfo

from allauth.usersessions.views import ListUserSessionsView
from django.utils.translation import gettext as _

from commerce.rules import device_of
from commerce.selectors import first_shop

if TYPE_CHECKING:
    from commerce.models import User


class SessionList(ListUserSessionsView):  # type: ignore[misc]  # untyped base
    """The sessions of the person, with times in the zone of the shop they start in, or in UTC."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        shop = first_shop(cast("User", self.request.user))
        rows = [(one, device_name(one.user_agent)) for one in context["sessions"]]
        return {**context, "zone": shop.zone if shop else ZoneInfo("UTC"), "rows": rows}


def device_name(user_agent: str) -> str:
    """Return what a person calls the device, in the language of the moment."""
    browser, system = device_of(user_agent)
    if browser and system:
        return _("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    return browser or system or _("Unknown device")
