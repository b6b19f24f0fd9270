"""The addresses returns offers to each face."""

from django.urls import URLPattern, path

from returns import site
from returns.api import cases, orders, refunds
from returns.dashboard import arrivals, decisions, desk, payments, policy, trial

dashboard_urls: list[URLPattern] = [
    path("returns/", desk.return_list, name="return_list"),
    path("returns/test/", trial.test_return, name="test_return"),
    path("returns/test/start/", trial.test_return_start, name="test_return_start"),
    path("returns/<str:return_id>/", desk.return_detail, name="return_detail"),
    path("returns/<str:return_id>/approve/", decisions.return_approve, name="return_approve"),
    path("returns/<str:return_id>/decline/", decisions.return_decline, name="return_decline"),
    path("returns/<str:return_id>/undo/", decisions.return_undo, name="return_undo"),
    path("returns/<str:return_id>/cancel/", decisions.return_withdraw, name="return_withdraw"),
    path("returns/<str:return_id>/arrival/", arrivals.return_arrival, name="return_arrival"),
    path("returns/<str:return_id>/settle/", payments.return_settle, name="return_settle"),
    path("refunds/<str:refund_id>/", payments.refund_home, name="refund_home"),
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
    path("settings/returns/questions/", policy.policy_wizard, name="policy_wizard"),
    path("settings/returns/texts/", policy.policy_texts, name="policy_texts"),
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
api_urls: list[URLPattern] = [
    path("returns", cases.ReturnList.as_view(), name="return_list"),
    path("returns/<str:return_id>", cases.ReturnDetail.as_view(), name="return_detail"),
    path("returns/<str:return_id>/approve", cases.ReturnApprove.as_view(), name="return_approve"),
    path("returns/<str:return_id>/decline", cases.ReturnDecline.as_view(), name="return_decline"),
    path("returns/<str:return_id>/cancel", cases.ReturnCancel.as_view(), name="return_cancel"),
    path("returns/<str:return_id>/receive", cases.ReturnReceive.as_view(), name="return_receive"),
    path("returns/<str:return_id>/inspect", cases.ReturnInspect.as_view(), name="return_inspect"),
    path("returns/<str:return_id>/settle", cases.ReturnSettle.as_view(), name="return_settle"),
    path("refunds", refunds.RefundList.as_view(), name="refund_list"),
    path("refunds/<str:refund_id>", refunds.RefundDetail.as_view(), name="refund_detail"),
    path("refunds/<str:refund_id>/paid", cases.RefundPaid.as_view(), name="refund_paid"),
    path(
        "orders/<str:external_id>/returnable", orders.OrderReturnable.as_view(), name="returnable"
    ),
    path(
        "orders/<str:external_id>/shipping_refund",
        orders.ShippingRefund.as_view(),
        name="shipping_refund",
    ),
    path("return_policies", orders.PolicyList.as_view(), name="return_policies"),
]
