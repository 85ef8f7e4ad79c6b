"""Launching: a due round becomes a pool with mailed links; the only room that holds link secrets.

It imports the models of all three databases, people's roster, forms and mail; nobody's routes.
"""
