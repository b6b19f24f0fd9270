"""The client of the USPS Tracking API v3."""

from __future__ import annotations

import json
from collections.abc import Sequence
from urllib.parse import quote

import httpx

from integrations.carriers import QuestionRefused, TokenClient, TokenRequest, complaint, read_json
from integrations.usps.codes import FAILURE

LOGIN_PATH = "/oauth2/v3/token"
TRACK_PATH = "/tracking/v3/tracking/"


class UspsClient(TokenClient):
    """Asks USPS about one number after another."""

    address = "https://apis.usps.com"

    def ask(self, numbers: Sequence[str]) -> bytes:
        """Return the answer about one number; raises CarrierError.

        Where USPS does not know a number, its answer does not name it: the number is added.
        """
        (number,) = numbers
        answer = self.send(
            "GET", f"{TRACK_PATH}{quote(number, safe='')}", params={"expand": "DETAIL"}
        )
        return answer.content if answer.status_code == 200 else _unknown(number, answer)

    def token_request(self) -> TokenRequest:
        """Ask for a token with a JSON object."""
        return TokenRequest(
            LOGIN_PATH,
            {
                "json": {
                    "grant_type": "client_credentials",
                    "client_id": self.account.client_id,
                    "client_secret": self.account.client_secret,
                    "scope": "tracking",
                }
            },
        )


def _unknown(number: str, answer: httpx.Response) -> bytes:
    """Return USPS's complaint with the number; raises QuestionRefused for another complaint."""
    words = complaint(answer)
    if answer.status_code != 404 and FAILURE.meant_by(words) is None:
        raise QuestionRefused(words)
    told = read_json(answer).get("error")
    error = told if isinstance(told, dict) else {"message": words}
    error = {**error, "code": str(answer.status_code)}
    return json.dumps({"trackingNumber": number, "error": error}).encode()
