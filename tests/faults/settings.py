"""Postexp's own settings, and the handlers that the tests of faults plant in its processes."""

from postexp.settings import *  # noqa: F403
from postexp.settings import INSTALLED_APPS as OURS

INSTALLED_APPS = [*OURS, "tests.faults.apps.Faults"]
