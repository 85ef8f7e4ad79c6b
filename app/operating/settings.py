"""The organisation's settings in words: what each does, and what the operator changes it with."""

from dataclasses import dataclass

from babel import Locale
from babel.lists import format_list
from flask_babel import get_locale, ngettext
from flask_babel import gettext as _

from app.languages import MAIL_LANGUAGES, OPEN_LANGUAGES, STAFF_LANGUAGES, name_of
from config import Settings


@dataclass(frozen=True)
class SettingLine:
    """A setting: what it is, its value, what it does, the variable that holds it."""

    name: str
    values: tuple[str, ...]
    does: str
    variable: str | None


@dataclass(frozen=True)
class SettingsPart:
    """Settings that belong together."""

    title: str
    lines: tuple[SettingLine, ...]


def settings_in_words(settings: Settings) -> tuple[SettingsPart, ...]:
    """Return what the operator has decided, without a secret."""
    return (
        SettingsPart(_("Who asks"), _who(settings)),
        SettingsPart(_("Mail"), _mail(settings)),
        SettingsPart(_("Where people find help"), _support(settings)),
        SettingsPart(_("How long things are kept"), _kept(settings)),
        SettingsPart(_("How people can answer"), _answering(settings)),
    )


def _who(settings: Settings) -> tuple[SettingLine, ...]:
    return (
        SettingLine(
            _("The organisation"),
            (settings.organisation,),
            _("Mails and pages say that it asks."),
            "CHORUS_ORGANISATION",
        ),
        SettingLine(
            _("Language of mails"),
            (name_of(settings.language),),
            _("To those whose language the roster doesn't say. Pages speak as the browser asks."),
            "CHORUS_LANGUAGE",
        ),
        SettingLine(
            _("Address of the pages"),
            (settings.base_url,),
            _("Every link in a mail begins with it. Links that are out keep the old one."),
            "CHORUS_BASE_URL",
        ),
        SettingLine(
            _("Admins and a second factor"),
            (_("needed") if settings.admin_second_factor else _("as each decides"),),
            _("Who needs one is led to set it up, and sees nothing else before."),
            "CHORUS_ADMIN_SECOND_FACTOR",
        ),
    )


def _mail(settings: Settings) -> tuple[SettingLine, ...]:
    domains = settings.mail_domains or (_("any"),)
    ways = {
        "smtp": _("handed to the mail relay"),
        "maildir": _("kept in a folder, for development"),
        "memory": _("kept in memory, for tests"),
    }
    return (
        SettingLine(
            _("Sender"),
            (settings.mail_from,),
            _("Whom mails come from. People look at it before they open one."),
            "CHORUS_MAIL_FROM",
        ),
        SettingLine(
            _("Mails are"), (ways[settings.mailer],), _("How mails leave."), "CHORUS_MAILER"
        ),
        SettingLine(
            _("Domains"),
            tuple(domains),
            _(
                "Only addresses in these domains are sent a link: an invented member elsewhere "
                "would make the real ones fewer."
            ),
            "CHORUS_MAIL_DOMAINS",
        ),
    )


def _support(settings: Settings) -> tuple[SettingLine, ...]:
    contacts = tuple(f"{label}: {contact}" for label, contact in settings.support)
    return (
        SettingLine(
            _("Places that help"),
            contacts or (_("none: no round can be sent"),),
            _("They stand on the page on which people answer, and in every mail."),
            "CHORUS_SUPPORT",
        ),
        SettingLine(
            _('Who gets "I would like someone to contact me"'),
            (settings.contact or _("nobody: the page is off"),),
            _("One mail, not anonymous, sent only when somebody asks for it; nothing is kept."),
            "CHORUS_CONTACT",
        ),
    )


def _kept(settings: Settings) -> tuple[SettingLine, ...]:
    months, days = settings.keep_comments_months, settings.keep_leavers_days
    return (
        SettingLine(
            _("Comments and replies"),
            (ngettext("%(num)d month", "%(num)d months", months),),
            _("Then their keys are destroyed, and nobody can read them again."),
            "CHORUS_KEEP_COMMENTS_MONTHS",
        ),
        SettingLine(
            _("Name and address of who left"),
            (ngettext("%(num)d day", "%(num)d days", days),),
            _("Then they are forgotten. Totals stay: they name nobody."),
            "CHORUS_KEEP_LEAVERS_DAYS",
        ),
        SettingLine(
            _("Single answers"),
            (_("until their round closes"),),
            _("They are opened once, counted and deleted. This can't be set."),
            None,
        ),
    )


def _answering(settings: Settings) -> tuple[SettingLine, ...]:
    return (
        SettingLine(
            _("The form without JavaScript"),
            (_("allowed") if settings.plain_form else _("off"),),
            _("Whoever answers there has to trust the operator, and the page says so."),
            "CHORUS_PLAIN_FORM",
        ),
        SettingLine(
            _("Languages of mails"),
            _names(MAIL_LANGUAGES),
            _("A mail speaks the language of the person's record."),
            None,
        ),
        SettingLine(
            _("Languages of pages"),
            _names(tuple(dict.fromkeys((*OPEN_LANGUAGES, *STAFF_LANGUAGES)))),
            _("A page speaks the browser's language where it can."),
            None,
        ),
    )


def _names(tags: tuple[str, ...]) -> tuple[str, ...]:
    names = [str(Locale.parse(tag).get_display_name(get_locale())) for tag in tags]
    return (format_list(names, locale=get_locale()),)
