"""Rounds: asking for one, listing them, cancelling one; launching and closing are other rooms'."""
