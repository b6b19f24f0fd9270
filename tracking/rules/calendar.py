"""Business time: the hours that count between two instants, where both ends of a lane work.

A day counts where it is no weekend and no public holiday at either end. Carriers that drive on
some of these days do not rest on them.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from postexp.kernel.holidays import SATURDAY, is_holiday, weekend

_DAY = timedelta(days=1)
# Longer ago is told in whole weeks of seven days: nobody waits so long for a scan.
_LONGEST = timedelta(days=400)

# No parcel is on its way for longer; sources fill what they do not know with 9999 or 0001.
_FARTHEST_AHEAD = timedelta(days=180)
_FARTHEST_BACK = timedelta(days=3650)

# Carriers that deliver every day of the year, public holidays included.
_NEVER_REST = frozenset({"yamato", "sagawa", "japan_post", "amazon", "amazon_shipping"})
# Carriers that deliver on these days of the weekend, but not on public holidays.
_DRIVE_ON = {
    "usps": frozenset({SATURDAY}),
    "fedex": frozenset({SATURDAY}),
    "ups": frozenset({SATURDAY}),
    "dhl_parcel_de": frozenset({SATURDAY}),
    "hermes_de": frozenset({SATURDAY}),
    "royal_mail": frozenset({SATURDAY}),
}


def is_far_off(day: date, told_at: datetime) -> bool:
    """Say whether a day cannot be meant for a parcel, seen from the instant it was told."""
    return not -_FARTHEST_BACK <= day - told_at.date() <= _FARTHEST_AHEAD


@dataclass(frozen=True, kw_only=True)
class WorkCalendar:
    """The days on which a carrier moves parcels between two countries (ISO codes, "" if unknown).

    Days begin and end in `zone`, the IANA zone of the destination as far as it is known.
    """

    carrier: str = ""
    origin: str = ""
    destination: str = ""
    zone: str = "UTC"

    def rests_on(self, day: date) -> bool:
        """Say whether parcels are expected to lie still on a day."""
        if self.carrier in _NEVER_REST:
            return False
        weekday, drives = day.weekday(), _DRIVE_ON.get(self.carrier, frozenset())
        return any(
            (weekday in weekend(country) and weekday not in drives) or is_holiday(day, country)
            for country in {self.origin, self.destination}
            if country
        )

    def hours_between(self, start: datetime, end: datetime) -> float:
        """Return the business hours from one instant to a later one; 0 where it is not later."""
        zone = ZoneInfo(self.zone)
        start, end = start.astimezone(UTC), end.astimezone(UTC)
        if end <= start:
            return 0.0
        seconds = max(end - start - _LONGEST, timedelta()).total_seconds()
        moment = max(start, end - _LONGEST)
        while moment < end:
            day = moment.astimezone(zone).date()
            midnight = min(_begin(day + _DAY, zone), end)
            if not self.rests_on(day):
                seconds += (midnight - moment).total_seconds()
            moment = midnight
        return seconds / 3600

    def after(self, start: datetime, hours: float) -> datetime:
        """Return the instant (UTC) at which so many business hours have passed since `start`."""
        zone = ZoneInfo(self.zone)
        left, moment = timedelta(hours=max(hours, 0)), start.astimezone(UTC)
        latest = moment + _LONGEST
        while moment < latest:
            day = moment.astimezone(zone).date()
            midnight = _begin(day + _DAY, zone)
            if not self.rests_on(day):
                if moment + left <= midnight:
                    return moment + left
                left -= midnight - moment
            moment = midnight
        return moment + left

    def end_of(self, day: date) -> datetime:
        """Return the instant (UTC) at which a day of the destination is over."""
        return _begin(day + _DAY, ZoneInfo(self.zone))


def _begin(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time.min, tzinfo=zone).astimezone(UTC)
