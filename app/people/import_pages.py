"""The pages of an import: where a file is chosen, what it would change, what is wrong in it."""

from flask import render_template, request
from flask_babel import ngettext

from app.extensions import identity
from app.people.desk import asked_setup
from app.people.import_plan import plan_import, plan_mark
from app.people.plan_views import view_plan
from app.people.roster_text import MAX_BYTES
from app.people.setting_up import SettingUp
from app.people.stored import open_rows, read_rows
from app.people.template_file import COLUMN_HELP
from app.people.time_zones import WINDOWS_ZONES
from app.people.uploads import Upload
from app.vault import current_vault

PAGE_LENGTH = 50


def choosing_page(
    setup: SettingUp | None, fault: str | None, field: str = "file", time_zone: str = ""
) -> str:
    """Return the form that takes a file; after a refusal with what was typed."""
    return render_template(
        "people/import.html",
        setup=setup,
        fault=fault,
        field=field,
        time_zone=time_zone,
        columns=COLUMN_HELP,
        zones=sorted(set(WINDOWS_ZONES.values())),
        most=MAX_BYTES // 1024 // 1024,
    )


def preview_page(upload_id: str, upload: Upload, fault: str | None) -> str:
    """Return what the file would change, person by person."""
    with identity.snapshot() as database:
        rows = read_rows(database)
    stored = open_rows(rows, current_vault().roster_key(), upload.roster)
    plan = plan_import(upload.roster, stored, upload.time_zone)
    view = view_plan(plan, stored)
    kinds = [kind for kind, people in view.rows.items() if people]
    shown = request.args.get("show", "")
    if shown not in kinds:
        shown = kinds[0] if kinds else ""
    people = view.rows.get(shown, ())
    page, pages = _asked_page(len(people))
    return render_template(
        "people/import_preview.html",
        upload_id=upload_id,
        upload=upload,
        setup=asked_setup(upload.setup),
        plan=plan,
        mark=plan_mark(plan),
        view=view,
        shown=shown,
        rows=people[PAGE_LENGTH * (page - 1) : PAGE_LENGTH * page],
        page=page,
        pages=pages,
        fault=fault,
        new_programs=[f"{name} ({zone})" for name, zone in plan.programs],
        button=ngettext(
            "Import this %(people)s change",
            "Import these %(people)s changes",
            view.people,
            people=format(view.people, ","),
        ),
    )


def faults_page(upload_id: str, upload: Upload) -> str:
    """Return what is wrong in the file, by line."""
    found = upload.roster.faults
    page, pages = _asked_page(len(found))
    return render_template(
        "people/import_faults.html",
        upload_id=upload_id,
        upload=upload,
        setup=asked_setup(upload.setup),
        faults=found[PAGE_LENGTH * (page - 1) : PAGE_LENGTH * page],
        page=page,
        pages=pages,
    )


def _asked_page(rows: int) -> tuple[int, int]:
    """Return the page that the address asks for, and how many there are."""
    pages = max(1, -(-rows // PAGE_LENGTH))
    asked = request.args.get("page", 1, type=int)
    return min(max(asked, 1), pages), pages
