"""A made-up Twilio for tests and trials: an account, its API on a port, and its webhooks.

It speaks the protocol as Twilio documents it, for what we ask and are told.
"""
