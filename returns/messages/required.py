"""Why a shop cannot do without some messages, as staff read it beside the switch."""

from django.utils.translation import gettext_lazy as _

ACKNOWLEDGED = _(
    "The law asks for it: who withdraws from a contract gets an acknowledgement with day and time."
)
DECIDED = _("Whoever asked has to hear what was decided, and why.")
REFUNDED = _("Whoever gets money back has to be told how much, and where it goes.")
