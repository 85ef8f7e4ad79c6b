"""Alerts: released rounds in, an episode that needs a person out; never below program level."""
