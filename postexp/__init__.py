"""Postexp: the open-source, self-hosted post-purchase platform."""

from postexp.celery import app as celery_app

__all__ = ("celery_app",)
