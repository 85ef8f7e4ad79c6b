"""Page, manifest, form, cast, withdraw: knows ballots, never people; imports models.ballots alone.

No account, no login session and no request-global state is imported here.
"""
