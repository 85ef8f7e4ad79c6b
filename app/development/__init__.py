"""What only development has: the mail server that keeps every mail, and the page that shows them.

Nothing else imports this room; in production its routes and its server do not exist.
"""
