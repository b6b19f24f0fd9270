"""What of an order line can still be picked, and what can still be stopped: one or the other."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """The units of a line: ordered, taken from the shelf, handed to a carrier, not to be sent."""

    ordered: int
    picked: int = 0
    fulfilled: int = 0
    stopped: int = 0

    @property
    def gone(self) -> int:
        """Units the warehouse was first with: a unit that was sent was picked, told or not."""
        return max(self.picked, self.fulfilled)

    @property
    def stoppable(self) -> int:
        """Units that are neither gone nor stopped."""
        return max(0, self.ordered - self.gone - self.stopped)

    @property
    def pickable(self) -> int:
        """Up to how many units may be picked in all."""
        return max(0, self.ordered - self.stopped)

    @property
    def sent_anyway(self) -> int:
        """Units that were handed to a carrier although they were not to be sent."""
        return max(0, self.fulfilled + self.stopped - self.ordered)
