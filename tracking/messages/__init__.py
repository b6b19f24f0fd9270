"""What tracking tells shoppers by message, and while it is still true.

Importing it registers every kind, in the order in which a parcel comes to them.
"""

from tracking.messages import dispatch, journey, days, trouble, delays, codes  # isort: skip

__all__ = ("codes", "days", "delays", "dispatch", "journey", "trouble")
