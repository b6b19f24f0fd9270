"""How messages are shown: to staff on pages, and to programs."""

from notifications.serializers.messages import (
    MessageOut,
    MessagePageOut,
    MessageRow,
    ReceiptIn,
    kind_title,
    message_cells,
    message_header,
    represent_message,
    represent_messages,
    represent_ways,
)

__all__ = (
    "MessageOut",
    "MessagePageOut",
    "MessageRow",
    "ReceiptIn",
    "kind_title",
    "message_cells",
    "message_header",
    "represent_message",
    "represent_messages",
    "represent_ways",
)
