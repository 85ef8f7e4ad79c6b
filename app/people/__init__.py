"""People: a roster file in, people and memberships out; imports only models.identity."""
