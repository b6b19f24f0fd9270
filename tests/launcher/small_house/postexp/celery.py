"""A Celery application whose one schedule shows that worker and scheduler are alive."""

import os
from pathlib import Path

from celery import Celery

REDIS_URL = os.environ["REDIS_URL"]
app = Celery(
    "postexp",
    broker=REDIS_URL.replace("unix://", "redis+socket://").replace("?db=", "?virtual_host="),
)
app.conf.beat_schedule = {"alive": {"task": "alive", "schedule": 1.0}}
app.conf.task_ignore_result = True


@app.task(name="alive")
def alive() -> None:
    """Leave a mark."""
    Path("var/alive").mkdir(exist_ok=True)
    for name in ("worker", "scheduler"):
        Path("var/alive", name).touch()
