"""Pure rules: standard-library values in and out. No clock, no dice, no I/O, no framework."""
