"""Accounts: sign-in, sessions, roles, the audit log; imports no other room's routes or answers."""
