"""An empty roster to fill in, and what each of its columns means."""

from datetime import UTC, datetime

from flask_babel import lazy_gettext as _

from app.spreadsheets import Sheet, csv_bytes, workbook_bytes

# Column, whether it must be there, and what stands in it.
COLUMN_HELP = (
    ("Email", _("required"), _("One address for each person. Upper and lower case are the same.")),
    ("Name", _("if you like"), _("As colleagues know the person; else the part before the @.")),
    ("Program", _("if you like"), _("A program that isn't there yet is made.")),
    ("Group", _("if you like"), _("The circle inside the program. A new one is made.")),
    ("Role", _("if you like"), _("mentor or member; else member. A mentor's row names the group.")),
    (
        "Time zone",
        _("if you like"),
        _("Europe/Berlin, or as Windows calls it; else the program's."),
    ),
    (
        "Language",
        _("if you like"),
        _("A tag such as en or de, or the language's name; else none is stored."),
    ),
)
HEAD = tuple(name for name, _needed, _meaning in COLUMN_HELP)
_MADE = datetime(2026, 1, 1, tzinfo=UTC)  # a workbook says when it was made
_WIDTHS = (32, 24, 24, 20, 12, 20, 12)


def template_csv() -> bytes:
    """Return an empty roster as a CSV file."""
    return csv_bytes([HEAD])


def template_workbook() -> bytes:
    """Return an empty roster as a workbook, always the same bytes."""
    roster = Sheet(str(_("Roster")), HEAD, (), _WIDTHS)
    rows = tuple((name, str(needed), str(meaning)) for name, needed, meaning in COLUMN_HELP)
    head = (str(_("Column")), str(_("Needed")), str(_("What stands in it")))
    return workbook_bytes([roster, Sheet(str(_("Columns")), head, rows, (14, 14, 70))], _MADE)
