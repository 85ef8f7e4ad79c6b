"""Rounds of all programs by day: imports identity models and the rules of rounds, no answers."""
