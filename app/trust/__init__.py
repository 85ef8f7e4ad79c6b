"""The public page about the promise: knows nobody and reads no account.

Of the models it imports the public facts of pools, the release and the audit log alone.
"""
