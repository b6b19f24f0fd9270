"""Registers the kernel with Django."""

from django.apps import AppConfig


class KernelConfig(AppConfig):
    """The kernel's application."""

    name = "postexp.kernel"
    label = "kernel"
