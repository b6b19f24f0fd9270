"""What shoppers and staff type about returns."""

from returns.forms.policy import PolicyForm
from returns.forms.shopper import ConfirmForm, OutcomeForm, SentForm, UnitsForm
from returns.forms.staff import (
    DeclineForm,
    DespiteForm,
    PaidForm,
    SettleForm,
    ShipForm,
)
from returns.forms.wizard import WizardForm

__all__ = (
    "ConfirmForm",
    "DeclineForm",
    "DespiteForm",
    "OutcomeForm",
    "PaidForm",
    "PolicyForm",
    "SentForm",
    "SettleForm",
    "ShipForm",
    "UnitsForm",
    "WizardForm",
)
