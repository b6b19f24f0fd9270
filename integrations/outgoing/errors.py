"""Failures of outgoing webhooks that are anticipated, each with a message a user may read."""

from django.utils.translation import gettext_lazy as _


class OutgoingError(Exception):
    """Something about a webhook that cannot be done."""

    code = "invalid"
    message = _("This cannot be done.")


class BadUrl(OutgoingError):
    """The address cannot be an endpoint."""

    code = "invalid_url"
    message = _("Give an https address without a user name, such as https://example.com/webhooks.")


class PrivateUrl(BadUrl):
    """The address lies in a private network, so nothing could ever be sent there."""

    message = _(
        "This address lies in a private network, where nothing is sent. Give one that can be "
        "reached from the internet."
    )


class UnknownEvent(OutgoingError):
    """An endpoint asks for a kind of event that is not told."""

    code = "unknown_event"
    message = _("Choose kinds of events from the catalogue.")


class TooManyEndpoints(OutgoingError):
    """The shop has as many endpoints as it may."""

    code = "too_many_endpoints"
    message = _("A shop can have 50 webhook endpoints. Delete one that is no longer used.")


class TooManyToReplay(OutgoingError):
    """The time range holds more events than one replay sends."""

    code = "too_many_events"
    message = _("This range holds more than 10,000 events. Choose a shorter one.")
