"""Copies of the three databases that keep the promise while rounds are open, and their return.

Knows every table and no meaning of a row beyond what must stay out; opens nothing, mails nothing.
"""
