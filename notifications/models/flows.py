"""What a shop sends, when, and by which channels."""

from typing import ClassVar

from django.db import models

from notifications.enums import Quiet
from postexp.kernel import ids
from postexp.kernel.tenancy import MerchantModel


def wording_id() -> str:
    """A new public id of a version of a shop's words."""
    return ids.new_id("wrd")


class WentLive(MerchantModel):
    """That a shop's messages go to shoppers, since when, and who switched them on.

    A shop without a row is in dry run: its messages are written and kept, and none leaves.
    """

    at = models.DateTimeField()
    by = models.CharField(max_length=80)

    class Meta(MerchantModel.Meta):
        constraints: ClassVar = [models.UniqueConstraint(fields=["merchant_id"], name="live_once")]

    def __str__(self) -> str:
        return f"live since {self.at:%Y-%m-%d}"


class Flow(MerchantModel):
    """How a shop sends one kind of message; a kind without a row goes out as its room declared it.

    `delay` is how many minutes it waits, `chain` the channels to try, in order, and `fallback` how
    many minutes one of them may stay without a sign of life before the next is tried; 0 tries the
    next only where one refuses. Each of the `conditions` has to hold:
    `{"fact": …, "is": …, "value": …}`, in the vocabulary of `rules.conditions`.
    """

    kind = models.CharField(max_length=60)
    enabled = models.BooleanField(default=True)
    delay = models.PositiveIntegerField(default=0)
    chain = models.JSONField(default=list)
    fallback = models.PositiveIntegerField(default=0)
    quiet = models.CharField(max_length=8, choices=Quiet.choices, default=Quiet.USUAL)
    conditions = models.JSONField(default=list)
    changed_at = models.DateTimeField()
    changed_by = models.CharField(max_length=80)

    class Meta(MerchantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["merchant_id", "kind"], name="flow_once")
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {'on' if self.enabled else 'off'}"


class SendingTerms(MerchantModel):
    """What holds for all messages of a shop.

    From `quiet_from` until `quiet_until`, by the clock of whoever is written to, messages wait that
    need not wake anybody. A customer gets at most `cap` marketing messages in `cap_days` days (0
    sets no bound), those of a kind earlier in `priority` first. What belongs to one order and comes
    within `gather` minutes goes in one message. With `double_opt_in`, a yes counts once it was
    confirmed. `prices` are what a thousand messages cost by channel, in minor units of the shop's
    currency.
    """

    quiet_from = models.TimeField(null=True)
    quiet_until = models.TimeField(null=True)
    cap = models.PositiveSmallIntegerField(default=2)
    cap_days = models.PositiveSmallIntegerField(default=7)
    priority = models.JSONField(default=list)
    gather = models.PositiveSmallIntegerField(default=10)
    double_opt_in = models.BooleanField(default=False)
    prices = models.JSONField(default=dict)
    changed_at = models.DateTimeField(null=True)
    changed_by = models.CharField(max_length=80, blank=True)

    class Meta(MerchantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["merchant_id"], name="sending_terms_once"),
            models.CheckConstraint(
                condition=models.Q(quiet_from__isnull=True, quiet_until__isnull=True)
                | models.Q(quiet_from__isnull=False, quiet_until__isnull=False),
                name="quiet_hours_have_both_ends",
            ),
        ]

    def __str__(self) -> str:
        return f"quiet {self.quiet_from} to {self.quiet_until}, at most {self.cap}"


class Wording(MerchantModel):
    """One version of what a shop says instead of our words, for a kind in one language.

    `blocks` are its body, in the vocabulary of `rules.blocks`; it goes out where each of the
    `cases` holds of a message's facts. At most one version is `in_use`; with none, and in every
    other case, our own words are.
    """

    public_id = models.CharField(max_length=40, unique=True, default=wording_id)
    kind = models.CharField(max_length=60)
    locale = models.CharField(max_length=5)
    version = models.PositiveIntegerField()
    subject = models.CharField(max_length=300)
    preheader = models.CharField(max_length=300, blank=True)
    short = models.TextField(blank=True)
    blocks = models.JSONField(default=list)
    cases = models.JSONField(default=list)
    in_use = models.BooleanField(default=False)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=80)

    class Meta(MerchantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["merchant_id", "kind", "locale", "version"], name="wording_once"
            ),
            models.UniqueConstraint(
                fields=["merchant_id", "kind", "locale"],
                condition=models.Q(in_use=True),
                name="one_wording_in_use",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.locale} v{self.version}"


class WordingPicture(MerchantModel):
    """A picture a shop shows in its messages, written anew by us; blocks name it by its file."""

    image = models.ImageField(upload_to="messages/")
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.image.name or ""
