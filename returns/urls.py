"""The addresses returns offers to each face."""

from django.urls import URLPattern

dashboard_urls: list[URLPattern] = []
site_urls: list[URLPattern] = []
api_urls: list[URLPattern] = []
