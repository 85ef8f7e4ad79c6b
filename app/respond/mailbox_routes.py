"""The page on which a receipt opens its mailboxes, and the two calls behind it. No cookie."""

from typing import Any

from flask import Blueprint, current_app, render_template

from app.clock import current_clock
from app.extensions import ballots
from app.respond.mailbox import MailboxContent, MailboxKey, read_mailbox, write_message
from app.respond.schemas import MailboxContentSchema, ReadMailboxSchema, WriteMailboxSchema
from app.wire import ErrorSchema, WireBlueprint

mailbox_page_blueprint = Blueprint("mailbox", __name__)
mailbox_blueprint = WireBlueprint(
    "mailboxes", __name__, url_prefix="/api/v1/mailbox", description="Replies to shown comments"
)


@mailbox_page_blueprint.get("/m/<string:pool_id>")
def mailbox_page(pool_id: str) -> str:
    """Show the page, the same for everyone and every pool; its script asks for the receipt."""
    months = current_app.config["CHORUS"].keep_comments_months
    return render_template("respond/mailbox.html", months=months)


@mailbox_blueprint.post("/read")
@mailbox_blueprint.arguments(ReadMailboxSchema)
@mailbox_blueprint.response(
    200, MailboxContentSchema, description="always, whether there is such a mailbox or not"
)
@mailbox_blueprint.alt_response(400, schema=ErrorSchema)
@mailbox_blueprint.alt_response(413, schema=ErrorSchema)
def read(body: dict[str, Any]) -> MailboxContent:
    """Return what lies in a mailbox, to its author; changes nothing."""
    with ballots.read_connection() as connection:
        return read_mailbox(connection, _key(body))


@mailbox_blueprint.post("/write")
@mailbox_blueprint.arguments(WriteMailboxSchema)
@mailbox_blueprint.response(
    200, MailboxContentSchema, description="what lies in the mailbox now; always, as for reading"
)
@mailbox_blueprint.alt_response(400, schema=ErrorSchema)
@mailbox_blueprint.alt_response(413, schema=ErrorSchema)
def write(body: dict[str, Any]) -> MailboxContent:
    """Store what a mailbox's author wrote, and return what lies in it then."""
    asked, today = _key(body), current_clock().now().date()
    with ballots.connect() as connection:
        write_message(connection, asked, body["for_author"], body["for_staff"], today)
        return read_mailbox(connection, asked)


def _key(body: dict[str, Any]) -> MailboxKey:
    return MailboxKey(body["pool"], body["id"], body["auth"])
