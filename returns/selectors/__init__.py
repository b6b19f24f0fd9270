"""What may be asked about returns. Every query stays inside the merchant's scope."""

from returns.selectors.cases import (
    VIEWS,
    access_replacement,
    access_return,
    awaiting_replacement,
    count_by_view,
    count_to_review,
    find_request,
    get_replacement,
    get_return,
    list_lines_of,
    list_overdue,
    list_returns,
    list_returns_of_order,
    list_transitions,
)
from returns.selectors.eligibility import (
    Judged,
    Judgement,
    judge,
    list_replacements,
    reserved_stock,
)
from returns.selectors.journeys import Journey, journeys
from returns.selectors.money import (
    access_refund,
    get_refund,
    get_settlement,
    list_settlements,
    paid_order,
    settled_units,
)
from returns.selectors.policies import (
    get_policy_version,
    has_own_policy,
    list_versions,
    sending_policy,
    version_in_force,
)
from returns.selectors.trial import Trial, newest_trial

__all__ = (
    "Trial",
    "Journey",
    "Judged",
    "Judgement",
    "VIEWS",
    "access_refund",
    "access_replacement",
    "access_return",
    "awaiting_replacement",
    "count_by_view",
    "count_to_review",
    "find_request",
    "get_policy_version",
    "get_refund",
    "get_replacement",
    "get_return",
    "get_settlement",
    "journeys",
    "has_own_policy",
    "judge",
    "list_lines_of",
    "list_overdue",
    "list_replacements",
    "list_returns",
    "list_returns_of_order",
    "list_settlements",
    "list_transitions",
    "list_versions",
    "newest_trial",
    "paid_order",
    "reserved_stock",
    "sending_policy",
    "settled_units",
    "version_in_force",
)
