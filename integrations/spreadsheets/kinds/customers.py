"""Customers: one line each, known by the shop's id or by their e-mail address."""

# The names of columns read best as a table.
# ruff: noqa: E501

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from commerce.ports import CustomerFacts
from commerce.selectors.customers import find_customer, known_people
from commerce.services.customers import IMPORT, take_in_customer
from commerce.services.withdrawals import (
    forget_consents,
    noted_consents,
    restore_customer,
    snapshot_customer,
    withdraw_customer,
)
from integrations.spreadsheets.columns import Field
from integrations.spreadsheets.enums import Outcome
from integrations.spreadsheets.errors import Refused
from integrations.spreadsheets.kinds.base import Applied, Row, Setting, Told, fingerprint, labels_of
from integrations.spreadsheets.kinds.people import PEOPLE, split_name
from integrations.spreadsheets.values import (
    read_flag,
    read_language,
    read_moment,
    read_words,
)


class Customers:
    """Customers with what they agreed to."""

    fields = (
        *PEOPLE,
        Field(name="tags", label=gettext_lazy("Tags"),
              names=("Tags", "タグ", "Customer tags", "会員ランク")),
        Field(name="accepts_marketing", label=gettext_lazy("Agrees to e-mail marketing"),
              names=("Agrees to e-mail marketing", "メールマガジン", "Accepts Email Marketing", "Accepts Marketing",
                     "メルマガ", "メルマガ購読", "Email marketing"),
              sample_en=("yes", "", "no"), sample_ja=("はい", "", "いいえ")),
        Field(name="birthday", label=gettext_lazy("Birthday"),
              names=("Birthday", "生年月日", "Date of birth", "誕生日", "Birth date"),
              sample_en=("1990-04-12", "", ""), sample_ja=("1990/04/12", "", "")),
    )  # fmt: skip

    def group(self, row: Row) -> str:
        """Every line is a customer of its own."""
        return row["customer_id"] or row["email"].lower() or row["phone"] or row["name"]

    def belongs(self, row: Row, above: Row) -> bool:
        """A line that names none adds to the one above."""
        return True

    def read(self, rows: Sequence[Row], setting: Setting) -> Told:
        """Return the customer a line tells of."""
        labels, row = labels_of(self.fields), rows[0]
        if len(rows) > 1:
            raise Refused(_("Two lines below each other tell of the same customer."))
        email = row["email"].strip().lower()
        if not (row["customer_id"] or email):
            raise Refused(
                _("%(field)s is missing.") % {"field": labels["email"]},
            )
        if email:
            try:
                validate_email(email)
            except ValidationError as error:
                raise Refused(
                    _("%(field)s: “%(text)s” is no e-mail address.")
                    % {"field": labels["email"], "text": row["email"]}
                ) from error
        birthday = read_moment(
            labels["birthday"], row["birthday"], setting.zone, setting.date_order
        )
        family, given = split_name(row)
        told: dict[str, Any] = {
            "external_id": row["customer_id"][:64],
            "email": email,
            "phone": row["phone"],
            "family_name": family,
            "given_name": given,
            "family_kana": row["family_kana"],
            "given_kana": row["given_kana"],
            "locale": read_language(labels["locale"], row["locale"]),
            "tags": tuple(read_words(row["tags"])),
            "birthday": (birthday.year, birthday.month, birthday.day) if birthday else None,
            "accepts_email_marketing": read_flag(
                labels["accepts_marketing"], row["accepts_marketing"]
            )
            if row["accepts_marketing"]
            else None,
        }
        key = told["external_id"] or email
        return Told(key=key[:200], facts=CustomerFacts(**told), print=fingerprint(told))

    def known(self, told: Sequence[Told]) -> set[str]:
        """Return the customers that are here, by id or address."""
        people = known_people(
            [one.facts.external_id for one in told if one.facts.external_id],
            [one.facts.email for one in told if one.facts.email],
        )
        return {one.key for one in told if {one.facts.external_id, one.facts.email} & people}

    def refusals(self, told: Sequence[Told]) -> dict[str, str]:
        """Nothing that is here keeps a customer out."""
        return {}

    def apply(self, told: Told, setting: Setting, *, at: datetime) -> Applied:
        """Create the customer, or complete what is known; empty cells erase nothing."""
        facts: CustomerFacts = told.facts
        there = find_customer(external_id=facts.external_id, email=facts.email)
        if there is not None and there.erased_at is not None:
            raise Refused(_("This customer’s data was erased at their wish."))
        before = snapshot_customer(there) if there else None
        customer = take_in_customer(facts, merchant=setting.merchant, at=at, source=IMPORT)
        after = snapshot_customer(customer)
        consents = noted_consents(customer, source=IMPORT, at=at)
        if before == after and not consents:
            return Applied(outcome=Outcome.UNCHANGED, object_id=customer.public_id)
        return Applied(
            outcome=Outcome.CHANGED if there else Outcome.CREATED,
            object_id=customer.public_id,
            before={"before": before, "after": after, "consents": consents},
        )

    def undo(self, object_id: str, before: Any, setting: Setting, *, at: datetime) -> str:
        """Take the customer away, or give them back what was known."""
        # Imports of earlier versions did not keep which rows of consent were theirs.
        consents = before.get("consents", [])
        if before["before"] is None:
            return withdraw_customer(object_id, at=at, actor=setting.actor, consents=consents)
        kept = restore_customer(object_id, before["before"], before["after"])
        if not kept:
            forget_consents(object_id, consents)
        return kept
