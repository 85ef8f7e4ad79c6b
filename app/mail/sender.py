"""Who mails come from, and the headers that every mail of theirs carries."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime, parseaddr

from app.languages import apart, language
from app.mail.blocks import Letter
from app.mail.rendering import render_html, render_text
from app.mail.sheet import Blanks, Sheet, cut_sheet
from config import Settings


@dataclass(frozen=True)
class Sender:
    """Who mails come from: `address` as ``Name <local@domain>``, and where the pages are."""

    address: str
    organisation: str
    base_url: str

    @property
    def bare_address(self) -> str:
        """Return the address without its name, as relays want it."""
        return parseaddr(self.address)[1]

    @property
    def domain(self) -> str:
        """Return the domain of the address, on which message ids stand."""
        return self.bare_address.rpartition("@")[2]


def sender_of(settings: Settings) -> Sender:
    """Return the sender that the settings name."""
    return Sender(
        address=settings.mail_from,
        organisation=settings.organisation,
        base_url=settings.base_url.rstrip("/"),
    )


def origin(sender: Sender, program: str = "") -> str:
    """Return who writes, as the head of a letter says it."""
    names = [apart(name) for name in (sender.organisation, program) if name]
    return " · ".join(names)


def sheet_of(
    sender: Sender, letter: Letter, blanks: Blanks, headers: Mapping[str, str] | None = None
) -> Sheet:
    """Return `letter` from `sender`, rendered once, with `headers` beside those of every mail."""
    common = {
        "From": sender.address,
        "To": blanks.mark("recipient"),
        "Subject": letter.subject,
        # The machine's time, not the movable clock's: relays compare it with their own.
        "Date": format_datetime(datetime.now(UTC)),
        "Message-ID": blanks.mark("messageid"),
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
        "Content-Language": language(),
    }
    return cut_sheet(
        sender.bare_address,
        {**common, **(headers or {})},
        render_text(letter),
        render_html(letter),
        blanks,
    )
