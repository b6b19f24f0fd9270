"""The addresses at which the outside world reaches us."""

from django.urls import URLPattern

webhook_urls: list[URLPattern] = []
