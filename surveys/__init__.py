"""Hold the subject itself: forms, answers, scores, disclosure, trends and their words.

Floor: imports the standard library and text libraries only; knows no Flask, database,
configuration, clock, `app` or `crypto`. `now` and `rng` are arguments.
"""
