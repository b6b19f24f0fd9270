"""What goes wrong between us and Shopify's Admin API, each with words for staff."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _


class ShopifyError(Exception):
    """A call that led to nothing. Its text is for staff, in their language."""


class AccessRefused(ShopifyError):
    """Shopify does not accept the client id and secret, or the app is not installed there."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "Shopify does not accept the client ID and secret for this shop. Check both, and "
                "that the app is installed in the shop."
            )
        )


class ScopesMissing(ShopifyError):
    """The app may not do what was asked."""

    def __init__(self, scopes: tuple[str, ...]) -> None:
        super().__init__(
            _("The app lacks permissions: %(scopes)s. Add them in Shopify’s developer dashboard.")
            % {"scopes": ", ".join(scopes)}
        )


class Unanswered(ShopifyError):
    """Shopify gave no answer to rely on: what was asked may have been done, or not."""

    def __init__(self, cause: str) -> None:
        self.cause = cause
        super().__init__(_("Shopify did not answer. Try again in a few minutes."))


class Busy(ShopifyError):
    """Shopify went on asking us to wait for longer than this call may take. Nothing was done."""

    def __init__(self) -> None:
        super().__init__(_("Shopify is limiting our requests. Try again in a few minutes."))


class TooCostly(ShopifyError):
    """One query costs more than Shopify allows: ask for less at once."""

    def __init__(self) -> None:
        super().__init__(_("Shopify found a request too large."))


class QueryRefused(ShopifyError):
    """Shopify refused the request as a whole. Nothing was done."""

    def __init__(self, words: str) -> None:
        super().__init__(_("Shopify refused the request: %(words)s") % {"words": words})


@dataclass(frozen=True)
class UserError:
    """One reason why Shopify said no. `field` is a path such as `input.amount`."""

    field: str
    message: str
    code: str = ""


class Refused(ShopifyError):
    """Shopify understood and said no; nothing was done. The text is Shopify's own."""

    def __init__(self, errors: tuple[UserError, ...]) -> None:
        self.errors = errors
        words = " ".join(dict.fromkeys(error.message for error in errors))
        super().__init__(_("Shopify says: %(words)s") % {"words": words})

    def has(self, code: str) -> bool:
        """Whether one of the reasons has a code."""
        return any(error.code == code for error in self.errors)
