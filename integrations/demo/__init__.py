"""The demo shops: a living past, played through the same intake and services as a real one."""
