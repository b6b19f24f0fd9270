"""What happens between us and a carrier that staff have to know."""

from dataclasses import dataclass
from typing import ClassVar

from commerce.events import MerchantEvent


@dataclass(frozen=True, kw_only=True)
class CarrierTroubled(MerchantEvent):
    """A carrier is not asked any more: it refuses the account, or failed many times in a row.

    `problem` is `Refused` or `Unanswered`, `detail` what the carrier said; `since` tells one such
    time from another (ISO 8601, UTC).
    """

    type: ClassVar[str] = "carrier_account.troubled"
    carrier: str
    connection_id: str
    problem: str
    since: str


@dataclass(frozen=True, kw_only=True)
class CarrierRecovered(MerchantEvent):
    """A carrier that failed answers again; `since` is that of the trouble that is over."""

    type: ClassVar[str] = "carrier_account.recovered"
    carrier: str
    connection_id: str
    since: str
