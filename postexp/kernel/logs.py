"""What may stand in a log: neither tokens nor whole ids, which are keys to what they name."""

import logging
import re

# A log line shows only how a long segment of a path begins.
LONG_SEGMENT = re.compile(r"([^/]{8})[^/]{13,}")


def without_secrets(path: str) -> str:
    """Return the path as it may stand in a log: long segments cut, control characters escaped."""
    shown = LONG_SEGMENT.sub(r"\1…", path)
    return shown if shown.isprintable() else ascii(shown)


class HidesSecrets(logging.Filter):
    """Cuts the paths that a record names."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple):
            record.args = tuple(
                without_secrets(part) if isinstance(part, str) and "/" in part else part
                for part in record.args
            )
        return True
