"""The form without JavaScript: knows link and answer at once, for one request, and keeps neither.

No other room may. It is off unless the operator switches it on, never part of the casting process,
and reaches both sides only through the services of invites and respond; it imports no model.
"""
