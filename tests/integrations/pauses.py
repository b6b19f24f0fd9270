"""The pauses a client makes before it asks again, which no test waits for."""

import time


class Pauses(list[float]):
    """Stands in for `time` in a client's module: it notes how long was slept, and skips it."""

    def sleep(self, seconds: float) -> None:
        """Let the seconds go by at once."""
        self.append(seconds)

    def monotonic(self) -> float:
        """Return what a clock would show that nothing skips."""
        return time.monotonic() + sum(self)
