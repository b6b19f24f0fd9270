"""The addresses the message engine offers to each face."""

from django.urls import path

from notifications import api, site
from notifications.dashboard import alerts, flows, kinds, live, replies, reports, thanks, words
from notifications.dashboard import messages as dashboard

dashboard_urls = [
    path("settings/sending-rules/", flows.sending_rules, name="sending_rules"),
    path("settings/sending-rules/move/", flows.sending_rules_move, name="sending_rules_move"),
    path("alerts/", alerts.alert_list, name="alert_list"),
    path("alerts/read/", alerts.alerts_read, name="alerts_read"),
    path("alerts/choices/", alerts.alert_choices, name="alert_choices"),
    path("alerts/<str:alert_id>/open/", alerts.alert_open, name="alert_open"),
    path("messages/", dashboard.message_list, name="message_list"),
    path("messages/go-live/", live.go_live, name="go_live"),
    path("messages/stop/", live.stop, name="messages_stop"),
    path("messages/thanks/", thanks.thanks_code, name="thanks_code"),
    path("messages/received/", replies.reply_list, name="reply_list"),
    path("messages/report/", reports.message_report, name="message_report"),
    path("messages/kinds/", kinds.message_kinds, name="message_kinds"),
    path("messages/kinds/<str:kind>/", kinds.message_kind, name="message_kind"),
    path(
        "messages/kinds/<str:kind>/preview/",
        kinds.message_kind_preview,
        name="message_kind_preview",
    ),
    path("messages/kinds/<str:kind>/flow/", flows.message_flow, name="message_flow"),
    path("messages/kinds/<str:kind>/test/", kinds.message_kind_test, name="message_kind_test"),
    path("messages/kinds/<str:kind>/words/<str:locale>/", words.words_editor, name="words_editor"),
    path(
        "messages/kinds/<str:kind>/words/<str:locale>/preview/",
        words.words_preview,
        name="words_preview",
    ),
    path("messages/kinds/<str:kind>/words/<str:locale>/ours/", words.words_ours, name="words_ours"),
    path(
        "messages/kinds/<str:kind>/words/<str:locale>/<int:number>/",
        words.words_version,
        name="words_version",
    ),
    path(
        "messages/kinds/<str:kind>/words/<str:locale>/<int:number>/use/",
        words.words_use,
        name="words_use",
    ),
    path("messages/<str:message_id>/", dashboard.message_detail, name="message_detail"),
    path("messages/<str:message_id>/preview/", dashboard.message_preview, name="message_preview"),
    path("messages/<str:message_id>/resend/", dashboard.message_resend, name="message_resend"),
    path(
        "messages/<str:message_id>/mark-sent/",
        dashboard.message_mark_sent,
        name="message_mark_sent",
    ),
    path(
        "messages/<str:message_id>/allow-address/",
        dashboard.message_allow_address,
        name="message_allow_address",
    ),
]
api_urls = [
    path("message-flows", api.FlowList.as_view(), name="flow_list"),
    path("message-flows/<str:kind>", api.FlowDetail.as_view(), name="flow"),
    path("messages", api.MessageList.as_view(), name="message_list"),
    path("messages/<str:message_id>", api.MessageDetail.as_view(), name="message_detail"),
    path(
        "messages/<str:message_id>/receipts",
        api.MessageReceipts.as_view(),
        name="message_receipts",
    ),
]
site_urls = [
    path("preferences/<str:token>/", site.preferences, name="preferences"),
    path("preferences/<str:token>/unlink/<slug:channel>/", site.unlink, name="unlink"),
    path("unsubscribe/<str:token>/<slug:channel>/", site.unsubscribe, name="unsubscribe"),
    path("opt-in/<str:opt_in_id>/", site.opt_in, name="opt_in"),
    path("m/<str:message_id>/", site.message_link, name="message_link"),
]
root_urls = [
    path("mailbox/", dashboard.mailbox, name="mailbox"),
    path("mailbox/<str:mail_id>/", dashboard.mailbox_mail, name="mailbox_mail"),
    path("mailbox/<str:mail_id>/preview/", dashboard.mailbox_preview, name="mailbox_preview"),
]
