"""Addresses of the design system."""

from django.urls import URLPattern, path

from postexp.design import views

urlpatterns: list[URLPattern] = [path("styleguide/", views.styleguide, name="styleguide")]
