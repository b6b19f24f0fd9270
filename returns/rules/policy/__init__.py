"""A return policy: what holds by default, and rules in their order of priority.

`read_policy` reads and checks a document, `Engine(policy).decide(facts)` decides and traces,
`Engine.explain` tells a rule's part in a decision, `lint.lint` finds what is odd about a policy.
"""

from returns.rules.policy.compiled import Step
from returns.rules.policy.decisions import (
    Decision,
    Denial,
    Facts,
    Line,
    LineDecision,
    Offer,
    Settled,
    Trace,
    read_facts,
)
from returns.rules.policy.document import OutcomeTerms, Policy, Reason, read_policy
from returns.rules.policy.engine import Engine, decide
from returns.rules.policy.reading import LANGUAGES
from returns.rules.policy.slots import LONGEST_WINDOW, Rule

__all__ = [
    "LANGUAGES",
    "LONGEST_WINDOW",
    "Decision",
    "Denial",
    "Engine",
    "Facts",
    "Line",
    "LineDecision",
    "Offer",
    "OutcomeTerms",
    "Policy",
    "Reason",
    "Rule",
    "Settled",
    "Step",
    "Trace",
    "decide",
    "read_facts",
    "read_policy",
]
