"""What a launch works with."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from app.extensions import Store
from app.mail.mailer import Mailer
from app.mail.sender import Sender
from app.vault import Vault


@dataclass(frozen=True)
class LaunchRoom:
    """What a launch works with."""

    identity: Store
    ballots: Store
    vault: Vault
    mailer: Mailer
    sender: Sender
    secret_key: str = field(repr=False)
    mail_domains: tuple[str, ...]
    support: tuple[tuple[str, str], ...]
    now: Callable[[], datetime]
