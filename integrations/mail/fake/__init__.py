"""A made-up Mailgun on this machine, to try mail without an account."""
