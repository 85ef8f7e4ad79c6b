"""Verify a running Chorus from outside: asks over HTTP alone and reads no database of its own."""
