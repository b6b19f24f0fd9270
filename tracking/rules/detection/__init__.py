"""Whose number is this: candidates with reasons, check digits enforced."""

from tracking.rules.detection.candidates import (
    NO_HABITS,
    SURE,
    Candidate,
    Ground,
    Habits,
    Reason,
    detect_carriers,
    learn_habits,
    surest,
)

__all__ = [
    "NO_HABITS",
    "SURE",
    "Candidate",
    "Ground",
    "Habits",
    "Reason",
    "detect_carriers",
    "learn_habits",
    "surest",
]
