"""Opening: the only room that unseals; knows ballots, keys and the release, never people.

Of models.identity it imports share and release alone.
"""
