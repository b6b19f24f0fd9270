"""Gates over made-up messages: none passes with a failed gate, and each ends with a reason."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.enums import Class, Hold, Medium, Quiet, Reason, State
from notifications.rules.conditions import FACTS, first_unmet
from notifications.rules.gates import ASKED_FIRST, Candidate, Route, decide
from notifications.rules.quiet import QuietHours, first_waking

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
NIGHT = QuietHours(begin=time(21), end=time(8))

routes = st.builds(
    Route,
    medium=st.sampled_from(list(Medium)),
    address=st.sampled_from(["", "somebody"]),
    address_valid=st.booleans(),
    consented=st.sampled_from([None, True, False]),
    suppression=st.sampled_from(["", "bounced"]),
    ready=st.booleans(),
    why_not=st.sampled_from(["", "No template is approved."]),
)
moments = st.integers(-200, 200).map(lambda hours: NOW + timedelta(hours=hours))
candidates = st.builds(
    Candidate,
    klass=st.sampled_from([Class.TRANSACTIONAL, Class.SERVICE, Class.MARKETING]),
    send_at=moments,
    expires_at=moments,
    routes=st.lists(routes, max_size=4),
    not_true=st.sampled_from(["", "It was cancelled."]),
    too_late=st.sampled_from(["", "It was long ago."]),
    switched_off=st.booleans(),
    unmet=st.sampled_from(["", "country"]),
    optional=st.booleans(),
    waits_for=st.sampled_from([Hold.UNDO, Hold.DELAY, Hold.GATHERING]),
    quiet=st.sampled_from(list(Quiet)),
    quiet_hours=st.sampled_from([None, NIGHT, QuietHours(begin=time(9), end=time(9))]),
    zones=st.lists(
        st.sampled_from(["Asia/Tokyo", "America/New_York", "Pacific/Honolulu"]), min_size=1
    ).map(tuple),
    slot_at=st.none() | moments,
)


@given(candidates)
def test_no_message_passes_with_a_failed_gate(candidate: Candidate) -> None:
    decision = decide(candidate, at=NOW)
    if not decision.goes_out:
        assert decision.state in {State.REFUSED, State.EXPIRED}
        assert decision.reason in Reason
        return
    route, until = decision.route, decision.until
    assert route is not None
    assert until is not None
    for gate in ("not_true", "too_late", "switched_off", "unmet"):
        assert not getattr(candidate, gate)
    assert route is candidate.routes[len(decision.passed_over)]
    assert route.ready
    assert (route.suppression, route.why_not) == ("", "")
    assert route.address or route.medium == Medium.WEBHOOK
    if candidate.klass == Class.MARKETING or route.medium in ASKED_FIRST:
        assert route.consented is True
    assert until >= NOW
    assert until >= min(candidate.send_at, until)
    assert candidate.expires_at > NOW
    assert (decision.state == State.HELD) is (until > NOW)
    if decision.holding is not None:
        assert until < candidate.expires_at
        assert until >= candidate.send_at
        assert candidate.slot_at is None or until >= candidate.slot_at


@given(candidates)
def test_every_channel_before_the_chosen_one_was_closed(candidate: Candidate) -> None:
    decision = decide(candidate, at=NOW)
    if decision.route is None:
        return
    for route in candidate.routes[: len(decision.passed_over)]:
        alone = Candidate(**{**vars(candidate), "routes": [route]})
        assert not decide(alone, at=NOW).goes_out


@given(candidates)
def test_what_is_held_goes_out_when_its_time_has_come(candidate: Candidate) -> None:
    """Asked again at the time it was held until, nothing holds it any more."""
    decision = decide(candidate, at=NOW)
    if decision.state == State.HELD and decision.until is not None:
        later = decide(candidate, at=decision.until)
        assert later.state == State.PLANNED, later
        assert later.route == decision.route


def test_quiet_hours_are_the_readers_not_the_shops() -> None:
    late_in_tokyo = datetime(2026, 11, 24, 13, 0, tzinfo=UTC)
    assert first_waking(NIGHT, ["Asia/Tokyo"], late_in_tokyo) == datetime(
        2026, 11, 24, 23, 0, tzinfo=UTC
    )
    assert first_waking(NIGHT, ["America/New_York"], late_in_tokyo) == late_in_tokyo
    assert first_waking(None, ["Asia/Tokyo"], late_in_tokyo) == late_in_tokyo


def test_who_may_be_in_several_zones_sleeps_in_all_of_them() -> None:
    coasts = ["America/New_York", "Pacific/Honolulu"]
    morning_in_new_york = datetime(2026, 11, 24, 13, 0, tzinfo=UTC)
    waking = first_waking(NIGHT, coasts, morning_in_new_york)
    assert [waking.astimezone(ZoneInfo(zone)).time() for zone in coasts] == [time(13), time(8)]


def test_where_it_is_always_night_somewhere_the_first_zone_counts() -> None:
    long_night = QuietHours(begin=time(20), end=time(19, 30))
    far_apart = ["Asia/Tokyo", "America/New_York"]
    waking = first_waking(long_night, far_apart, NOW)
    assert waking.astimezone(ZoneInfo("Asia/Tokyo")).time() == time(19, 30)


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC)),
    st.sampled_from(["Asia/Tokyo", "America/New_York", "Europe/London", "Australia/Lord_Howe"]),
    st.times(),
    st.times(),
)
def test_nobody_is_woken_also_where_clocks_change(
    at: datetime, zone: str, begin: time, end: time
) -> None:
    hours = QuietHours(begin=begin, end=end)
    waking = first_waking(hours, [zone], at)
    assert waking >= at
    assert waking - at <= timedelta(hours=26)
    if begin != end:
        local = waking.astimezone(ZoneInfo(zone))
        skipped = local.utcoffset() != at.astimezone(ZoneInfo(zone)).utcoffset()
        assert skipped or not hours.covers(local.time())


@pytest.mark.parametrize("medium", ["sms", "whatsapp", "line"])
def test_what_rings_waits_for_the_morning_and_mail_does_not(medium: str) -> None:
    late = datetime(2026, 11, 24, 13, 0, tzinfo=UTC)

    def held(route: Route, klass: str = Class.TRANSACTIONAL, quiet: str = Quiet.USUAL) -> object:
        return decide(
            Candidate(
                klass=klass,
                send_at=late,
                expires_at=late + timedelta(hours=48),
                routes=[route],
                quiet=quiet,
                quiet_hours=NIGHT,
                zones=("Asia/Tokyo",),
            ),
            at=late,
        ).holding

    rings = Route(medium=Medium(medium), address="a", consented=True)
    mail = Route(medium=Medium.EMAIL, address="a@b.example", consented=True)
    assert held(rings) == Hold.QUIET
    assert held(rings, quiet=Quiet.NEVER) is None
    assert held(mail) is None
    assert held(mail, quiet=Quiet.ALWAYS) == Hold.QUIET
    assert held(mail, klass=Class.MARKETING) == Hold.QUIET


def test_a_message_held_past_its_use_expires_and_says_what_it_waited_for() -> None:
    late = datetime(2026, 11, 24, 13, 0, tzinfo=UTC)
    decision = decide(
        Candidate(
            klass=Class.TRANSACTIONAL,
            send_at=late,
            expires_at=late + timedelta(hours=2),
            routes=[Route(medium=Medium.SMS, address="a", consented=True)],
            quiet_hours=NIGHT,
            zones=("Asia/Tokyo",),
        ),
        at=late,
    )
    assert (decision.state, decision.holding) == (State.EXPIRED, Hold.QUIET)


CONDITIONS = [
    ({"fact": "first_order", "is": "is", "value": True}, {"first_order": True}, True),
    ({"fact": "first_order", "is": "is", "value": True}, {"first_order": False}, False),
    ({"fact": "order_total", "is": "is_at_least", "value": 5000}, {"order_total": 5000}, True),
    ({"fact": "order_total", "is": "is_at_most", "value": 5000}, {"order_total": 5001}, False),
    ({"fact": "country", "is": "is_not", "value": "US"}, {"country": "JP"}, True),
    ({"fact": "country", "is": "is", "value": "US"}, {"country": "JP"}, False),
    ({"fact": "customer_tags", "is": "has", "value": "vip"}, {"customer_tags": ["VIP"]}, True),
    ({"fact": "order_tags", "is": "has_not", "value": "b2b"}, {"order_tags": ["B2B"]}, False),
    ({"fact": "product_tags", "is": "has_not", "value": "x"}, {"product_tags": []}, True),
]


@pytest.mark.parametrize(("condition", "facts", "holds"), CONDITIONS)
def test_each_condition_asks_its_fact(
    condition: dict[str, object], facts: dict[str, object], holds: bool
) -> None:
    assert first_unmet([condition], facts) == ("" if holds else condition["fact"])
    # What is not known holds nothing, whatever is asked of it.
    assert first_unmet([condition], {}) == condition["fact"]


def test_every_fact_is_asked_of_in_a_known_way() -> None:
    assert {condition["fact"] for condition, _facts, _holds in CONDITIONS} == set(FACTS) - {
        "locale"
    }
