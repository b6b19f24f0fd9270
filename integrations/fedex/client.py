"""The client of FedEx's Track API v1."""

from __future__ import annotations

from collections.abc import Sequence

from integrations.carriers import QuestionRefused, TokenClient, TokenRequest, complaint

LOGIN_PATH = "/oauth/token"
TRACK_PATH = "/track/v1/trackingnumbers"


class FedExClient(TokenClient):
    """Asks FedEx about thirty numbers at once."""

    address = "https://apis.fedex.com"
    batch_size = 30

    def ask(self, numbers: Sequence[str]) -> bytes:
        """Return the answer about thirty numbers at most; raises CarrierError."""
        answer = self.send(
            "POST",
            TRACK_PATH,
            json={
                "includeDetailedScans": True,
                "trackingInfo": [
                    {"trackingNumberInfo": {"trackingNumber": number}} for number in numbers
                ],
            },
            headers={"X-locale": "en_US"},
        )
        # Numbers that FedEx does not know are told in the answer: this is about the request.
        if answer.status_code != 200:
            raise QuestionRefused(complaint(answer))
        return answer.content

    def token_request(self) -> TokenRequest:
        """Ask for a token with a form."""
        return TokenRequest(
            LOGIN_PATH,
            {
                "data": {
                    "grant_type": "client_credentials",
                    "client_id": self.account.client_id,
                    "client_secret": self.account.client_secret,
                }
            },
        )
