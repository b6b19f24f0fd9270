"""Postexp: the open-source, self-hosted post-purchase platform."""

import gc

from postexp.celery import app as celery_app

__all__ = ("__version__", "celery_app")

__version__ = "0.1.0"

# What a start loads stays for good: to look for garbage among it takes a fifth of the start.
# The kernel's `ready` switches the collector on again.
gc.disable()
