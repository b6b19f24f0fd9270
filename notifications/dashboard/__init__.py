"""The merchant's pages of messages: what was said, what each kind says, and going live."""
