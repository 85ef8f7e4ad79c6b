"""Session pulses: a circle that has met is asked how it was, by its mentor or an admin."""
