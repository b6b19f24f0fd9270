"""What the law does not let a policy say, told where it was filled in."""

from __future__ import annotations

from django import forms

from returns.rules.policy import Policy
from returns.selectors.policies import list_findings


def add_breaches(form: forms.Form, policy: Policy) -> None:
    """Add an error for everything in a policy that keeps it from being published."""
    for finding in list_findings(policy):
        if finding.blocks:
            form.add_error(None, finding.text)
