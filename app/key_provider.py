"""Where master keys come from: a file, the environment, a command, a KMS."""

from typing import Protocol

from crypto import envelope


class KeyProvider(Protocol):
    """Something that has the master key: a file, the environment, a command, a KMS."""

    def master_key(self) -> envelope.DataKey:
        """Return the key that wraps the data keys."""

    def key_named(self, key_id: bytes) -> envelope.DataKey:
        """Return the master key that a wrapping names: this one or, in a rotation, the one before.

        :raises UnknownMasterKeyError: if it is neither.
        """


class UnknownMasterKeyError(Exception):
    """A key is wrapped under a master key that is neither the configured one nor the previous."""

    def __init__(self) -> None:
        super().__init__(self.__doc__)


class SettingsKeyProvider:
    """The master keys that the settings were read with; empty bytes stand for none."""

    def __init__(self, secret: bytes, previous: bytes = b"") -> None:
        self._secret = secret
        self._previous = previous

    def master_key(self) -> envelope.DataKey:
        """Return the configured master key."""
        return envelope.DataKey.from_master(self._secret)

    def key_named(self, key_id: bytes) -> envelope.DataKey:
        """Return the one of the configured keys that has this id."""
        for secret in filter(None, (self._secret, self._previous)):
            key = envelope.DataKey.from_master(secret)
            if key.id == key_id:
                return key
        raise UnknownMasterKeyError
