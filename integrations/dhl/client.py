"""The client of DHL's unified shipment tracking, which takes a key instead of a token."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

import httpx

from integrations.carriers import CarrierClient, QuestionRefused, Refused, complaint

TRACK_PATH = "/track/shipments"
KEY_HEADER = "DHL-API-Key"
# A number that DHL gives to no parcel: asking about it proves the key and nothing else.
_NO_PARCEL = "0000000000"
_NO_RESULT = re.compile(r"no (result|shipment)", re.IGNORECASE)


class DhlClient(CarrierClient):
    """Asks DHL about one number after another.

    The account's `client_id` is the key of the DHL developer portal; there is no secret.
    """

    address = "https://api-eu.dhl.com"

    def check(self) -> None:
        """Ask about a number of no parcel, to see that the key is accepted; raises CarrierError."""
        answer = self._ask(_NO_PARCEL)
        if answer.status_code != 200 and not _knows_no_parcel(answer):
            raise Refused(complaint(answer))

    def ask(self, numbers: Sequence[str]) -> bytes:
        """Return the answer about one number; raises CarrierError.

        Where DHL does not know a number, its answer does not name it: one that does is made.
        """
        (number,) = numbers
        answer = self._ask(number)
        if answer.status_code == 200:
            return answer.content
        if not _knows_no_parcel(answer):
            raise QuestionRefused(complaint(answer))
        return _unknown(number)

    def _ask(self, number: str) -> httpx.Response:
        return self.judged(
            self.exchange(
                "GET",
                TRACK_PATH,
                params={"trackingNumber": number, "language": "en"},
                headers={KEY_HEADER: self.account.client_id},
            )
        )


def _knows_no_parcel(answer: httpx.Response) -> bool:
    """Whether DHL says that no parcel has the number, and not that something is wrong there."""
    return answer.status_code == 404 and bool(_NO_RESULT.search(complaint(answer)))


def _unknown(number: str) -> bytes:
    return json.dumps({"shipments": [{"id": number, "status": {"statusCode": "unknown"}}]}).encode()
