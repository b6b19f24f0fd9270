"""LINE: messages to friends of a shop's official account, and accounts that are linked to ours."""
