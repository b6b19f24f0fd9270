"""What goes wrong between us and Shopify's Admin API, each with words for staff."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from integrations.errors import ServiceError


class ShopifyError(ServiceError):
    """A call that led to nothing."""

    words = _("Shopify did not do what was asked.")


class AccessRefused(ShopifyError):
    """Shopify does not accept the client id and secret, or the app is not installed there."""

    words = _(
        "Shopify does not accept the client ID and secret for this shop. Check both, and that the "
        "app is installed in the shop."
    )


class ScopesMissing(ShopifyError):
    """The app may not do what was asked."""

    words = _("Shopify says the app lacks a permission: %(detail)s")


class Unanswered(ShopifyError):
    """Shopify gave no answer to rely on: what was asked may have been done, or not."""

    words = _("Shopify did not answer. Try again in a few minutes.")


class Busy(ShopifyError):
    """Shopify went on asking us to wait for longer than this call may take. Nothing was done."""

    words = _("Shopify is limiting our requests. Try again in a few minutes.")


class TooCostly(ShopifyError):
    """One query costs more than Shopify allows: ask for less at once."""

    words = _("Shopify found a request too large.")


class QueryRefused(ShopifyError):
    """Shopify refused the request as a whole. Nothing was done."""

    words = _("Shopify refused the request: %(detail)s")


@dataclass(frozen=True)
class UserError:
    """One reason why Shopify said no. `field` is a path such as `input.amount`."""

    field: str
    message: str
    code: str = ""


class Refused(ShopifyError):
    """Shopify understood and said no; nothing was done. The detail is in Shopify's own words."""

    words = _("Shopify says: %(detail)s")

    def __init__(self, errors: Sequence[UserError]) -> None:
        self.errors = tuple(errors)
        super().__init__(" ".join(dict.fromkeys(error.message for error in errors)))

    def has(self, code: str) -> bool:
        """Whether one of the reasons has a code."""
        return any(error.code == code for error in self.errors)


class NotRefundable(ShopifyError):
    """Less can be paid back to the tender than was asked. Nothing was done."""

    words = _("At Shopify only a part of this can still be paid back: %(detail)s are missing.")


class BulkFailed(ShopifyError):
    """A bulk operation ended without its result."""

    words = _("Shopify could not put the data together: %(detail)s")


class ResultGone(ShopifyError):
    """A bulk operation's result is kept no longer: it has to be put together anew."""

    words = _("Shopify no longer keeps the data it put together.")
