"""Why a backup can't be made or restored, one sentence each."""


class BackupError(Exception):
    """A backup can't be made or restored."""

    def __init__(self, what: str = "") -> None:
        sentence = (type(self).__doc__ or "").partition("\n")[0]
        super().__init__(f"{what}: {sentence[0].lower()}{sentence[1:]}" if what else sentence)


class FolderNotEmptyError(BackupError):
    """The folder is not empty; a backup wants one of its own."""


class NoFolderError(BackupError):
    """The folder can't be made or written to."""


class NoRoomError(BackupError):
    """The disk is full, so this is no backup: make room, delete the folder and make one anew."""


class UnfinishedBackupError(BackupError):
    """This is no finished backup: its manifest, which is written last, is not there."""


class NoKeysError(BackupError):
    """There are no keys in this backup: without them no name, address or comment can be read.

    Give the newest copy of the keys' folder with --keys.
    """


class DamagedBackupError(BackupError):
    """This file is not what the backup wrote."""


class OtherVersionError(BackupError):
    """This backup was made by another version of Chorus: restore it with that one, then upgrade.

    :param made: up to which migration its databases had come.
    :param here: up to which these have.
    """

    def __init__(self, made: str, here: str) -> None:
        super().__init__(f"Its newest migration is {made}, and here it is {here}")


class NewerStructureError(BackupError):
    """A backup by this version would lack what only a newer one knows: let that one make it."""


class MixedBackupError(BackupError):
    """The folders identity and ballots come from two backups."""


class DatabaseNotEmptyError(BackupError):
    """This database holds something else already; a backup is restored into empty ones only."""


class OtherMasterKeyError(BackupError):
    """The keys of this backup were wrapped under another master key than the configured one."""


class OtherKeysError(BackupError):
    """The data keys were renewed between these keys and the rest: use those of the same backup."""


class RenewedMeanwhileError(BackupError):
    """Data keys were renewed while this backup was written: make another."""
