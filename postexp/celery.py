"""The Celery application: schedules, and the slow outside effects the outbox hands over."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "postexp.settings")

app = Celery("postexp")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
