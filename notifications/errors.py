"""What can go wrong with a message, in words for staff."""


class WordsBroken(Exception):
    """A message's template is not valid MJML."""

    def __init__(self, template: str, cause: str) -> None:
        super().__init__(f"The words in {template} cannot be laid out: {cause}")


class TestShopStaysDry(Exception):
    """A test shop's messages cannot go live: what is tried there reaches nobody."""


class NotWaitingForStaff(Exception):
    """Someone asked to resend or close a message that needs neither (any more)."""
