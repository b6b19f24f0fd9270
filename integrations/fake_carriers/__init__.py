"""Made-up carriers on this machine: they speak as the real ones do, for tests and the demo."""
