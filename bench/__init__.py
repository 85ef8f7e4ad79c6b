"""Benchmarks: each runs the product beside its limit in one process; nothing imports them."""
