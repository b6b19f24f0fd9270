"""A made-up LINE for tests and trials: an official account, its API on a port, and its friends.

It speaks the protocol as LINE documents it, for what we ask and are told: retry keys, quota, link
tokens and the dialog that uses them, reply tokens, and webhooks that are signed and sent again.
"""
