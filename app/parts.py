"""The parts a process can serve, and the blueprints of each."""

from collections.abc import Callable, Collection, Mapping

from flask import Flask

from app.accounts.routes import register_accounts
from app.afterwards.pages import register_afterwards
from app.afterwards.routes import register_outcomes
from app.agreed.routes import register_agreed
from app.alerts.routes import register_alerts
from app.calendar.routes import register_calendar
from app.contact.routes import register_contact
from app.demo.routes import register_demo
from app.development.routes import register_development
from app.example.routes import register_example
from app.exports.routes import register_exports
from app.feedback.routes import register_feedback
from app.forms.editor_routes import register_editor
from app.forms.routes import register_forms
from app.goals.routes import register_goals
from app.health import register_health
from app.help.pages import register_help
from app.invites.routes import register_invites
from app.operating.figures_routes import register_figures
from app.operating.routes import register_operating
from app.people.data_routes import register_own_data
from app.people.desk_routes import register_roster
from app.people.import_routes import register_roster_import
from app.people.lost_routes import register_lost
from app.people.place_routes import register_roster_places
from app.people.routes import register_people
from app.plain.routes import register_plain
from app.previews.routes import register_previews
from app.privacy.routes import register_privacy
from app.profiles.routes import register_profiles
from app.programs.routes import register_programs
from app.replies.routes import register_replies
from app.respond.routes import register_respond
from app.results.routes import register_results
from app.sessions.routes import register_sessions
from app.trust.routes import register_trust

_PARTS: Mapping[str, tuple[Callable[[Flask], None], ...]] = {
    "cast": (register_respond,),
    "invites": (register_invites, register_outcomes),
    "plain": (register_plain,),
    "admin": (
        register_help,
        register_demo,
        register_accounts,
        register_people,
        register_own_data,
        register_lost,
        register_roster_import,
        register_roster,
        register_roster_places,
        register_programs,
        register_previews,
        register_calendar,
        register_operating,
        register_figures,
        register_exports,
        register_goals,
        register_afterwards,
        register_forms,
        register_feedback,
        register_editor,
        register_results,
        register_profiles,
        register_replies,
        register_sessions,
        register_agreed,
        register_trust,
        register_privacy,
        register_contact,
        register_example,
        register_alerts,
        register_development,
    ),
}


def register_parts(app: Flask, parts: Collection[str]) -> None:
    """Register the blueprints of `parts` on `app`."""
    register_health(app)
    for part in sorted(parts):
        for register in _PARTS[part]:
            register(app)
