"""Every screen of those who sign in has its help, and no help is of a screen that is gone."""

from pathlib import Path

from app import create_app
from app.accounts.roles import is_for_everybody, open_to
from app.help.texts import TEXTS
from tests.databases import development_settings

# These answer with a file or lead elsewhere.
NO_SCREENS = frozenset(
    {
        *("roster_import.faults", "roster_import.csv_template", "roster_import.workbook_template"),
        *("exports.csv_file", "exports.workbook"),
        "previews.html",
    }
)


def test_every_screen_has_help(tmp_path: Path) -> None:
    app = create_app(development_settings(tmp_path))
    screens = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ())
        and open_to(app.view_functions[rule.endpoint])
        and not is_for_everybody(rule.endpoint, app.view_functions[rule.endpoint])
    }
    without = screens - NO_SCREENS - set(TEXTS)
    assert not without, f"write a few sentences into app/help/ for {sorted(without)}"
    assert not set(TEXTS) - screens
