"""Mails before they are sent: as those who are asked would read them, and as a test to oneself."""
