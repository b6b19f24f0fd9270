"""The living style guide: every component, in both languages, light and dark."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from postexp.design import icons, samples


@login_required
@require_safe
def styleguide(request: HttpRequest) -> HttpResponse:
    """Show each component four times: English and Japanese, light and dark."""
    context = {
        "cells": samples.cells(),
        "specimens": samples.SPECIMENS,
        "icon_names": icons.names(),
    }
    return render(request, "styleguide/index.html", context)
