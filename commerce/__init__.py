"""Commerce: who sold what to whom."""
