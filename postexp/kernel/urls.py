"""Addresses of the kernel: only its health."""

from django.urls import path

from postexp.kernel import health

urlpatterns = [
    path("", health.health, name="health"),
    path("ready/", health.ready, name="health_ready"),
    path("live/", health.live, name="health_live"),
]
