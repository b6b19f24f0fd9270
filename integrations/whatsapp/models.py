"""The templates of a shop's account at WhatsApp, and which of them says which message."""

from typing import ClassVar

from django.db import models

from integrations.whatsapp.enums import TemplateState
from postexp.kernel.tenancy import MerchantModel


class Template(MerchantModel):
    """A template as WhatsApp told of it last, at `told_at`.

    `parts` are its components as WhatsApp writes them; they are empty where only its state was
    told. `reason` is why it was rejected or paused, in WhatsApp's words.
    """

    name = models.CharField(max_length=512)
    language = models.CharField(max_length=20)
    external_id = models.CharField(max_length=64, blank=True)
    category = models.CharField(max_length=20, blank=True)
    state = models.CharField(max_length=10, choices=TemplateState.choices)
    reason = models.CharField(max_length=300, blank=True)
    parts = models.JSONField(default=list)
    told_at = models.DateTimeField()

    class Meta(MerchantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["merchant_id", "name", "language"], name="template_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.language}: {self.state}"


class KindTemplate(MerchantModel):
    """The template that says one kind of message in one language of the shop.

    `name` and `language` are those at WhatsApp; at Twilio the name is the SID of the content, which
    has no language of its own. `fillings` is what its variables hold, in their order.
    """

    kind = models.CharField(max_length=60)
    locale = models.CharField(max_length=5)
    name = models.CharField(max_length=512)
    language = models.CharField(max_length=20, blank=True)
    fillings = models.JSONField(default=list)
    changed_at = models.DateTimeField()
    changed_by = models.CharField(max_length=80)

    class Meta(MerchantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["merchant_id", "kind", "locale"], name="kind_template_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.locale}: {self.name}"
