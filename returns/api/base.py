"""What every REST view of returns stands on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, TypeVar

from rest_framework.response import Response

from commerce.api_base import MerchantView, Problem
from commerce.enums import Scope
from commerce.serializers.fields import StrictSerializer
from postexp.kernel import ids
from returns.errors import ReturnsError

T = TypeVar("T")


def told(carry_out: Callable[[], T]) -> T:
    """Carry a command out; what returns anticipate is answered as problem+json."""
    try:
        return carry_out()
    except ReturnsError as error:
        raise Problem(error.status, error.code, error.detail) from error


class ReturnsView(MerchantView):
    """A view of returns."""

    read_scope: ClassVar[str] = Scope.READ_RETURNS
    write_scope: ClassVar[str] = Scope.WRITE_RETURNS

    def read(self, shape: type[StrictSerializer]) -> Any:
        """Return the body, read strictly."""
        serializer = shape(data=self.request.data)
        serializer.is_valid(raise_exception=True)
        return serializer

    def command(self, carry_out: Callable[[], Response]) -> Response:
        """Carry a write out once per key, naming its refusals."""
        operation = f"{self.request.method} {self.request.path}"
        return self.once(operation, lambda: told(carry_out))

    def settlement_key(self) -> str:
        """Return the key a settlement is booked under: the caller's own, so that it books once."""
        return f"api:{self.request.headers.get('Idempotency-Key') or ids.new_id('set')}"[:255]
