"""The next version of a policy while it is written."""

from typing import ClassVar

from django.db import models

from postexp.kernel import ids
from postexp.kernel.tenancy import MerchantModel
from returns.rules.policy import Policy, read_policy


def draft_revision_id() -> str:
    """A new id of a state of a draft."""
    return ids.new_id("rev")


class PolicyDraft(MerchantModel):
    """A policy being changed, one for each shop; it promises nothing before it is published.

    `based_on` is the number of the version it was begun from, 0 for the standard policy. Every
    change has a `revision` of its own, and names the one it was made on: so nobody overwrites what
    another wrote.
    """

    content = models.JSONField()
    based_on = models.PositiveIntegerField()
    revision = models.CharField(max_length=40, default=draft_revision_id)
    changed_at = models.DateTimeField()
    changed_by = models.CharField(max_length=80)

    class Meta(MerchantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["merchant_id"], name="one_policy_draft")
        ]

    def __str__(self) -> str:
        return f"draft {self.revision} of version {self.based_on}"

    @property
    def policy(self) -> Policy:
        """The policy as it stands in the draft."""
        return read_policy(self.content)
