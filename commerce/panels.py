"""What commerce shows on pages it does not own."""
