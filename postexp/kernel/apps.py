"""Registers the kernel with Django."""

import gc

from django.apps import AppConfig
from django.conf import settings

from postexp import __version__


class KernelConfig(AppConfig):
    """The kernel's application."""

    name = "postexp.kernel"
    label = "kernel"

    def ready(self) -> None:
        # Later collections pass over all that is loaded by now.
        gc.freeze()
        gc.enable()

        from postexp.kernel.postgres import insist_on_version

        insist_on_version()
        if settings.SENTRY_DSN:
            # Loaded only where it is used: it takes a tenth of a second of every start.
            from postexp.kernel import reporting

            reporting.start(settings.SENTRY_DSN, release=__version__)
