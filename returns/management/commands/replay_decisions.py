"""Prove that stored decisions about returns can be made again."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from returns.selectors.policies import every_decision
from returns.services.policies import replay_decision


class Command(BaseCommand):
    """`manage.py replay_decisions`: every decision of every shop, from its facts and its version.

    Ends with status 1 and names the decisions that come out differently. Of decisions that an
    earlier engine made, only the hash of their version is compared.
    """

    help = "Make every stored decision about returns again, and compare it bit for bit."

    def handle(self, *args: Any, **options: Any) -> None:
        count, different = 0, []
        for kept in every_decision():
            count += 1
            if not replay_decision(kept):
                different.append(kept.public_id)
        if different:
            raise CommandError(
                f"{len(different):,} of {count:,} decisions come out differently: "
                + ", ".join(different[:20])
            )
        self.stdout.write(f"{count:,} decisions come out the same, bit for bit.")
