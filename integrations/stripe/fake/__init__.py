"""A made-up Stripe for tests and trials: an account, its API on a port, and a page to pay on.

It speaks the protocol as Stripe documents it, for what we ask and are told; it keeps its own clock,
so that days can pass in a moment.
"""
