"""Outgoing webhooks by the Standard Webhooks scheme: what happens here, told to other systems."""
