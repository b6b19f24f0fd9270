"""Settings of the measured site: the product's own, and addresses to compare with."""

from postexp.settings import *  # noqa: F403

ROOT_URLCONF = "benchmarks.urls"
