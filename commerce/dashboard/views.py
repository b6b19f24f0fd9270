"""Saved views of the lists: made, renamed, shared, deleted."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from commerce.access import StaffRequest, staff_view
from commerce.enums import ListName, Right
from commerce.errors import ViewNameTaken
from commerce.forms import ViewForm
from commerce.selectors.views import access_own_view
from commerce.serializers.view_tabs import LONGEST, kept_query
from commerce.services.views import change_view, delete_view, save_view
from postexp.kernel import clock, htmx

PAGES = {
    ListName.ORDERS: "order_list",
    ListName.CUSTOMERS: "customer_list",
    ListName.PARCELS: "shipment_list",
    ListName.INCIDENTS: "incident_list",
    ListName.RETURNS: "return_list",
    ListName.MESSAGES: "message_list",
}


@staff_view(Right.PERSONAL)
@require_http_methods(["GET", "POST"])
def view_save(request: StaffRequest, list_name: str) -> HttpResponse:
    """Ask for a name, and save the filters in the address under it."""
    if list_name not in ListName:
        raise Http404
    chosen = ListName(list_name)
    query = kept_query(request.GET)[:LONGEST]
    form = ViewForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            view = save_view(
                user=request.user,
                list_name=chosen,
                query=query,
                at=clock.now(),
                **form.cleaned_data,
            )
        except ViewNameTaken as error:
            form.add_error("name", str(error.message))
        else:
            messages.success(request, _("The view “%(name)s” is saved.") % {"name": view.name})
            return htmx.redirect(request, _address(request, chosen, query))
    context = {
        "form": form,
        "title": _("Save this view"),
        "action": request.get_full_path(),
        "back": _address(request, chosen, query),
    }
    return _ask(request, form, context)


@staff_view(Right.PERSONAL)
@require_http_methods(["GET", "POST"])
def view_change(request: StaffRequest, view_id: str) -> HttpResponse:
    """Rename one's own view, share it, or keep it to oneself."""
    view = access_own_view(view_id, request.user)
    list_name = ListName(view.list_name)
    form = ViewForm(request.POST or None, initial={"name": view.name, "shared": view.shared})
    if request.method == "POST" and form.is_valid():
        try:
            change_view(view=view, **form.cleaned_data)
        except ViewNameTaken as error:
            form.add_error("name", str(error.message))
        else:
            messages.success(request, _("Saved."))
            return htmx.redirect(request, _address(request, list_name, view.query))
    context = {
        "form": form,
        "title": _("Change the view"),
        "action": request.path,
        "back": _address(request, list_name, view.query),
        "delete_url": reverse(
            "dashboard:view_delete", args=[request.merchant.slug, view.public_id]
        ),
    }
    return _ask(request, form, context)


@staff_view(Right.PERSONAL)
@require_POST
def view_delete(request: StaffRequest, view_id: str) -> HttpResponse:
    """Forget one's own view; the rows it showed stay where they are."""
    view = access_own_view(view_id, request.user)
    delete_view(view=view)
    messages.success(request, _("The view “%(name)s” is deleted.") % {"name": view.name})
    return htmx.redirect(request, _address(request, ListName(view.list_name), ""))


def _ask(request: StaffRequest, form: ViewForm, context: dict[str, object]) -> HttpResponse:
    return htmx.render(
        request,
        page="commerce/views/form.html",
        part="commerce/views/_form.html",
        context=context,
        status=422 if form.is_bound else 200,
    )


def _address(request: StaffRequest, list_name: ListName, query: str) -> str:
    page = reverse(f"dashboard:{PAGES[list_name]}", args=[request.merchant.slug])
    return f"{page}?{query}" if query else page
