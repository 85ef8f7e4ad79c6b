"""The keys database: wrapped data keys and pools' signing keys, deleted to shred what they lock."""
