"""The smallest application the launcher can run: it stands in for Postexp in its tests."""
