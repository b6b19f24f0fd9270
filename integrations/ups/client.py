"""The client of UPS's Track API v1."""

from __future__ import annotations

import json
import uuid
from base64 import b64encode
from collections.abc import Sequence
from urllib.parse import quote

import httpx

from integrations.carriers import QuestionRefused, TokenClient, TokenRequest, complaint, read_json
from integrations.ups.codes import FAILURE

LOGIN_PATH = "/security/v1/oauth/token"
TRACK_PATH = "/api/track/v1/details/"


class UpsClient(TokenClient):
    """Asks UPS about one number after another."""

    address = "https://onlinetools.ups.com"

    def ask(self, numbers: Sequence[str]) -> bytes:
        """Return the answer about one number; raises CarrierError.

        A number that UPS refuses is told as UPS tells of one it does not know.
        """
        (number,) = numbers
        answer = self.send(
            "GET",
            f"{TRACK_PATH}{quote(number, safe='')}",
            params={"locale": "en_US", "returnSignature": "false"},
            headers={"transId": str(uuid.uuid4()), "transactionSrc": "postexp"},
        )
        return answer.content if answer.status_code == 200 else _unknown(number, answer)

    def token_request(self) -> TokenRequest:
        """Ask for a token with the credentials in a header."""
        login = b64encode(f"{self.account.client_id}:{self.account.client_secret}".encode())
        return TokenRequest(
            LOGIN_PATH,
            {
                "data": {"grant_type": "client_credentials"},
                "headers": {"Authorization": f"Basic {login.decode()}"},
            },
        )


def _unknown(number: str, answer: httpx.Response) -> bytes:
    """Return an answer that names the number; raises QuestionRefused for another complaint."""
    words = complaint(answer)
    if FAILURE.meant_by(words) is None:
        raise QuestionRefused(words)
    response = read_json(answer).get("response")
    errors = response.get("errors") if isinstance(response, dict) else None
    shipment = {"inquiryNumber": number, "warnings": errors or [{"message": words}]}
    return json.dumps({"trackResponse": {"shipment": [shipment]}}).encode()
