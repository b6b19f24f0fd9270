"""Japan Post: the rows of its inquiry page, domestic and international."""
