"""Pure decisions of returns: no Django, no clock, no input or output."""
