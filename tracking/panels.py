"""What tracking shows on pages it does not own."""
