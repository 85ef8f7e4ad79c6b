"""What the privacy page says of this installation, read from what is really set."""

from dataclasses import dataclass
from email.utils import parseaddr

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models.identity.program import Program
from config import Settings
from surveys.disclosure import K_DEFAULT


@dataclass(frozen=True)
class PrivacyFacts:
    """The settings that the page puts into words.

    :ivar threshold: the lowest number of answers that any program asks for, before a total is
        shown; the number that holds for a round stands on its own page.
    :ivar sender: the address from which Chorus writes, so that people can tell its mails.
    :ivar contact: where a person of the organisation can be reached; empty if it named none.
    :ivar domains: the mail domains that may be written to; empty if all may.
    :ivar support: label and contact of each place that helps.
    """

    organisation: str
    threshold: int
    sender: str
    contact: str
    domains: tuple[str, ...]
    comment_months: int
    leaver_days: int
    plain_form: bool
    support: tuple[tuple[str, str], ...]


def privacy_facts(session: Session, settings: Settings) -> PrivacyFacts:
    """Return the facts as they hold now."""
    lowest = session.scalar(select(func.min(Program.k)))
    return PrivacyFacts(
        organisation=settings.organisation,
        threshold=lowest or K_DEFAULT,
        sender=parseaddr(settings.mail_from)[1],
        contact=settings.contact,
        domains=settings.mail_domains,
        comment_months=settings.keep_comments_months,
        leaver_days=settings.keep_leavers_days,
        plain_form=settings.plain_form,
        support=settings.support,
    )
