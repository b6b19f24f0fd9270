"""The shop's own system as a channel: it gets messages as JSON, and brings them itself."""
