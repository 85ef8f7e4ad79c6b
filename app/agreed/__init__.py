"""Agreed actions: what a circle wants to do before it meets again, for its mentors alone."""
