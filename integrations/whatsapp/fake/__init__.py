"""A made-up WhatsApp for tests and trials: a business account, its number, and people who read.

It speaks the protocol as Meta documents it, for what we ask and are told.
"""
