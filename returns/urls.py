"""The addresses returns offers to each face."""

from django.urls import URLPattern, path

from returns import site
from returns.dashboard import arrivals, decisions, desk, payments, policy

dashboard_urls: list[URLPattern] = [
    path("returns/", desk.return_list, name="return_list"),
    path("returns/<str:return_id>/", desk.return_detail, name="return_detail"),
    path("returns/<str:return_id>/approve/", decisions.return_approve, name="return_approve"),
    path("returns/<str:return_id>/decline/", decisions.return_decline, name="return_decline"),
    path("returns/<str:return_id>/undo/", decisions.return_undo, name="return_undo"),
    path("returns/<str:return_id>/cancel/", decisions.return_withdraw, name="return_withdraw"),
    path("returns/<str:return_id>/arrival/", arrivals.return_arrival, name="return_arrival"),
    path("returns/<str:return_id>/settle/", payments.return_settle, name="return_settle"),
    path("refunds/<str:refund_id>/paid/", payments.refund_paid, name="refund_paid"),
    path("refunds/<str:refund_id>/not-paid/", payments.refund_not_paid, name="refund_not_paid"),
    path("refunds/<str:refund_id>/retry/", payments.refund_retry, name="refund_retry"),
    path(
        "replacements/<str:replacement_id>/ship/",
        payments.replacement_ship,
        name="replacement_ship",
    ),
    path(
        "orders/<str:order_id>/refund-shipping/",
        payments.shipping_refund,
        name="shipping_refund",
    ),
    path("settings/returns/", policy.return_policy, name="return_policy"),
]
site_urls: list[URLPattern] = [
    path("returns/", site.returns_home, name="returns_home"),
    path("r/<str:token>/", site.return_start, name="return_start"),
    path("r/<str:token>/outcome/", site.return_outcome, name="return_outcome"),
    path("r/<str:token>/check/", site.return_check, name="return_check"),
    path("r/<str:token>/<str:return_id>/", site.return_status, name="return_status"),
    path("r/<str:token>/<str:return_id>/cancel/", site.return_cancel, name="return_cancel"),
    path("r/<str:token>/<str:return_id>/sent/", site.return_sent, name="return_sent"),
]
api_urls: list[URLPattern] = []
