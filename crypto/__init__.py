"""Cryptography of the anonymity protocol: bytes in, bytes out.

Floor: imports libraries alone; no Flask, database, config or clock, and nothing from surveys.
"""
