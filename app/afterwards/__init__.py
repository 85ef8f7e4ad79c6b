"""After a close: what those who were asked see of it, and what was done about it.

Knows invitations, and reads stored releases through app.results; no ballot, no key, no comment.
"""
