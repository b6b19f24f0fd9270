"""Settings of the measured site: the product's own, and addresses to compare with."""

from postexp.settings import *  # noqa: F403

ROOT_URLCONF = "benchmarks.urls"
# What is measured is our own speed, not the manners of a caller.
API_RATE = 1_000_000
