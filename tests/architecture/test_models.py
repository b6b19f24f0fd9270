"""What import-linter cannot see of the tables: tenancy, and the direction of foreign keys."""

import pytest
from django.apps import apps
from django.db import models

from postexp.kernel.tenancy import MerchantModel, OutsideMerchantScope

FLOORS = {
    "kernel": 0,
    "commerce": 1,
    "notifications": 2,
    "tracking": 3,
    "returns": 4,
    "integrations": 6,
    "outgoing": 6,
    # Of the same room, and built on its connections.
    "polling": 7,
    "spreadsheets": 6,
}
# Rows that belong to no merchant, or that name the merchants themselves. The development mailbox
# keeps what left the house, whoever sent it.
SHARED = {"Merchant", "User", "Membership", "Heartbeat", "MailboxMail", "Sandbox"}

MODELS = [model for model in apps.get_models() if model._meta.app_label in FLOORS]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_foreign_keys_point_down_only(model: type[models.Model]) -> None:
    floor = FLOORS[model._meta.app_label]
    for field in model._meta.get_fields():
        target = getattr(field, "remote_field", None)
        if isinstance(field, models.ForeignKey) and target is not None:
            label = field.related_model._meta.app_label
            room = FLOORS.get(label, 0)
            assert room < floor or label == model._meta.app_label, (
                f"{model._meta.label}.{field.name} points up to {label}"
            )


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_every_row_belongs_to_a_merchant(model: type[models.Model]) -> None:
    assert issubclass(model, MerchantModel) != (model.__name__ in SHARED), model._meta.label


@pytest.mark.parametrize(
    "model",
    [model for model in MODELS if issubclass(model, MerchantModel)],
    ids=lambda model: model._meta.label,
)
def test_a_query_outside_a_scope_raises(model: type[MerchantModel]) -> None:
    with pytest.raises(OutsideMerchantScope):
        model.objects.all()
    with pytest.raises(OutsideMerchantScope):
        model._default_manager.all()
    with pytest.raises(OutsideMerchantScope):
        model._base_manager.all()
