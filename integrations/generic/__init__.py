"""Any other system: our own JSON, signed by the Standard Webhooks scheme."""
