"""What the readers of carriers and platforms share: one way to read each part of a payload."""
