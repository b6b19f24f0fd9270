"""The addresses commerce offers to each face."""

from django.urls import URLPattern

root_urls: list[URLPattern] = []
dashboard_urls: list[URLPattern] = []
site_urls: list[URLPattern] = []
api_urls: list[URLPattern] = []
