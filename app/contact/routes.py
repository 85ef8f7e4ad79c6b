"""`/contact`: "I would like someone to contact me", which is not anonymous and says so first.

The page works without a script and without a cookie. Nothing leads from it to a round: its address
names none, and no page sends a Referer.
"""

from http import HTTPStatus

from flask import Blueprint, Flask, current_app, render_template, request
from flask_babel import gettext as _

from app.accounts.errors import TooManyTriesError
from app.clock import current_clock
from app.contact.service import (
    Flaw,
    Limits,
    NotDeliveredError,
    Wish,
    flaws_in,
    read_wish,
    send,
)
from app.extensions import csrf
from app.mail.mailer import current_mailer
from app.mail.sender import sender_of

blueprint = Blueprint("contact", __name__)
_LIMITS = "chorus.contact_limits"


@blueprint.get("/contact")
def page() -> str:
    """Show the form."""
    return _page(Wish("", "", ""), [])


@blueprint.post("/contact")
def ask() -> tuple[str, HTTPStatus]:
    """Send it, or show the form again as it was typed."""
    settings, wish = current_app.config["CHORUS"], read_wish(request.form)
    if flaws := flaws_in(wish):
        return _page(wish, flaws), HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        current_app.extensions[_LIMITS].take(wish, current_clock().now())
        send(current_mailer(), sender_of(settings), settings.contact, wish)
    except TooManyTriesError:
        words = _("Too many messages came in the last hour. Please call one of the places below.")
        return _page(wish, [Flaw("", words)]), HTTPStatus.TOO_MANY_REQUESTS
    except NotDeliveredError:
        words = _(
            "Your message could not be sent just now. What you wrote is still here: try again soon."
        )
        return _page(wish, [Flaw("", words)]), HTTPStatus.SERVICE_UNAVAILABLE
    return _shown("contact/sent.html"), HTTPStatus.OK


def _page(wish: Wish, flaws: list[Flaw]) -> str:
    return _shown("contact/page.html", wish=wish, flaws=flaws)


def _shown(name: str, **values: object) -> str:
    settings = current_app.config["CHORUS"]
    return render_template(
        name,
        organisation=settings.organisation,
        recipient=settings.contact,
        support=settings.support,
        **values,
    )


def register_contact(app: Flask) -> None:
    """Add the page to `app` where somebody is named who gets these mails."""
    if not app.config["CHORUS"].contact:
        return
    # No cookie says who asks, so there is nothing that another site could borrow (CSRF).
    csrf.exempt(blueprint)
    app.extensions[_LIMITS] = Limits()
    app.register_blueprint(blueprint)
